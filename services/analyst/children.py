"""How many living children the client has: stated, answered, or added up by either side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.analyst.dialogue import Sentence, Talk
from services.analyst.findings import Finding
from services.analyst.numbers import Spoken, numbers_in
from services.analyst.people import _STORY
from services.analyst.words import data, hits, weight

MOST = 15
_BETWEEN = re.compile(
    r"\W*(?:(?:grown|little|great|beautiful|adult|young|small|of our|of my|own|more|other|wonderful"
    r"|amazing|older|younger|teenage|biological|living|adopted|step|good|sweet|teenaged|growing)\W+)*"
)
_OTHERS_HAVE = re.compile(
    r"\b(?:he|she|they|he's|she's|they've|they're|who|that|sister|brother|cousin|friend|buddy"
    r"|neighbor|lady|couple|client|family|people|fella|guy)\b(?:(?! i\b| we\b| my\b| i'"
    r"| we').){0,40}$"
)
_OURS = re.compile(r"\b(?:i|we|i've|we've|i'm|we're|my|our|you|you've|you're|your|y'all|ours|mine)\b")
_RECAP = re.compile(
    r"^\W*(?:(?:okay|ok|all right|alright|got it|so|and|then|yeah|well|oh|no|right|great|perfect"
    r"|wonderful|wow|good)\W+)*(?:(?:that's|that is|it's|that makes|makes|you have|you've got"
    r"|we have|we've got|i've got|put|i'll put|just|a total of|total of|altogether|call it|all"
    r"|the)\W+)*(?:all )?$"
)


@dataclass(frozen=True, slots=True)
class _Count:
    value: int
    strength: float
    sentence: Sentence


def find_children(talk: Talk) -> Finding | None:
    """The number that is best supported; of equals the one said last. 0 only where somebody says there are none."""
    counts = [count for sentence in talk.sentences for count in _counts(talk, sentence)]
    if not counts:
        return None
    scores: dict[int, float] = {}
    last = counts[-1].sentence.turn or 1
    for count in counts:
        scores[count.value] = scores.get(count.value, 0.0) + count.strength * (1 + 0.4 * count.sentence.turn / last)
    best = max(scores, key=lambda value: scores[value])
    if scores[best] < 2.5:
        return None
    own = sorted((count for count in counts if count.value == best), key=lambda count: -count.strength)
    return Finding(best, [talk.quote_of(count.sentence) for count in own])


def _counts(talk: Talk, sentence: Sentence) -> Iterator[_Count]:
    """What one sentence says about the number of the client's children."""
    if sentence.side not in ("advisor", "client") or _STORY.search(sentence.folded):
        return
    found = hits("people", sentence)
    ours = sentence.side == "client"
    about = _about_children(talk, sentence)
    if not sentence.asks and (strength := weight(found, "none")) and not _OTHERS_HAVE.search(sentence.folded[:20]):
        yield _Count(0, strength * (1.0 if ours else 0.7), sentence)
        return
    total = _named_count(sentence)
    if total is not None:
        yield _Count(total, 3.0 if ours else 2.0 if not sentence.asks else 1.0, sentence)
    elif about:
        yield from _bare_count(talk, sentence)
    if not total and (strength := weight(found, "one")) and (about or strength >= 3):
        yield _Count(1, strength, sentence)


def _named_count(sentence: Sentence) -> int | None:
    """The sum of the children that a sentence counts by name of kind: "two boys and a girl", "three kids"."""
    kin = data("people")["kin"]
    whole, parts = None, 0
    for number in [*numbers_in(sentence.folded), *_articles(sentence)]:
        if number.value != int(number.value) or not 0 < number.value <= MOST or number.shape not in ("plain",):
            continue
        gap = _BETWEEN.match(sentence.folded, number.end)
        word = re.match(r"[a-z]+", sentence.folded[gap.end() :]) if gap else None
        if word is None or word.group() not in (*kin["all_of_them"], *kin["each_kind"]):
            continue
        before = sentence.folded[: number.start]
        if _OTHERS_HAVE.search(before) or any(other in before.split()[-6:] for other in kin["others"]):
            continue
        if not _OURS.search(before) and before.strip() and sentence.side == "advisor" and sentence.length > 14:
            continue
        if word.group() == "ones" and "little" not in sentence.words:
            continue
        if word.group() in kin["all_of_them"]:
            whole = int(number.value)
        else:
            parts += int(number.value)
    return whole if whole is not None else parts or None


def _articles(sentence: Sentence) -> list[Spoken]:
    """ "a girl" beside a number of boys, or "a daughter" that somebody says they have, counts one."""
    return [
        Spoken(1, match.start(), match.start() + 1)
        for match in re.finditer(r"\ba (?=(?:son|daughter|boy|girl|stepson|stepdaughter)\b)", sentence.folded)
        if re.search(
            r"\b(?:boys?|girls?|sons?|daughters?) and (?:then )?$|\b(?:i|we)(?:'ve"
            r"| have)(?: got)?(?: a (?:son|daughter|boy|girl) and)? $",
            sentence.folded[: match.start()],
        )
    ]


def _bare_count(talk: Talk, sentence: Sentence) -> Iterator[_Count]:
    """A number alone where children are spoken of: "Two." after the question, "So that's four." """
    for number in numbers_in(sentence.folded):
        if (
            number.shape != "plain"
            or number.value != int(number.value)
            or not 0 <= number.value <= MOST
            or number.scaled
        ):
            continue
        rest = sentence.folded[number.end :]
        if re.match(
            r"\W*(?:years?|months?|weeks?|hours?|days?|o'clock|percent|acres?|of (?:us|you|them that)"
            r"|houses?|times|grand|dogs?|cats?|minutes?|thousand|miles|bed|stor|inch|feet|blocks?|or)\b",
            rest,
        ):
            continue
        question = talk.question_before(sentence)
        asked = question is not None and weight(hits("people", question), "asks_children") >= 2
        if asked and re.match(r"^\W*(?:\w+\W+){0,4}$", sentence.folded[: number.start]) and sentence.length <= 14:
            yield _Count(int(number.value), 3.0, sentence)
        elif _RECAP.match(sentence.folded[: number.start]) and (
            sentence.length <= 5 or re.match(r"\W*(?:$|you're|total|altogether|all|kids|children|then|for)", rest)
        ):
            yield _Count(int(number.value), 3.0 if sentence.length <= 6 else 2.0, sentence)


def _about_children(talk: Talk, sentence: Sentence) -> bool:
    """Whether children are what the last words before a sentence were about."""
    near = [*(talk.turns[sentence.turn - back].words for back in (1, 2) if sentence.turn >= back), sentence.words]
    turn = talk.turns[sentence.turn]
    near += [one.words for one in turn.sentences if one.start < sentence.start]
    kin = data("people")["kin"]["children"]
    question = talk.question_before(sentence)
    if question is not None and _NO_KIDS.match(sentence.folded):
        return bool(question.words & set(kin))
    return any(words & set(kin) for words in near)


_NO_KIDS = re.compile(r"\W*(?:no|none|nope|zero|never)\b")
