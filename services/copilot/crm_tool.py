"""crm_tool: what the record holds of calls, by typed questions to PostgreSQL that can't write."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from db import analytics, answering, clients
from db.analytics import Condition, Measure, Selection
from db.engine import Session
from services.copilot import names
from services.copilot.commitments import sets_meeting
from services.copilot.contract import MOST_CALLS, Facts, FigureOf, GroupsOf, Held, Listing, Steps, Where
from services.copilot.names import ClientNamed
from services.copilot.proof import CallProof, proofs_of
from services.copilot.results import FactsFound, FigureFound, GroupsFound, ListFound, StepsFound
from services.database import Database, translated
from services.json_words import plain
from services.sentence_words import stems

EXAMPLES = 20
_OTHERS = 3
_NEARLY = 0.5  # of the words that the best step holds
_MOST_GROUPS = 15
_NOBODY = frozenset(("advisor", "adviser", "speaker", "unknown"))  # labels of voices, not names


class Choosing:
    """Turns what a plan says of calls into a selection. Clients are looked up once a question."""

    def __init__(self, database: Database, known: Iterable[ClientNamed] = ()) -> None:
        self.database = database
        self._known: dict[str, ClientNamed] = {client.label: client for client in known}

    def client(self, label: str) -> ClientNamed | None:
        """The client of a label, or None."""
        if label not in self._known:
            for client in names.by_labels(self.database, [label]):
                self._known[label] = client
        return self._known.get(label)

    def calls_of(self, session: Session, labels: Iterable[str]) -> list[str]:
        """The ids of all calls of some clients."""
        households = {client.household for label in labels if (client := self.client(label)) is not None}
        return [member.external_id for member in clients.members(session, households)] if households else []

    def selection(self, session: Session, where: Where) -> Selection:
        """The selection of a plan's part."""
        return Selection(
            stages=where.stages,
            outcomes=where.outcomes,
            date_from=where.since,
            date_to=where.until,
            external_ids=self.calls_of(session, where.clients) if where.clients else None,
            advisers=where.advisers,
            products=where.products,
            objections=where.objections,
            states=where.states,
            where=[self._condition(session, held) for held in where.conditions],
            latest=where.latest,
        )

    def _condition(self, session: Session, held: Held) -> Condition:
        """A condition; where a value is held against somebody's or the average, with that number."""
        value = held.value
        if held.than in ("average", "median"):
            measure: Measure = "average" if held.than == "average" else "median"
            value = analytics.figure(session, Selection(latest=True), measure, held.field).value
        elif held.than:
            own = Selection(external_ids=self.calls_of(session, [held.than]), latest=True)
            value = analytics.figure(session, own, "highest", held.field).value
        return Condition(held.field, held.comparison, value)


