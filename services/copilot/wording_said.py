"""The sentences of what was said: quotes with whose words they are, objections with their answers, related clients."""

import re
from collections.abc import Iterator, Mapping, Sequence

from services.copilot.contract import Passages, Sentence, Source
from services.copilot.figures import in_figures
from services.copilot.proof import CallProof, RaisedIn
from services.copilot.results import (
    DraftFound,
    ObjectionsFound,
    PassagesFound,
    RaisedFound,
    RelatedFound,
)
from services.copilot.turns import cut
from services.copilot.unsaid import near_enough
from services.json_words import plain
from services.playbooks.cues import fold
from services.sentence_words import stems
from services.wording import counted, listed, long_date

_FEW = 4  # quotes that are shown where none of them answers
_ANSWERED = 8  # calls, up to which the answers are told with the objection
_MOST = 12
_WORDS = 5  # that are named of what is asked for


def passages(found: PassagesFound) -> Iterator[Sentence]:
    """The quotes; where none is about what was asked, that is said first."""
    said = found.said if found.strong else near_enough(found.said)[:_FEW]
    if not found.strong:
        near = [each.source for each in said]
        nearest = " The nearest words are these." if said else ""
        what = f" about {_topic(found.asked)}"
        of = f" with {listed(found.asked.where.clients)}" if found.asked.where.clients else ""
        calls = f"the call{of}" if found.looked_at == 1 else f"any of {counted(found.looked_at, 'call')}{of}"
        text = f"The record does not say anything{what}: it was not discussed or mentioned in {calls}.{nearest}"
        yield Sentence(
            text=text,
            sources=tuple(dict.fromkeys([*found.within, *(Source(call=s.call, client=s.client) for s in near)])),
        )
    yield from _silent(found)
    if found.asked.near and said:
        yield Sentence(text="These figures were told on the way to it:")
    if found.asked.late and found.asked.spread:
        if said:
            yield Sentence(text="In the calls themselves it was taken on:")
    elif found.strong and found.asked.chosen:
        yield Sentence(text="The words of these calls that come nearest:")
    elif found.strong and found.asked.spread:
        names = listed(list(dict.fromkeys(each.source.client for each in said)))
        left = found.looked_at - found.calls
        rest = f"; in the other {left:,} none were found" if left > 0 else ""
        text = f"Words about it stand in {found.calls:,} of {counted(found.looked_at, 'call')}: {names}{rest}."
        yield Sentence(text=text, sources=tuple(each.source for each in said), state="supported")
    if found.asked.late and said and not found.asked.spread:
        yield Sentence(text="Near the end of the call it was said:")
    for each in said[:_MOST]:
        client = f" (call with {each.source.client})" if each.source.client.lower() != each.speaker.lower() else ""
        text = f"{each.speaker}{client}: “{each.words}”{in_figures(each.words)}"
        yield Sentence(text=text, sources=(each.source,), state="supported")


def _silent(found: PassagesFound) -> Iterator[Sentence]:
    """That somebody whose words are asked for does not speak."""
    if found.silent:
        name = found.silent.title()
        text = f"The record does not hold {name}'s own words: {name} does not speak on {_calls_of(found)}."
        yield Sentence(text=text, sources=tuple(found.within[:1]))


def _calls_of(found: PassagesFound) -> str:
    """The calls that were looked through, in words."""
    of = f" with {listed(found.asked.where.clients)}" if found.asked.where.clients else ""
    return f"the call{of}" if found.looked_at == 1 else f"the {found.looked_at:,} calls{of}"


def no_more(found: PassagesFound) -> Sentence:
    """That a part of the question is not answered."""
    text = f"The record does not say more about {_topic(found.asked)}: no words of a call are surely about it."
    return Sentence(text=text)


def _topic(asked: Passages) -> str:
    """What was asked for: as a phrase where the question says it like that, else word by word."""
    if not asked.about:
        return "that"
    phrase = asked.about.lower() in fold(asked.words)
    parts = [asked.about] if phrase else list(dict.fromkeys(asked.about.split()))[:_WORDS]
    return listed([f"“{part}”" for part in parts])


def beside(found: PassagesFound) -> Iterator[Sentence]:
    """The words that come nearest, beside what the record tells, where none is surely about what was asked."""
    yield from _silent(found)
    said = near_enough(found.said)
    if said:
        yield Sentence(text=f"The words of the call that come nearest to {_topic(found.asked)}:")
    for each in said[:_FEW]:
        text = f"{each.speaker}: “{each.words}”{in_figures(each.words)}"
        yield Sentence(text=text, sources=(each.source,), state="supported")


def objections(found: ObjectionsFound) -> Iterator[Sentence]:
    """Each concern in the client's words, with the answer."""
    who = listed(found.asked.where.clients)
    if not found.raised:
        looked = counted(len(found.calls), "call")
        yield Sentence(
            text=f"No objection of {who} is on record, out of {looked}.",
            sources=tuple(c.source() for c in found.calls[:3]),
        )
        return
    by_client: dict[str, list[str]] = {}
    for call, each in found.raised:
        by_client.setdefault(call.client, []).append(each.category)
    for client, categories in by_client.items():
        sources = tuple(s for call, each in found.raised if call.client == client for s in each.quotes[:1])
        names = listed(list(dict.fromkeys(categories)))
        yield Sentence(
            text=f"{client} raised {counted(len(set(categories)), 'objection')}: {names}.",
            sources=sources,
            state="supported",
        )
    yield from _spoken_of(found)
    yield from _held_together({client: list(dict.fromkeys(own)) for client, own in by_client.items()})
    for call, each in found.raised:
        yield from _raised(call, each, answers=True)
    yield from _endings(found)


