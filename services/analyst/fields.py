"""The playbook's own facts: what is said beside a field's cues, or in answer to a question that holds one.

A cue that holds ``{number}`` takes the number that stands there; any other says what its sentence is about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.agents.contract import Quote
from services.analyst.dialogue import Sentence, Talk
from services.analyst.field_values import Said, value_in
from services.analyst.findings import Finding
from services.playbooks.cues import CueBook, Hit
from services.playbooks.model import Field, Playbook

ENOUGH = 1.0  # of cue weight, for a sentence to be about a field
_YES = re.compile(
    r"\W*(?:(?:oh|well|um|uh)\W+)*(?:yes|yeah|yep|yup|right|correct|uh-huh|mm-hm|sure|exactly|that's right)\b"
)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A value said in one sentence, with the words that show it."""

    value: Any
    quotes: tuple[Quote, ...]


@lru_cache(maxsize=8)
def _book(playbook: Playbook) -> CueBook[str]:
    return CueBook((field.name, cue) for field in playbook.fields for cue in field.cues)


def find_fields(talk: Talk, playbook: Playbook) -> dict[str, Finding]:
    """Every field of the playbook that has cues and was discussed, by name. What was said last stands.

    Lists collect what was said over the whole call. Money is in dollars.
    """
    with_cues = [field for field in playbook.fields if field.cues]
    if not with_cues:
        return {}
    about = _Topics(talk, playbook)
    found: dict[str, Finding] = {}
    for field in with_cues:
        claims = list(_claims(talk, field, about))
        if claims and field.type in ("texts", "states"):
            values = dict.fromkeys(value for claim in claims for value in claim.value)
            found[field.name] = Finding(list(values), [quote for claim in claims for quote in claim.quotes])
        elif claims:
            same = [claim for claim in reversed(claims) if claim.value == claims[-1].value]
            found[field.name] = Finding(claims[-1].value, [quote for claim in same for quote in claim.quotes])
    return found


class _Topics:
    """Which fields each sentence is about."""

    def __init__(self, talk: Talk, playbook: Playbook) -> None:
        book = _book(playbook)
        self._said_by = {field.name: field.said_by for field in playbook.fields}
        self._hits = {id(sentence): list(book.find(sentence.line)) for sentence in talk.sentences}

    def of(self, sentence: Sentence, field: Field) -> list[Hit[str]]:
        """The field's cues in a sentence, if they are strong enough together."""
        hits = [hit for hit in self._hits[id(sentence)] if hit.key == field.name]
        weights = {hit.cue: hit.weight for hit in hits}
        return [hit for hit in hits if hit.weight > 0] if sum(weights.values()) >= ENOUGH else []

    def said(self, sentence: Sentence, field: Field, *, answers: bool = False) -> Said:
        others = [
            hit
            for hit in self._hits[id(sentence)]
            if hit.key != field.name and "{number}" in hit.cue and self._said_by[hit.key] in (sentence.side, "anyone")
        ]
        return Said(sentence, [] if answers else self.of(sentence, field), others)


def _claims(talk: Talk, field: Field, about: _Topics) -> Iterator[_Claim]:
    """The values of a field in the order in which they were said. What follows in an answer's turn is no answer."""
    told = -1
    for sentence in talk.sentences:
        if sentence.story or sentence.side is None or field.said_by not in (sentence.side, "anyone"):
            continue
        if about.of(sentence, field):
            claims = _own(talk, field, sentence, about)
        elif told != sentence.turn:
            claims = _answered(talk, field, sentence, about)
        else:
            continue
        for claim in claims:
            told = sentence.turn
            yield claim


def _own(talk: Talk, field: Field, sentence: Sentence, about: _Topics) -> Iterator[_Claim]:
    """What a sentence with a cue says itself, or else the speaker's next one: "The roof? Twelve years." """
    value = None if sentence.asks else value_in(field, about.said(sentence, field))
    if value is not None:
        yield _Claim(value, (talk.quote_of(sentence),))
        return
    sentences = talk.turns[sentence.turn].sentences
    following = next((later for later in sentences if later.start > sentence.start), None)
    if following and not following.asks and not about.of(following, field):
        value = value_in(field, about.said(following, field, answers=True))
        if value is not None and field.type not in ("text", "texts"):
            yield _Claim(value, (talk.quote_of(following), talk.quote_of(sentence)))


def _answered(talk: Talk, field: Field, sentence: Sentence, about: _Topics) -> Iterator[_Claim]:
    """What a sentence says as the answer to a question with a cue, in words of its own or by a yes to what it holds."""
    question = _question(talk, sentence)
    if question is None or sentence.asks or not about.of(question, field):
        return
    quotes = (talk.quote_of(sentence), talk.quote_of(question))
    value = value_in(field, about.said(sentence, field, answers=True))
    if value is None and _YES.match(sentence.folded) and field.type not in ("text", "texts"):
        value = value_in(field, about.said(question, field))
    if value is not None:
        yield _Claim(value, quotes)


def _question(talk: Talk, sentence: Sentence) -> Sentence | None:
    """What the other side asked just before, or told to be answered ("Tell me about the roof.")."""
    asked = talk.question_before(sentence)
    if asked is not None:
        return asked
    earlier = talk.before(sentence.turn)
    opening = sentence in talk.turns[sentence.turn].sentences[:1]
    return earlier.sentences[-1] if opening and earlier is not None and earlier.sentences else None
