"""sales_copilot_tool: what was said. The graph first, then the vectors in what it found; else the record.

The graph knows who raised what and how it ended, the index which words are about something.
"""

from collections.abc import Sequence
from dataclasses import replace

from db import analytics
from db import clients as stored_clients
from db.analytics import Selection
from services.copilot.commitments import commitments, owed
from services.copilot.contract import Objections, Passages, Raised, Related, Where
from services.copilot.crm_tool import Choosing
from services.copilot.proof import CallProof, RaisedIn, proofs_of
from services.copilot.ranking import weights
from services.copilot.recollection import Recollection
from services.copilot.relevance import is_about, literal, names_all, wanted
from services.copilot.results import ObjectionsFound, PassagesFound, RaisedFound, RelatedFound, Said
from services.copilot.turns import Turn, around, cut, shown, turns_of, with_before
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
_FEW_SPREAD, _A_CALL = 4, 2  # up to so many calls, so many turns of each are shown
_FEW_CHOSEN = 6  # calls that the record chose, up to which the best words of each are told
_FEW_CALLS = 3  # of one client: every turn that holds a word of the question is looked at
_WITH_NEXT = 4  # the best turns, that are shown with what follows them
_OPENING, _TOLD_EARLY = 0.2, 0.2  # the part of a call in which is told how somebody came, and what that counts
_DETAIL_ALONE = 0.35  # what a detail counts far from the words that it is asked of
_UNTOLD = 0.5  # the nearness of words where nobody can tell it


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
            told = [self._told(turn, turn.text, 1.0, 1.0) for turn in late]
            return PassagesFound(asked, told, bool(told), len(ids or ()))
        turns, looked_at, away = self._found(asked, ids)
        said = self._best(asked, turns, _few(asked, ids))
        spoken = {turn.call.id: turn.call for turn in turns}
        after = wanted(asked.words)
        strong = [each for each in said if is_about(after, each) and names_all(asked, each, spoken)]
        if asked.spread:
            few = asked.chosen and ids is not None and len(ids) <= _FEW_CHOSEN
            strong = said if few else literal(after, strong)
            return PassagesFound(
                asked, strong or said[:2], bool(strong), looked_at, away, len({s.source.call for s in strong})
            )
        own = proofs_of(self._database, (ids or [])[:_FEW_CALLS]).values() if asked.where.clients else ()
        within = [call.source() for call in own]
        return PassagesFound(asked, said, bool(strong) and said[0] in strong[:2], looked_at, away, within=within)

    def _taken_on(self, asked: Passages, ids: list[str] | None) -> PassagesFound:
        """What was taken on near the ends of many calls, as far as it is about the words."""
        if ids is None:
            with translated(), self._database.session() as session, analytics.reading(session):
                ids = [row.external_id for row in analytics.matching(session, Selection(), limit=_SCANNED)]
        calls = proofs_of(self._database, ids[:_SCANNED])
        turns = [turn for call in calls.values() for turn in owed(call, asked.side, asked.words, _A_CALL)]
        told = [self._told(turn, cut(turn.text, set(stems(asked.words))), 1.0, 1.0) for turn in turns]
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
        after = wanted(asked.words)
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
        after = wanted(asked.words)
        calls = proofs_of(self._database, ids[:_SCANNED])
        turns = [turn for call in calls.values() for turn in turns_of(call) if after.may_be_in(turn.text)]
        return sorted(turns, key=lambda turn: -after.share(turn.text))[: _HITS * 6], len(calls)

    def _best(self, asked: Passages, turns: Sequence[Turn], few: bool) -> list[Said]:
        """The turns by words and meaning, the best first. ``few``: they are all turns of the calls."""
        after = wanted(asked.words)
        scored = self._scored(asked, turns, few)
        kept: list[Said] = []
        chosen = 0
        places: set[tuple[str, int]] = set()
        each_call = _A_CALL if len({turn.call.id for turn in turns}) <= _FEW_SPREAD else 1
        for _, turn, held, likeness in scored:
            if (turn.call.id, turn.number) in places or chosen >= (_MOST_HITS if asked.spread else asked.limit):
                continue
            if asked.spread and sum(each.source.call == turn.call.id for each in kept) >= each_call:
                continue
            chosen += 1
            for told in shown(turn) if chosen <= _WITH_NEXT and not asked.spread else [turn]:
                if (turn.call.id, told.number) not in places:
                    places.add((turn.call.id, told.number))
                    kept.append(self._told(told, cut(told.text, after.stems), held, likeness, around(turn)))
        return kept

    def _scored(self, asked: Passages, turns: Sequence[Turn], few: bool) -> list[tuple[float, Turn, float, float]]:
        """The turns with their score, what they and those beside them hold of the question, and their nearness."""
        after = wanted(asked.words)
        told = weights(after, turns) if few else {}  # what others said before a speaker's turn counts too
        fit = [turn for turn in turns if _fits(turn, asked)]
        turns = fit or (
            [turn for turn in turns if _fits(turn, asked.model_copy(update={"speaker": ""}))] if few else []
        )
        first = {(t.call.id, t.number): told.get((t.call.id, t.number)) or after.share(t.text) for t in turns}
        turns = sorted(turns, key=lambda turn: -first[turn.call.id, turn.number] - after.shows(turn.text))
        near = self._memory.likeness(after.meaning, [with_before(turn) for turn in turns])
        scored, told_of = [], bool(after.alternatives)
        for turn, likeness in zip(turns, near or [_UNTOLD] * len(turns), strict=True):
            held = after.share(around(turn)) if after.alternatives else after.share(turn.text)
            own = after.share(turn.text) * bool(after.alternatives)
            words = 0.75 * told[turn.call.id, turn.number] if few else 0.5 * own + 0.25 * held
            if "found" in after.details and turn.number < _OPENING * len(turn.call.turns):
                words += _TOLD_EARLY
            beside = _DETAIL_ALONE + (1 - _DETAIL_ALONE) * told[turn.call.id, turn.number] if few and told_of else 1.0
            scored.append((likeness + words + 0.4 * beside * after.shows(turn.text), turn, held, likeness))
        return sorted(scored, key=lambda each: (-each[0], each[1].call.id, each[1].number))

    def _told(self, turn: Turn, words: str, held: float, near: float, beside: str = "") -> Said:
        """A turn as an answer quotes it."""
        speaker = turn.speaker or turn.side or "Somebody"
        return Said(speaker, words, turn.call.source(turn.number, words), held, near, beside)


def replace_ended(raised: RaisedIn, call: CallProof) -> RaisedIn:
    """A concern of which only the record's list tells, with how the call ended."""
    ended = call.value("outcome")
    sources = call.sources("objections", raised.category)
    return RaisedIn(raised.category, sources, (), plain(ended) or None)


def _few(asked: Passages, ids: Sequence[str] | None) -> bool:
    """Whether it is asked of one client's few calls, of which every turn is looked at."""
    return bool(asked.where.clients) and ids is not None and 0 < len(ids) <= _FEW_CALLS


def _fits(turn: Turn, asked: Passages) -> bool:
    speaker = asked.speaker.lower()
    return (asked.side is None or turn.side == asked.side) and (not speaker or speaker in turn.speaker.lower())


def _items(value: object) -> list[str]:
    return [plain(item) for item in value] if isinstance(value, list) else [plain(value)] if value else []
