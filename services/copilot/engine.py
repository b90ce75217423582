"""The engine: a question goes past the gatekeeper, is planned, carried out, judged, planned again if need be, answered.

``ask`` tells what it does as it goes; who stops listening stops it.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db import analytics, named
from services.copilot import auditor, clauses, denoting, describing, gatekeeper, planner, strategist, unsaid
from services.copilot.called import written_out
from services.copilot.contract import Answer, Context, Plan
from services.copilot.crm_tool import Choosing
from services.copilot.names import clients_of
from services.copilot.recollection import Recollection
from services.copilot.results import Result
from services.copilot.thinking import Thinking
from services.copilot.tools import Tools, doing
from services.copilot.understanding import Understood, about, understand
from services.copilot.vocabulary import Terms, terms_of
from services.database import Database, translated
from services.memory.search import Filters
from services.playbooks.loader import load
from services.settings import settings

LONGEST_QUESTION = 1_000
_LOOKED_AT = 12  # passages in which an unknown name is looked for
_BARE = 5  # words of a question that only names a figure
_TRIES = 2  # plans after the first


@dataclass(frozen=True)
class Doing:
    """What is being done now, in words."""

    words: str


@dataclass(frozen=True)
class Piece:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True)
class Afresh:
    """What was told so far does not stand; the text begins again."""


@dataclass(frozen=True)
class Done:
    """The end: the whole answer."""

    answer: Answer


Event = Doing | Piece | Afresh | Done


def ask(
    database: Database,
    memory: Recollection,
    question: str,
    before: Context | None = None,
    actor: str | None = None,
    *,
    thinking: Thinking | None = None,
    today: date | None = None,
) -> Generator[Event, None, None]:
    """Answers a question: events, and Done at last. ``thinking``: a language model that plans and words.

    Raises DatabaseUnavailable. An e-mail that is drafted on the way is ``actor``'s.
    """
    terms = terms_of(load(settings().playbook))
    yield Doing("Reading the question")
    day = today or datetime.now(ZoneInfo(settings().time_zone)).date()
    it = _understood(database, terms, written_out(question[:LONGEST_QUESTION]), before or Context(), day)
    _spoken_of(database, memory, it)
    denoting.without_namesakes(database, it)
    denoting.advised(database, it)
    denoting.described(database, it, terms)
    it = describing.by_description(database, memory, it)
    back = gatekeeper.asks_back(it, terms, before or Context())
    if back is not None:
        yield from _told(back)
        return
    choosing = Choosing(database, it.clients)
    tools = Tools(choosing, memory, terms.playbook, actor or settings().actor)
    plan = clauses.plan(it, terms, lambda part, earlier: understand(database, terms, part, earlier, day))
    yield from _worked(it, terms, tools, thinking, plan)


def _worked(it: Understood, terms: Terms, tools: Tools, thinking: Thinking | None, plan: Plan) -> Iterator[Event]:
    """Carries out a plan, judges; plans again where too little came of it; answers."""
    note = ""
    if thinking is not None:
        yield Doing("Planning")
        plan, note = thinking.plan(it, terms, plan)
    results: list[Result] = []
    verdict = auditor.Verdict(1, "")
    for attempt in range(_TRIES + 1):
        results = []
        for call in plan.calls:
            yield Doing(doing(call))
            results.append(tools.carry_out(call))
        results = unsaid.settled(it, results)
        verdict = auditor.judge(plan, results)
        again = planner.wider(plan, it)
        if verdict.enough or attempt == _TRIES or again == plan:
            break
        plan = again
    answer = strategist.answer(it, terms, plan, results, verdict)
    if thinking is None:
        yield from _told(answer)
        return
    yield Doing("Writing the answer, which is checked at its end")
    worded = yield from _worded(thinking.worded(it, answer, note))
    if worded.sentences == answer.sentences:
        yield from _told(worded)
    else:  # its words came already
        yield Done(worded)


def _worded(words: Generator[str, None, Answer]) -> Generator[Event, None, Answer]:
    """A model's words as they come, and the answer that came of them."""
    with closing(words):
        while True:
            try:
                told = next(words)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            yield Piece(told) if told else Afresh()


def answer_of(events: Iterator[Event]) -> Answer:
    """The answer at the end of the events."""
    last = [event.answer for event in events if isinstance(event, Done)]
    return last[-1]


def _understood(database: Database, terms: Terms, question: str, before: Context, day: date) -> Understood:
    """A question; one that only goes on ("and Ann?") asks what the one before it asked."""
    it = understand(database, terms, question, before, day)
    bare = it.of is not None and it.measures and not it.fields and len(it.line.words) <= _BARE
    if bare and before.question:  # and the average: of what was asked for before
        earlier = understand(database, terms, before.question, Context(), day)
        it.fields = [spot for spot in earlier.fields if spot.value not in ("client_state", "outcome")]
    goes_on = it.has("follow_up") and len(it.line.words) <= 8 and before.question
    if not goes_on or it.fields or it.has("steps", "objections", "draft", "count", "list"):
        return it
    if it.clients and not it.carried and not (it.products or it.outcomes):
        earlier = understand(database, terms, before.question, Context(), day)
        return about(earlier, it.clients)
    return it


def _spoken_of(database: Database, memory: Recollection, it: Understood) -> None:
    """Takes a name that is no client's for the one client on whose call alone it is said."""
    if (
        it.clients
        or it.people.unsure
        or len(it.people.unknown) != 1
        or {"clients", "calls", "many", "anyone"} & it.line.known.keys()
    ):
        return
    name = it.people.unknown[0]
    hits, _ = memory.find(database, name, Filters(), _LOOKED_AT)
    told = {hit.external_id for hit in hits if re.search(rf"\b{re.escape(name)}", f"{hit.text} {hit.speakers}", re.I)}
    with translated(), database.session() as session, analytics.reading(session):
        known = clients_of(named.of_calls(session, told)) if told else []
    if len(known) == 1:
        it.clients = known


def _told(answer: Answer) -> Iterator[Event]:
    """The answer in pieces, then whole."""
    for sentence in answer.sentences:
        for word in re.findall(r"\S+\s*", sentence.text):
            yield Piece(word)
        yield Piece("\n\n")
    yield Done(answer)


__all__: Sequence[str] = ("Afresh", "Doing", "Done", "Event", "Piece", "Plan", "answer_of", "ask")