class CrmTool:
    """Facts, figures, groups, lists and next steps."""

    def __init__(self, choosing: Choosing) -> None:
        self._database, self._choosing = choosing.database, choosing

    def facts(self, asked: Facts) -> FactsFound:
        """The calls of the clients, to read the fields of."""
        found: dict[str, list[CallProof]] = {}
        for label in asked.where.clients:
            with translated(), self._database.session() as session, analytics.reading(session):
                ids = self._choosing.calls_of(session, [label])
                timed = Selection(external_ids=ids, date_from=asked.where.since, date_to=asked.where.until)
                if asked.where.since or asked.where.until:
                    ids = [row.external_id for row in analytics.matching(session, timed)] or ids
            found[label] = list(proofs_of(self._database, ids[:EXAMPLES]).values())
        return FactsFound(asked, found)

    def figure(self, asked: FigureOf) -> FigureFound:
        """A figure with what it is of."""
        with translated(), self._database.session() as session, analytics.reading(session):
            wanted = self._counted(session, asked.where, asked)
            of = self._counted(session, asked.of, asked)
            told = analytics.figure(session, wanted, asked.measure, asked.field)
            whole = analytics.figure(session, of, "count", asked.field)
            if asked.measure == "count" and told.calls > whole.calls:  # no part of that whole: of all, then
                asked = asked.model_copy(update={"of": asked.where.scope})
                of = self._counted(session, asked.of, asked)
                whole = analytics.figure(session, of, "count", asked.field)
            rows = analytics.matching(session, wanted, limit=EXAMPLES)
            inside = {row.external_id for row in rows}
            beyond: list[str] = []
            if asked.where != asked.of and told.calls < whole.calls and told.calls <= EXAMPLES:
                others = analytics.matching(session, of, limit=EXAMPLES + _OTHERS)
                beyond = [row.external_id for row in others if row.external_id not in inside][:_OTHERS]
            unreadable = answering.unreadable(session, of)
            undated = self._undated(session, asked.where)
        calls = proofs_of(self._database, [*(row.external_id for row in rows), *beyond])
        examples = [call for each, call in calls.items() if each in inside]
        return FigureFound(asked, told, whole, examples, [calls[each] for each in beyond], unreadable, undated)

    def _counted(self, session: Session, where: Where, asked: FigureOf) -> Selection:
        """The calls to count: of clients, each household's latest."""
        found = self._choosing.selection(session, where)
        return replace(found, latest=True) if asked.noun == "clients" else found

    def _undated(self, session: Session, where: Where) -> int:
        if where.since is None and where.until is None:
            return 0
        timeless = where.model_copy(update={"since": None, "until": None})
        return answering.undated(session, self._choosing.selection(session, timeless))

    def groups(self, asked: GroupsOf) -> GroupsFound:
        """The figures by group, and some calls of each."""
        with translated(), self._database.session() as session, analytics.reading(session):
            wanted = self._choosing.selection(session, asked.where)
            if asked.measure != "count":
                wanted = replace(wanted, latest=True)
            found = analytics.grouped(session, wanted, asked.by, asked.measure, asked.field)
            whole = {}
            if asked.share:
                of = self._choosing.selection(session, asked.of)
                whole = dict(analytics.grouped(session, of, asked.by, "count"))
                parts = dict(found)
                none = analytics.Figure(0, 0, 0, 0, 0)
                found = [(key, parts.get(key, none)) for key in whole]
            total = analytics.figure(session, self._choosing.selection(session, asked.of), "count").calls
        named = [(key, figure, whole.get(key)) for key, figure in found if key and key.lower() not in _NOBODY]
        if asked.share:
            named.sort(key=lambda each: -(each[1].calls / each[2].calls if each[2] and each[2].calls else 0))
        if asked.least:
            named.reverse()
        named = named[:_MOST_GROUPS]
        return GroupsFound(asked, named, total, self._examples(asked, [key for key, _, _ in named]))

    def _examples(self, asked: GroupsOf, keys: list[str]) -> Mapping[str, list[CallProof]]:
        with translated(), self._database.session() as session, analytics.reading(session):
            base = self._choosing.selection(session, asked.where)
            ids = {
                key: [row.external_id for row in analytics.matching(session, _of_group(base, asked, key), limit=10)]
                for key in keys
            }
        calls = proofs_of(self._database, [each for own in ids.values() for each in own])
        return {key: [calls[each] for each in own if each in calls] for key, own in ids.items()}

    def listing(self, asked: Listing) -> ListFound:
        """Calls with some of their fields."""
        fields = [field for field in asked.fields if field not in ("adviser", "talk_share")]
        told, by_talk = asked, asked.sort.endswith("talk_share")
        if by_talk:
            asked = asked.model_copy(update={"sort": "-meeting_date"})
        sort = asked.sort.removeprefix("-")
        with translated(), self._database.session() as session, analytics.reading(session):
            wanted = self._choosing.selection(session, asked.where)
            if sort != "meeting_date":
                wanted = replace(wanted, where=[*wanted.where, Condition(sort, "at least", -1)])
            rows = analytics.matching(session, wanted, fields, asked.limit, asked.sort)
            total = analytics.figure(session, wanted, "count").calls
            of = analytics.figure(session, self._choosing.selection(session, asked.of), "count").calls
            undated = self._undated(session, asked.where)
        calls = proofs_of(self._database, [row.external_id for row in rows])
        if by_talk:
            known = [row for row in rows if calls[row.external_id].talk_share is not None]
            sign = 1 if told.sort == "talk_share" else -1
            rows = sorted(known, key=lambda row: sign * (calls[row.external_id].talk_share or 0))
        return ListFound(asked, rows, total, of, calls, undated)

    def steps(self, asked: Steps) -> StepsFound:
        """Next steps, the earliest due first."""
        with translated(), self._database.session() as session, analytics.reading(session):
            wanted = self._choosing.selection(session, asked.where)
            found, total = answering.steps(
                session, wanted, owner=asked.owner, due_from=asked.due_from, due_to=asked.due_to
            )
            looked_at = analytics.figure(session, wanted, "count").calls
        if asked.undated:
            found = [step for step in found if not (isinstance(step.step, dict) and step.step.get("due_date"))]
            total = len(found)
        wanted_words = set(stems(asked.about))
        held = [(len(wanted_words & set(stems(plain(step.step)))), step) for step in found]
        most = max((number for number, _ in held), default=0)
        told = [step for number, step in held if number and (asked.either or number >= most * _NEARLY)]
        literal = [step for step in told if any(word in plain(step.step).lower() for word in asked.about.split())]
        told = literal or told
        if asked.where.clients and not asked.only_about:
            found = [*told, *(step for step in found if step not in told)]
        elif wanted_words and (told or asked.only_about):
            found, total = told, len(told)
        calls = proofs_of(self._database, [step.external_id for step in found])
        without = self._without(asked, set(calls)) if asked.lacking else ()
        return StepsFound(asked, found, total, calls, looked_at, without)

    def _without(self, asked: Steps, having: Collection[str]) -> list[CallProof]:
        """The calls that have no such step; where meetings are meant, nor an hour that was named at their end."""
        with translated(), self._database.session() as session, analytics.reading(session):
            rows = analytics.matching(session, self._choosing.selection(session, asked.where), limit=MOST_CALLS)
        calls = proofs_of(self._database, [row.external_id for row in rows if row.external_id not in having])
        return [call for call in calls.values() if not (asked.about and sets_meeting(call))]


def _of_group(base: Selection, asked: GroupsOf, key: str) -> Selection:
    """The calls of one group."""
    match asked.by:
        case "outcome":
            return replace(base, outcomes=[key])
        case "deal_stage":
            return replace(base, stages=[key])
        case "product":
            return replace(base, products=[key])
        case "objection":
            return replace(base, objections=[key])
        case "adviser":
            return replace(base, advisers=[key])
        case "state":
            return replace(base, states=[key])
        case "month":
            return replace(base, where=[*base.where, Condition("meeting_date", "contains", key)])
        case "client":
            return replace(base, where=[*base.where, Condition("client_name", "is", key)])
