"""The strategist: makes the answer of the results. Every sentence has its sources, or says that it has none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.copilot import phrases, wording_said
from services.copilot.auditor import Verdict
from services.copilot.contract import (
    Answer,
    Context,
    DraftMade,
    FigureOf,
    Listing,
    Plan,
    Raised,
    Sentence,
    Where,
)
from services.copilot.results import (
    DraftFound,
    FactsFound,
    FigureFound,
    GroupsFound,
    ListFound,
    ObjectionsFound,
    PassagesFound,
    RaisedFound,
    RelatedFound,
    Result,
    StepsFound,
)
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
from services.copilot.wording_crm import CrmWords
from services.copilot.wording_lists import ListWords
from services.json_words import finite
from services.sentence_words import stems
from services.wording import listed

_MONEY = ("deal_amount", "deposit_amount")
_SAID_ALREADY = 0.85  # of the words of a quote, from which on it says nothing more
_TELLING = 2  # words of a question that are about nothing on record, from which on it is not answered


def answer(it: Understood, terms: Terms, plan: Plan, results: Sequence[Result], verdict: Verdict) -> Answer:
    """The answer in plain words."""
    strong = any(isinstance(each, PassagesFound) and each.strong for each in results)
    sentences = [*([] if strong else _unknown(it)), *_read_as(it)]
    draft: DraftMade | None = None
    answered = verdict.enough
    for result in _useful(results, bool(it.clients) and (it.has("said") or bool(it.content))):
        if isinstance(result, PassagesFound) and not result.strong and it.people.unknown and not it.clients:
            continue
        if isinstance(result, PassagesFound) and result.asked.late:
            result = _unsaid(result, sentences)
            if result.asked.spread and (not result.said or (it.period and _any_step(results))):
                continue
        if isinstance(result, PassagesFound) and not result.strong and _told_of(results):
            sentences += wording_said.beside(result)
        else:
            sentences += _worded(it, terms, result)
        draft = result.draft if isinstance(result, DraftFound) and result.draft else draft
    sentences += [*_side_by_side(terms, results), *(_left(terms, results) if it.has("balance") else ())]
    if _strangers(it) and not strong:
        answered = False
    weak = [each for each in results if isinstance(each, PassagesFound) and not each.strong and not each.asked.late]
    if any(isinstance(each, FactsFound) for each in results) and weak and it.content and answered:
        if not any("does not say" in each.text for each in sentences):
            sentences.append(wording_said.no_more(weak[0]))
        answered = len(it.content) < _TELLING
    missing = tuple(_missing(it, terms, results))
    if not answered and not any("does not say" in each.text or "not discussed" in each.text for each in sentences):
        sentences.insert(0, Sentence(text="The record can't answer that."))
    return Answer(
        sentences=tuple(dict.fromkeys(sentences)),
        used=_used(terms, plan),
        missing=missing,
        notes=tuple(dict.fromkeys([plan.why, *_notes(results)]))[:3] if plan.why or any(_notes(results)) else (),
        answered=answered,
        draft=draft,
        context=Context(clients=_clients(it, results), question=it.question, chosen=_chosen(plan)),
        score=verdict.score,
        reason=verdict.reason,
    )


def _left(terms: Terms, results: Sequence[Result]) -> Iterator[Sentence]:
    """What is left of the deals once the deposits are paid."""
    figures = {each.asked.field: each.figure for each in results if isinstance(each, FigureFound)}
    deal, paid = figures.get("deal_amount"), figures.get("deposit_amount")
    if deal and deal.value is not None and paid:
        left = phrases.number_words(terms, "deal_amount", deal.value - (paid.value or 0))
        yield Sentence(text=f"That leaves {left} to be paid.")
    for found in (each for each in results if isinstance(each, FactsFound)):
        for client, calls in found.calls.items():
            amounts = [finite(next((c.value(f) for c in calls if c.value(f) is not None), None)) for f in _MONEY]
            if amounts[0] is not None and amounts[1] is not None:
                left = phrases.number_words(terms, "deal_amount", amounts[0] - amounts[1])
                yield Sentence(text=f"That leaves {left} to be paid by {client}.")


def _side_by_side(terms: Terms, results: Sequence[Result]) -> list[Sentence]:
    """Which side of a comparison has more."""
    sides = [each for each in results if isinstance(each, FigureFound) and each.asked.name]
    if len(sides) < 2:
        return []
    values = {each.asked.name: _side(each) for each in sides}
    known = {name: value for name, value in values.items() if value is not None}
    if len(known) < 2:
        return [Sentence(text="They can't be compared: for one of them no number is known.")]
    most, least = max(known, key=lambda each: known[each]), min(known, key=lambda each: known[each])
    field = sides[0].asked.field
    if known[most] == known[least]:
        return [Sentence(text=f"It is the same for {listed(list(known))}.")]
    apart = known[most] - known[least]
    told = f"{apart:.0f} points" if sides[0].asked.share else phrases.number_words(terms, field, apart)
    return [Sentence(text=f"{most} has more than {least}, by {told}.")]


def _side(found: FigureFound) -> float | None:
    if found.asked.share:
        return 100 * found.figure.calls / found.of.calls if found.of.calls else None
    return found.figure.value


def _unsaid(found: PassagesFound, sentences: Sequence[Sentence]) -> PassagesFound:
    """What was taken on without what the steps say already."""
    told = set(stems(" ".join(each.text for each in sentences)))
    left = [
        each for each in found.said if len(set(stems(each.words)) & told) < _SAID_ALREADY * len(set(stems(each.words)))
    ]
    return replace(found, said=left, strong=bool(left) or found.strong)


def _useful(results: Sequence[Result], said: bool = False) -> list[Result]:
    """The results worth telling: weak quotes are left out where something else answers, unless words are asked for."""
    found = [
        each for each in results if not (isinstance(each, StepsFound) and each.asked.only_about and not each.steps)
    ]
    answering = [each for each in found if not (isinstance(each, PassagesFound) and not each.strong)]
    facts = [each for each in answering if not (isinstance(each, FactsFound) and _silent(each))]
    if facts:
        strong = any(isinstance(each, PassagesFound) for each in answering)
        kept = facts if strong else answering
        sides = {each.asked.where.clients for each in found if isinstance(each, PassagesFound)}
        if len(sides) > 1 or said:  # of two clients that are compared, both are told of
            kept = [each for each in found if each in kept or isinstance(each, PassagesFound)]
        return kept
    return found


def _any_step(results: Sequence[Result]) -> bool:
    return any(isinstance(each, StepsFound) and each.steps for each in results)


def _told_of(results: Sequence[Result]) -> bool:
    """Whether the record tells something itself, beside words that are only near."""
    own = [each for each in results if isinstance(each, FactsFound | StepsFound | ObjectionsFound)]
    return any(
        not _silent(each)
        if isinstance(each, FactsFound)
        else bool(getattr(each, "steps", ()) or getattr(each, "raised", ()))
        for each in own
    )


def _silent(found: FactsFound) -> bool:
    """Whether none of the fields was discussed."""
    return all(
        call.value(field) is None for own in found.calls.values() for call in own for field in found.asked.fields
    )


def _worded(it: Understood, terms: Terms, result: Result) -> Iterator[Sentence]:
    words, lists = CrmWords(terms, it), ListWords(terms)
    match result:
        case FactsFound():
            yield from words.facts(result)
        case FigureFound():
            yield from words.figure(result)
        case GroupsFound():
            yield from lists.groups(result)
        case ListFound():
            yield from lists.listing(result)
        case StepsFound():
            yield from lists.steps(result)
        case PassagesFound():
            yield from wording_said.passages(result)
        case ObjectionsFound():
            yield from wording_said.objections(result)
        case RaisedFound():
            yield from wording_said.raised(result)
        case RelatedFound():
            yield from wording_said.related(result)
        case DraftFound():
            yield from wording_said.draft(result)


def _unknown(it: Understood) -> list[Sentence]:
    """Names that nobody on record has, where the question is about somebody."""
    strangers = _strangers(it)
    return [Sentence(text=f"Nobody called {listed(strangers)} is on record as a client.")] if strangers else []


def _strangers(it: Understood) -> list[str]:
    """The unknown names that the question treats as somebody's."""
    if it.clients:
        return []
    return [
        name
        for name in it.people.unknown
        if re.search(
            rf"{re.escape(name)}['’]s?\b|\b(?:did|does|is|was|has|with|for|of|about|to) {re.escape(name)}\b",
            it.question,
        )
    ]


