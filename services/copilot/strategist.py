"""The strategist: makes the answer of the results. Every sentence has its sources, or says that it has none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.copilot import phrases, unsaid, wording_said, wording_sums
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
from services.sentence_words import stems
from services.wording import listed

_SAID_ALREADY = 0.85  # of the words of a quote, from which on it says nothing more
_IN_PART = 3  # the score of an answer that leaves a part of the question open
_TELLING = 2  # words of a question that are about nothing on record, from which on it is not answered


def answer(it: Understood, terms: Terms, plan: Plan, results: Sequence[Result], verdict: Verdict) -> Answer:
    """The answer in plain words."""
    strong = any(isinstance(each, PassagesFound) and each.strong for each in results)
    answered = verdict.enough or any(isinstance(each, DraftFound) and each.draft for each in results)
    if _strangers(it) and not strong and verdict.enough:
        results = []
    sentences = [*([] if strong else _unknown(it)), *_read_as(it)]
    sentences, draft = _told(it, terms, results, sentences)
    sentences += wording_sums.beside(it, terms, results)
    if _strangers(it) and not strong:
        answered = False
    weak = [each for each in results if isinstance(each, PassagesFound) and not each.strong and not each.asked.late]
    if any(isinstance(each, FactsFound) for each in results) and weak and it.content and answered:
        if not any("does not say" in each.text for each in sentences):
            sentences.append(wording_said.no_more(weak[0]))
        answered = len(it.content) < _TELLING and not _amount_of(it)
    if any(isinstance(each, PassagesFound) and each.silent and not each.strong for each in results):
        answered = False
    score, reason = verdict.score, verdict.reason
    if left := unsaid.left_open(it, results):
        sentences.append(Sentence(text=f"This part of the question is not answered: {left}."))
        score, reason = min(score, _IN_PART), f"Some words of the question were used by no part of the plan: {left}."
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
        context=Context(clients=_clients(it, results), question=it.question, chosen=chosen(plan), many=_many(results)),
        score=score,
        reason=reason,
    )


def _told(
    it: Understood, terms: Terms, results: Sequence[Result], before: Sequence[Sentence]
) -> tuple[list[Sentence], DraftMade | None]:
    """The sentences that tell the results, after those ``before``; and the draft that was made, if one was."""
    sentences, draft = list(before), None
    for result in _useful(results, bool(it.clients) and (it.has("said") or bool(it.content))):
        weak = isinstance(result, PassagesFound) and not result.strong
        if weak and ((it.people.unknown and not it.clients) or draft is not None):
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
    return sentences, draft


def _amount_of(it: Understood) -> bool:
    """Whether an amount of something is asked for that no field holds: how much commission."""
    match = re.search(r"\bhow (?:much|many) (\w+)", it.line.folded)
    return match is not None and match.group(1) in it.content


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


_TOLD_OF = (
    "quote|quoted|charge|charged|call|called|email|e-mail|tell|told|ask|asked|offer|offered|give|gave|sign|signed"
    "|meet|met|know"
)
_BESIDE = "|with|for|of|about|to|and|or|from"


def _strangers(it: Understood) -> list[str]:
    """The unknown names that the question treats as somebody's."""
    if it.clients:
        return []
    beside = "" if re.match(r"(?:who|which|clients|how many|list|any|all|show)\b", it.line.folded) else _BESIDE
    return [
        name
        for name in it.people.unknown
        if re.search(
            rf"\b(?:did|does|is|was|has|{_TOLD_OF}{beside}) (?:mr\.? |mrs\.? |ms\.? |dr\.? )?{re.escape(name)}\b"
            + (rf"|{re.escape(name)}['’]s?\b" if beside else ""),
            it.question,
            re.IGNORECASE,
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


def chosen(plan: Plan) -> Where | None:
    """The calls that the answer is about, for a question about some of those."""
    for call in plan.calls:
        if isinstance(call, Listing | FigureOf | Raised):
            wanted = call.where
            if isinstance(call, Raised) and call.category:
                wanted = wanted.model_copy(update={"objections": (call.category,)})
            return wanted if wanted != Where() else None
    return None


def _many(results: Sequence[Result]) -> bool:
    """Whether the first that was chosen are several calls."""
    for result in results:
        if isinstance(result, ListFound | RaisedFound):
            return result.total > 1
        if isinstance(result, FigureFound):
            return result.figure.calls > 1
    return False


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