_THIRD = re.compile(r"\b(?:he|she|him|her|his|hers|he's|she's|he'll|she'll)\b", re.I)


def _spoken_of(found: ObjectionsFound) -> Iterator[Sentence]:
    """Whom a client may mean by he or she: the spouse or partner, where one is on record."""
    meant = {call.id: call for call, each in found.raised if any(_THIRD.search(quote.words) for quote in each.quotes)}
    for call in meant.values():
        if spouse := plain(call.value("spouse_name")):
            yield Sentence(
                text=f"On record as the spouse or partner of {call.client}: {spouse}.",
                sources=call.sources("spouse_name")[:1],
                state="supported" if call.supported("spouse_name") else "unsupported",
            )


def _held_together(raised_by: Mapping[str, Sequence[str]]) -> Iterator[Sentence]:
    """What two clients have both raised, and who raised more."""
    if len(raised_by) != 2:
        return
    (one, first), (other, second) = raised_by.items()
    both = [each for each in first if each in second]
    yield Sentence(text=f"Both raised: {listed(both)}." if both else "They raised nothing in common.")
    if len(first) != len(second):
        most, least = (one, other) if len(first) > len(second) else (other, one)
        yield Sentence(text=f"{most} raised more than {least}.")


def _endings(found: ObjectionsFound) -> Iterator[Sentence]:
    for call in {call.id: call for call, _ in found.raised}.values():
        if ended := call.value("outcome"):
            yield Sentence(
                text=f"The call with {call.client} ended with the outcome {ended}.",
                sources=call.sources("outcome"),
                state="supported",
            )


def _raised(call: CallProof, each: RaisedIn, *, answers: bool) -> Iterator[Sentence]:
    told = dict.fromkeys(_whole(call, source) if answers else source.words for source in each.quotes[:3])
    words = " … ".join(one for one in told if one)
    if words:
        text = f"{each.category}, {call.client}: “{words}”{in_figures(words)}"
        yield Sentence(text=text, sources=each.quotes[:3], state="supported")
    for answer in each.answers if answers else ():
        adviser = plain(call.turns[answer.turn or 0].get("speaker")) or "We"
        text = f"{adviser} answered: “{answer.words}”{in_figures(answer.words)}"
        yield Sentence(text=text, sources=(answer,), state="supported")
    if answers and words and not each.answers:
        yield Sentence(text=f"No answer of ours to that stands right after it in the call with {call.client}.")


def _whole(call: CallProof, source: Source) -> str:
    """The turn that a quote is from, where it is no longer than can be read at a glance."""
    turn = plain(call.turns[source.turn].get("text")) if source.turn is not None else ""
    return cut(turn, set(stems(source.words))) if turn else source.words


def raised(found: RaisedFound) -> Iterator[Sentence]:
    """Who raised a concern, out of how many, in their words, and how it ended."""
    category = found.asked.category
    names = list(dict.fromkeys(call.client for call, _ in found.raised))
    other = "other " if found.asked.but else ""
    if not names:
        yield Sentence(text=f"None of {counted(found.of, f'{other}call')} raised the objection {category}.")
        return
    sources = tuple((each.quotes or (call.source(),))[0] for call, each in found.raised)
    of = counted(found.of, f"{other}call")
    text = f"The objection {category} was raised in {found.total:,} of {of}: {listed(names)}."
    yield Sentence(text=text, sources=sources, state="supported")
    for call, each in found.raised[:_MOST]:
        ended = each.ended or call.value("outcome")
        yield from _raised(call, each, answers=found.asked.answers or len(found.raised) <= _ANSWERED)
        if ended:
            yield Sentence(
                text=f"The call with {call.client} ended with the outcome {ended}.",
                sources=call.sources("outcome")[:1],
                state="supported",
            )
    left = found.of - found.total
    if left > 0:
        yield Sentence(text=f"In the other {counted(left, 'call')} it was not raised.")


def related(found: RelatedFound) -> Iterator[Sentence]:
    """Who shares what."""
    by = {"product": "products", "business": "a business", "adviser": "an adviser"}[found.asked.by]
    if not found.clients:
        yield Sentence(text=f"Nobody else on record shares {by} with {found.asked.client}.")
        return
    for each in found.clients[:_MOST]:
        sources = tuple(
            Source(call=s.call, client=each.name, turn=s.turn, words=s.quote or "") for s in each.sources[:3]
        )
        yield Sentence(
            text=f"{each.name} shares {listed(list(each.shared))} with {found.asked.client}.",
            sources=sources,
            state="supported",
        )


def draft(found: DraftFound) -> Iterator[Sentence]:
    """That a draft was made, and where it is."""
    if found.draft is None:
        yield Sentence(text=found.why)
        return
    where = (
        "It stands among the drafts on the Emails page and was not sent."
        if found.draft.stored
        else "It is only shown here: somebody's own words stand on the Emails page, or the e-mail was sent already."
    )
    yield Sentence(
        text=f"This is a draft to {found.client}, made of what is on record. {where}", sources=tuple(found.sources)
    )
    for doubtful in found.unsupported:
        yield Sentence(text=f"Not in the call: “{doubtful}”", state="unsupported")


def day_of(call: CallProof) -> str:
    """A call's day in words, or nothing."""
    return long_date(call.date) or ""