def _read_as(it: Understood) -> list[Sentence]:
    return [Sentence(text=f"I take it that you mean {name}.") for name in it.people.read_as]


def _used(terms: Terms, plan: Plan) -> str:
    """The filter in words."""
    named = (getattr(call, "where", None) for call in plan.calls)
    wheres = [where for where in named if isinstance(where, Where)]
    told = list(dict.fromkeys(phrases.where_words(terms, where) for where in wheres))
    said = [f"calls {each}" if each else "all calls" for each in told]
    return f"Looked at {listed(said)}." if said else ""


def _missing(it: Understood, terms: Terms, results: Sequence[Result]) -> Iterator[str]:
    figures = any(isinstance(each, FigureFound | GroupsFound | ListFound) for each in results)
    if figures and it.content and not any(isinstance(each, PassagesFound) for each in results):
        yield f"Not taken into account: {', '.join(it.content)}."
    for result in results:
        if isinstance(result, FactsFound):
            for client, calls in result.calls.items():
                silent = [field for field in result.asked.fields if all(call.value(field) is None for call in calls)]
                if silent:
                    names = listed([phrases.label(terms, field) for field in silent])
                    yield f"Not discussed with {client}: {names}."
        if isinstance(result, PassagesFound) and not result.strong and result in _useful(results):
            yield "No words of a call are about that."


def _notes(results: Sequence[Result]) -> list[str]:
    return [each.away for each in results if isinstance(each, PassagesFound | RelatedFound) and each.away]


def _chosen(plan: Plan) -> Where | None:
    """The calls that the answer is about, for a question about some of those."""
    for call in plan.calls:
        if isinstance(call, Listing | FigureOf | Raised):
            wanted = call.where
            if isinstance(call, Raised) and call.category:
                wanted = wanted.model_copy(update={"objections": (call.category,)})
            return wanted if wanted != Where() else None
    return None


def _clients(it: Understood, results: Sequence[Result]) -> tuple[str, ...]:
    """Whom the next question may mean: those that were named, else the one that was found."""
    if it.clients:
        return tuple(client.label for client in it.clients)
    found: list[str] = []
    for result in results:
        if isinstance(result, ListFound):
            found += [result.calls[row.external_id].client for row in result.rows[:1]]
        if isinstance(result, PassagesFound) and result.strong:
            found += [each.source.client for each in result.said[:1]]
    return tuple(dict.fromkeys(found))[:1]
