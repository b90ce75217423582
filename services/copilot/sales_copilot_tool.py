"""sales_copilot_tool: what was said. The graph first, then the vectors in what it found; else the record.

The graph knows who raised what and how it ended, the index which words are about something.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from db import analytics
from db import clients as stored_clients
from db.analytics import Selection
from services.copilot.best_turns import after_of, best_turns, said_by
from services.copilot.commitments import commitments, owed
from services.copilot.contract import Objections, Passages, Raised, Related, Where
from services.copilot.crm_tool import Choosing
from services.copilot.figured import amounts, around_field
from services.copilot.holding import having
from services.copilot.proof import CallProof, RaisedIn, proofs_of
from services.copilot.recollection import Recollection
from services.copilot.relevance import is_about, literal, names_all, wanted
from services.copilot.results import ObjectionsFound, PassagesFound, RaisedFound, RelatedFound, Said
from services.copilot.turns import Turn, cut, speaks, turns_of
from services.database import translated
from services.json_words import plain
from services.memory import graph_queries, graph_related
from services.memory.graph_results import RelatedClient
from services.memory.graph_results import Source as GraphSource
from services.memory.search import Filters
from services.sentence_words import stems

_MOST_CALLS = 200  # that a search is limited to
_SCANNED = 30  # calls whose words are looked through where there is no index
_HITS = 8
_MOST_HITS = 40
_A_CALL = 2  # turns of each call in which something is taken on
_FEW_CHOSEN = 6  # calls that the record chose, up to which the best words of each are told
_FEW_CALLS = 3  # of one client: every turn that holds a word of the question is looked at
_ROUGHLY = 0.35  # how near in meaning words of a chosen call have to be where they share none with the question
_TWO = 2  # amounts, without which no price came down
_MORE_WITHIN = 3  # of the one call that is about it


class SalesCopilotTool:
    """Passages, objections with their answers, who else raised one, and related clients."""

    def __init__(self, choosing: Choosing, memory: Recollection) -> None:
        self._database, self._choosing, self._memory = choosing.database, choosing, memory

    def passages(self, asked: Passages) -> PassagesFound:
        """The turns that answer best."""
        ids = self._calls(asked.where)
        if asked.late and asked.spread:
            return self._taken_on(asked, ids)
        if asked.late:
            newest = proofs_of(self._database, (ids or [])[:1]).values()
            late = [turn for call in newest for turn in commitments(call, asked.side, asked.limit)]
            told = [said_by(turn, turn.text) for turn in late]
            return PassagesFound(asked, told, bool(told), len(ids or ()))
        if asked.own:
            return self._having(asked, ids)
        if asked.near:
            return self._figures(asked, ids)
        turns, looked_at, away = self._found(asked, ids)
        said = best_turns(self._memory, asked, turns, few=_few(asked, ids))
        spoken = {turn.call.id: turn.call for turn in turns}
        after = after_of(asked)
        strong = [each for each in said if is_about(after, each) and names_all(asked, each, spoken)]
        silent = asked.told_of if spoken and not speaks(asked.told_of, spoken.values()) else ""
        if silent and (asked.himself or not any(_reports(silent, each) for each in strong)):
            strong = []
        if asked.deep and not asked.where.clients and len({each.source.call for each in strong}) == 1:
            more = self._within_one(asked, spoken[strong[0].source.call])
            whole = [*more, *(each for each in strong if each.source not in {one.source for one in more})]
            said, strong = [*whole, *(each for each in said if each not in whole)], whole
        elif asked.spread:
            few = asked.chosen and ids is not None and len(ids) <= _FEW_CHOSEN
            near = [each for each in said if each.held or each.near >= _ROUGHLY]
            strong = near if few else literal(after, strong)
        if asked.spread:
            return PassagesFound(
                asked, strong or said[:2], bool(strong), looked_at, away, len({s.source.call for s in strong})
            )
        own = proofs_of(self._database, (ids or [])[:_FEW_CALLS]).values() if asked.where.clients else ()
        within = [call.source() for call in own]
        sure = bool(strong) and said[0] in strong[:2]
        return PassagesFound(asked, said, sure, looked_at, away, within=within, silent=silent)

    def _having(self, asked: Passages, ids: list[str] | None) -> PassagesFound:
        """The turns that tell who has something already."""
        if ids is None:
            with translated(), self._database.session() as session, analytics.reading(session):
                ids = [row.external_id for row in analytics.matching(session, Selection(), limit=_MOST_CALLS)]
        calls = proofs_of(self._database, ids)
        told = [said_by(turn, turn.text) for call in calls.values() for turn in having(call, asked.own)]
        return PassagesFound(asked, told, bool(told), len(calls), calls=len({each.source.call for each in told}))

    def _within_one(self, asked: Passages, call: CallProof) -> list[Said]:
        """The turns of the one call that is about it, looked through as a client's call is."""
        inner = asked.model_copy(update={"spread": False, "limit": _MORE_WITHIN})
        return best_turns(self._memory, inner, turns_of(call), few=True)

    def _figures(self, asked: Passages, ids: list[str] | None) -> PassagesFound:
        """The turns with figures around those from which a field is known."""
        own = list(proofs_of(self._database, (ids or [])[:_FEW_CALLS]).values())
        turns = next((found for call in own if (found := around_field(call, asked.near))), [])
        if asked.bargained and len(amounts(turns)) < _TWO:
            turns = []
        told = [said_by(turn, turn.text) for turn in turns]
        return PassagesFound(asked, told, bool(told), len(own), within=[call.source() for call in own])

    def _taken_on(self, asked: Passages, ids: list[str] | None) -> PassagesFound:
        """What was taken on near the ends of many calls, as far as it is about the words."""
        if ids is None:
            with translated(), self._database.session() as session, analytics.reading(session):
                ids = [row.external_id for row in analytics.matching(session, Selection(), limit=_SCANNED)]
        calls = proofs_of(self._database, ids[:_SCANNED])
        turns = [turn for call in calls.values() for turn in owed(call, asked.side, asked.words, _A_CALL)]
        told = [said_by(turn, cut(turn.text, set(stems(asked.words)))) for turn in turns]
        return PassagesFound(asked, told, bool(told), len(calls))

    def _found(self, asked: Passages, ids: list[str] | None) -> tuple[list[Turn], int, str]:
        """The turns to choose from: those that the index names, and in a client's few calls all that may be meant."""
        filters = Filters(calls=tuple(ids or ()), side=asked.side)
        hits, away = (
            ([], "")
            if ids == []
            else self._memory.find(self._database, asked.words, filters, _MOST_HITS if asked.spread else _HITS)
        )
        if asked.spread and asked.about and not away and ids != []:
            hits = [*hits, *self._memory.find(self._database, asked.about, filters, _MOST_HITS)[0]]
        if away:
            return *self._scanned(asked, ids), away
        calls = proofs_of(self._database, [hit.external_id for hit in hits])
        places = {(hit.external_id, turn) for hit in hits for turn in hit.turns}
        if ids is not None and len(ids) <= _FEW_CALLS:
            calls |= proofs_of(self._database, ids)
        after = after_of(asked)
        few = _few(asked, ids)
        turns = [
            turn
            for call in calls.values()
            for turn in turns_of(call)
            if few
            or (call.id, turn.number) in places
            or (call.id in (ids or ())[:_FEW_CALLS] and after.may_be_in(turn.text))
        ]
        turns.sort(key=lambda turn: (turn.call.id, turn.number) not in places)
        return turns, len(ids) if ids is not None else self._all(), away

    def objections(self, asked: Objections) -> ObjectionsFound:
        """What the clients objected to, with the answers: by the graph, else by the record itself."""
        wanted = set(asked.where.objections)
        with translated(), self._database.session() as session, analytics.reading(session):
            ids = self._choosing.calls_of(session, asked.where.clients)
        calls = list(proofs_of(self._database, ids).values())
        known = {(call.id, each.category) for call in calls for each in call.raised()}
        for label in asked.where.clients:
            known |= self._by_graph(label)
        told = [(call, each) for call in calls for each in call.raised() if (call.id, each.category) in known]
        if wanted and any(each.category in wanted for _, each in told):
            told = [(call, each) for call, each in told if each.category in wanted]
        return ObjectionsFound(asked, told, calls)

    def raised(self, asked: Raised) -> RaisedFound:
        """Who raised a concern: the graph says in which calls, the record shows the words."""
        if not asked.category:
            asked = asked.model_copy(update={"category": self._category(asked)})
        but = {client.household for label in asked.but if (client := self._choosing.client(label)) is not None}
        with translated(), self._database.session() as session, analytics.reading(session):
            base = self._choosing.selection(session, asked.where)
            own = {member.external_id for member in stored_clients.members(session, but)} if but else set()
            wanted = replace(base, objections=[asked.category])
            rows = analytics.matching(session, wanted, limit=50)
            total = analytics.figure(session, wanted, "count").calls - len(own & {row.external_id for row in rows})
            of = analytics.figure(session, base, "count").calls - len(own)
        calls = proofs_of(self._database, [row.external_id for row in rows if row.external_id not in own])
        pairs = [(call, each) for call in calls.values() for each in call.raised() if each.category == asked.category]
        there = {call.id for call, _ in pairs}
        bare = RaisedIn(asked.category, (), (), None)
        pairs += [(call, replace_ended(bare, call)) for call in calls.values() if call.id not in there]
        return RaisedFound(asked, pairs, total, of)

    def _category(self, asked: Raised) -> str:
        """The concern that some clients raised which is most about some words."""
        with translated(), self._database.session() as session, analytics.reading(session):
            ids = self._choosing.calls_of(session, asked.but)
        after = wanted(asked.about)
        found: list[tuple[int, str]] = []
        for call in proofs_of(self._database, ids).values():
            for each in call.raised():
                said = " ".join([each.category, *(source.words for source in each.quotes)])
                found.append((len(after.stems & set(stems(said))), each.category))
        return max(found, key=lambda each: each[0], default=(0, ""))[1]

    def related(self, asked: Related) -> RelatedFound:
        """Clients who share something with one: by the graph, else by what the record says of products and advisers."""
        client = self._choosing.client(asked.client)
        if client is None:
            return RelatedFound(asked, ())
        number = self._household_id(client.household)
        if number is not None:
            found, away = self._memory.ask_graph(
                lambda graph: graph_related.related_clients(graph, number, asked.by, most=10)
            )
            if found:
                return RelatedFound(asked, found, away)
        return RelatedFound(asked, self._related_by_record(asked, client.household))

    def _by_graph(self, label: str) -> set[tuple[str, str]]:
        """Calls and concerns of a client as the graph has them."""
        client = self._choosing.client(label)
        number = self._household_id(client.household) if client else None
        if number is None:
            return set()
        found, _ = self._memory.ask_graph(lambda graph: graph_queries.objections_of_client(graph, number))
        return {(each.call, each.category) for each in found or ()}

    def _household_id(self, household: str) -> int | None:
        with translated(), self._database.session() as session:
            return stored_clients.ids_of(session, [household]).get(household)

    def _related_by_record(self, asked: Related, household: str) -> list[RelatedClient]:
        field = {"product": "products_discussed", "business": "business_interests", "adviser": "adviser"}[asked.by]
        with translated(), self._database.session() as session, analytics.reading(session):
            own = [member.external_id for member in stored_clients.members(session, {household})]
            others = [row.external_id for row in analytics.matching(session, Selection(), limit=_MOST_CALLS)]
        calls = proofs_of(self._database, [*own, *others])
        mine = {item for each in own if each in calls for item in _items(calls[each].value(field))}
        found = []
        for call in calls.values():
            shared = sorted(mine & set(_items(call.value(field))))
            if shared and call.id not in own:
                sources = tuple(
                    GraphSource(call.id, source.turn, source.words or None)
                    for item in shared[:3]
                    for source in call.sources(field, item if asked.by == "product" else None)[:1]
                )
                found.append(RelatedClient(0, call.client, asked.by, tuple(shared), sources))
        return sorted(found, key=lambda each: (-len(each.shared), each.name))[:10]

    # Passages

    def _calls(self, where: Where) -> list[str] | None:
        """The calls to look in; None for all."""
        if where == Where():
            return None
        with translated(), self._database.session() as session, analytics.reading(session):
            if where == Where(clients=where.clients):
                return self._choosing.calls_of(session, where.clients)
            rows = analytics.matching(session, self._choosing.selection(session, where), limit=_MOST_CALLS)
        return [row.external_id for row in rows]

    def _all(self) -> int:
        with translated(), self._database.session() as session, analytics.reading(session):
            return analytics.figure(session, Selection(), "count").calls

    def _scanned(self, asked: Passages, ids: Sequence[str] | None) -> tuple[list[Turn], int]:
        """All turns of the newest calls that hold any word of the question."""
        if ids is None:
            with translated(), self._database.session() as session, analytics.reading(session):
                ids = [row.external_id for row in analytics.matching(session, Selection(), limit=_SCANNED)]
        after = after_of(asked)
        calls = proofs_of(self._database, ids[:_SCANNED])
        turns = [turn for call in calls.values() for turn in turns_of(call) if after.may_be_in(turn.text)]
        return sorted(turns, key=lambda turn: -after.share(turn.text))[: _HITS * 6], len(calls)


def replace_ended(raised: RaisedIn, call: CallProof) -> RaisedIn:
    """A concern of which only the record's list tells, with how the call ended."""
    ended = call.value("outcome")
    sources = call.sources("objections", raised.category)
    return RaisedIn(raised.category, sources, (), plain(ended) or None)


_SAYS = (
    r"(?:'d|'s|'ll|'s like)? (?:just |always |only |never )?"
    r"(?:says?|said|thinks?|thought|told|tells?|wants?|wanted|asked|goes|feels?|felt)\b"
)


def _reports(name: str, said: Said) -> bool:
    """Whether words tell what somebody says who does not speak."""
    own = re.escape(name.lower())
    return bool(re.search(rf"\b{own}{_SAYS}|\b{own}\b.{{0,60}}\b(?:he|she){_SAYS}", said.around.lower()))


def _few(asked: Passages, ids: Sequence[str] | None) -> bool:
    """Whether it is asked of one client's few calls, of which every turn is looked at."""
    return bool(asked.where.clients) and ids is not None and 0 < len(ids) <= _FEW_CALLS


def _items(value: object) -> list[str]:
    return [plain(item) for item in value] if isinstance(value, list) else [plain(value)] if value else []
