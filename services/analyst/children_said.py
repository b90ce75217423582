"""What a sentence states of the number of the client's children: in figures, in kinds, or that there are none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.analyst.brood import CHILD, COMING, MOST, Passage, asks_for_children, skipped
from services.analyst.children_kinds import HAD, is_theirs, of_kinds
from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import Spoken
from services.analyst.wordings import Wording
from services.analyst.words import hits, weight

_YES = re.compile(
    r"\W*(?:yes|yeah|yep|yup|right|correct|uh-huh|mm-hm|exactly|that's (?:right|it|them|all|the one)|just"
    r"|perfect|sure)\b"
)
_NO = re.compile(
    r"\W*(?:(?:oh|well|uh|um|god|gosh|me|myself|for me|mine)\W+)*(?:no|none|nope|naw|nah|zero|never|nada|neither"
    r"|not a one|not one)\b(?! doubt| problem| worries)"
)
_TAKES_BACK = re.compile(
    r"\W*(?:(?:oh|well|uh|um)\W+)*(?:no|nope|not|actually|well|wait|hold on|you forgot|you're forgetting"
    r"|and there's|plus)\b"
)
_LEAD = (
    r"^\W*(?:(?:okay|ok|all right|alright|got it|so|and|then|yeah|yes|well|oh|no|right|great|perfect|wow|good"
    r"|uh|um|ha|sorry|actually"
    r"|now|i see|nope|honestly)\W+)*"
)
_RECAP = re.compile(
    _LEAD + r"(?:(?:that's|that is|that makes|makes it|makes|that'd be|that'll be|it's|it is|you have|you've got"
    r"|we have|we've got"
    r"|i've got|i got|i have|i'd plan|i'm putting|i'll put|put|put down|just|only|a total of|total of"
    r"|altogether|call it|all|the|your|our"
    r"|of|for you|for the \w+|for your \w+|there's|there are|a|still|down for|with|down|us|we're at|count|say"
    r"|we'd say|got|plus|equals|you'd|i'd|want to|but|one|two|three|four|five|six)\W+)*$"
)
_AFTER = re.compile(
    r"\W*(?:$|[.,!?;:]|(?:it is|of (?:them|'em|'m|ours|mine|my own|our own)|total|altogether|in all|kids|children"
    r"|then|all told|between"
    r"|together|now|for (?:the|you|me|us|her|him)|here|you're|that you|and one|grown|living|alive|and (?:a|no"
    r"|that)|on paper)\b)"
)
_ADDS = Wording(r"\b(?:one|two|three|four|five|six|\d) plus (?:one|two|three|four|five|six|\d)\b")
_HAD_MANY = Wording(r"\b(?:i|we) (?:had|raised|did have) (?:all |just )?(?=\w)")
_LOST_ONE = Wording(
    r"\b(?:we|i) (?:lost|buried) (?:our|my|one|him|her|the \w+|[a-z]+)\b(?! (?:touch|count|money|the house))"
)
_ELSE = Wording(
    r"\b(?:how old|grand\w+|how long|what (?:age|grade|year)|old are|ages|how many (?:grand|years|acres|houses"
    r"|properties))\b"
)
_MORE = Wording(r"\b(?:other|more|any others|anybody else|anyone else|else|from before|on your side|before)\b")
_OF_ANOTHER = re.compile(
    r"^\W*(?:and |but |no, )?(?:he|she|they|he's|she's|they're)\b(?!.*\b(?:i|we|me|us|i've|we've)\b)"
)
_NONE_THEN = re.compile(
    r"^\W*(?:(?:okay|so|and|then|got it|right|for you|of your own|i'll (?:write|put)|put)\W+)*"
    r"(?:none|zero|no kids|no children)\b"
)
_NONE_OF_YOURS = Wording(r"\b(?:none|any|no kids|no children) (?:yourself|of your own)\b")
_I_HAVE_NONE = Wording(
    r"\b(?:i've got|i have|i got|we've got|we have|me,) (?:none|zero)\b|^\W*(?:no,? )?not yet,?(?: anyway)?\W*$"
)
_ONLY_ONESELF = Wording(
    r"\b(?:i'm|i am|i was|you're|you are|you an|as|being) (?:an |the )?only (?:child|one|son|daughter)\b"
)
_FIRST = Wording(r"\b(?:i|i've|my|we|we've|mine|our)\b")
_READS = Wording(r"\b(?:down|here|you|written|wrote|form|put|plan)\b")
_PETS = re.compile(
    r"^\W*(?:(?:oh|well|uh|um|no|nope|just|only|the|our|my|a|an|two|three|four|we have|we've got|i've got"
    r"|i have|unless you count|does a|do|couple of)\W+)*"
    r"(?:\w+ )?(?:dogs?|cats?|pets?|fur babies|four-legged|furry|puppy|puppies|pups?|birds?|horses?"
    r"|plants?)\b"
)
_AGE = re.compile(r"(?<!\bit)(?<!\bthat)(?<!\bthere)(?:'s| is| was|turned|turning|turns|age|aged|about|almost|be)\s$")
_SUMS_UP = re.compile(
    r"\b(?:so|that's|that makes|makes|it's|altogether|put|we have|we've got|i have|i've got|there's|there are"
    r"|no|actually)\b\W+(?:\w+\W+){0,2}$"
)
_IT_IS = re.compile(r"\b(?:(?:i suppose|i guess|i'd say|so|but|really|actually),? (?:it's|that's|there's)|makes it)\s$")
_SUMMED_UP = re.compile(r"\W*(?:total|altogether|in all|all told|kids|children|of (?:them|'em|ours|mine)|between)\b")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of children that one sentence speaks for."""

    value: int
    strength: float
    sentence: Sentence


def inside(sentence: Sentence, there: list[Passage]) -> Passage | None:
    return next((one for one in there if one.first <= sentence.turn <= one.last), None)


def stated(talk: Talk, sentence: Sentence, there: list[Passage]) -> Iterator[Count]:
    """The numbers that one sentence states, in figures or in kinds, or by saying none."""
    if sentence.side not in ("advisor", "client") or sentence.story:
        return
    passage, ours = inside(sentence, there), sentence.side == "client"
    if (none := _none(talk, sentence)) > 0:
        yield Count(0, none, sentence)
        return
    if (left := _left_of(talk, sentence)) and (passage or _children_near(talk, sentence)):
        yield Count(left, 2.0, sentence)
    total, strength = of_kinds(sentence)
    if total:
        strength *= 1.0 if passage else 0.7 if ours else 0.55
        yield Count(total, strength * trust(talk, sentence, total), sentence)
    elif passage or _children_near(talk, sentence):
        yield from _bare(talk, sentence, passage)
    found = hits("people", sentence)
    for group, number in (("one", 1), ("two", 2)):
        strength = weight(found, group)
        strength *= 1.0 if passage else 0.6
        if (
            not total
            and strength
            and not _ONLY_ONESELF.search(sentence)
            and (passage or CHILD & set(sentence.words))
            and not is_theirs(sentence, len(sentence.folded))
        ):
            yield Count(number, strength * trust(talk, sentence, number), sentence)


def _left_of(talk: Talk, sentence: Sentence) -> int:
    """How many are left of those that a client had: "I had four. We lost my David." 0 where none was lost."""
    match = _HAD_MANY.search(sentence) if sentence.side == "client" else None
    if match is None:
        return 0
    number = next((one for one in sentence.numbers if one.start == match.end()), None)
    after = [
        one for turn in talk.turns[sentence.turn : sentence.turn + 3] if turn.side == "client" for one in turn.sentences
    ]
    lost = any(_LOST_ONE.search(one) for one in after if (one.turn, one.start) >= (sentence.turn, sentence.start))
    plain = number is not None and number.shape == "plain" and 1 < number.value <= MOST
    return int(number.value) - 1 if number is not None and plain and lost else 0


def trust(talk: Talk, sentence: Sentence, value: int) -> float:
    """How much a count weighs: the adviser's summing up by the answer to it, the client's own words in full."""
    if sentence.side == "client":
        return 0.4 if sentence.asks else 1.0
    if _FIRST.search(sentence) and not _READS.search(sentence):
        return 0.0
    after = talk.turns[sentence.turn + 1] if sentence.turn + 1 < len(talk.turns) else None
    if _echoes_others(talk, sentence, value):
        return 0.2
    if after is None or after.side != "client":
        return 0.8
    agrees = _YES.match(after.folded) or (value == 0 and _NO.match(after.folded))
    if agrees or any(number.value == value for number in after.numbers[:2]):
        return 1.8
    if _TAKES_BACK.match(after.folded):
        return 0.2
    return 0.6 if sentence.asks else 1.1


def _echoes_others(talk: Talk, sentence: Sentence, value: int) -> bool:
    """Whether an adviser repeats a number that was said of foster children, nephews or the like."""
    earlier = talk.before(sentence.turn)
    if earlier is None:
        return False
    said = [one for one in earlier.sentences if any(number.value == value for number in one.numbers)]
    return bool(said) and all(skipped(one) or "fosters" in earlier.words for one in said)


def _none(talk: Talk, sentence: Sentence) -> float:
    """How strongly a sentence says that there are no children."""
    strength = weight(hits("people", sentence), "none") if not _OF_ANOTHER.match(sentence.folded) else 0.0
    if sentence.side == "advisor":
        if _NONE_THEN.match(sentence.folded) and _children_near(talk, sentence):
            strength = max(strength, 4.0)
        recap = strength and sentence.length <= 14 and not re.search(r"\b(?:if|with no|when)\b", sentence.folded)
        return 0.5 * strength * trust(talk, sentence, 0) if recap else 0.0
    question = talk.question_before(sentence)
    more = question is not None and _MORE.search(question)
    if strength and not sentence.asks and not is_theirs(sentence, 30):
        return 0.2 * strength if more else strength
    opens = sentence.start == talk.turns[sentence.turn].sentences[0].start
    if question is None or more or not (opens or sentence.length == 1):
        return 0.0
    asked = _asks_whether(question)
    if not asked:
        return 0.0
    if _PETS.match(sentence.folded) or _I_HAVE_NONE.search(sentence):
        return 3.5
    if not _NO.match(sentence.folded) or re.search(r"\b(?:but|well|except|just|only|not yet)\b", sentence.folded):
        return 0.0
    return 3.5 if not of_kinds(sentence)[0] else 0.0


def _asks_whether(question: Sentence) -> bool:
    """Whether a question is after there being children at all."""
    if _NONE_OF_YOURS.search(question):
        return True
    if _ELSE.search(question) or CHILD.isdisjoint(question.words):
        return False
    if re.search(r"\b(?:any|have|got|no|ever|how many)\b", question.folded):
        return not re.search(
            r"\b(?:the|your|his|her) (?:kids?|children|boys?|girls?|sons?|daughters?)\b", question.folded
        )
    return question.length <= 8 and not re.search(r"\b(?:the|your|are|do|does|will)\b", question.folded)


def _bare(talk: Talk, sentence: Sentence, passage: Passage | None) -> Iterator[Count]:
    """A number alone where children are spoken of: "Two." after the question, "So that's four." """
    question = talk.question_before(sentence)
    if question is not None and _ELSE.search(question) and not re.search(r"\bhow many\b", question.folded):
        return
    numbers = sentence.numbers
    for number in numbers[-1:] if _ADDS.search(sentence) else numbers:
        text = sentence.folded[number.start : number.end]
        plain = number.shape == "plain" and not number.scaled and not number.money and number.value == int(number.value)
        if (
            not plain
            or not 0 <= number.value <= MOST
            or text in ("oh", "o")
            or not _AFTER.match(sentence.folded, number.end)
        ):
            continue
        before = sentence.folded[: number.start]
        if (
            _AGE.search(before)
            or is_theirs(sentence, number.start)
            or not (
                _RECAP.match(before)
                or (passage and sentence.side == "client" and (len(before.split()) <= 3 or _IT_IS.search(before)))
            )
        ):
            continue
        if re.match(
            r"\W*(?:and|,)\W*(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)",
            sentence.folded[number.end :],
        ) and not COMING.search(sentence):
            return
        if not passage and CHILD.isdisjoint(sentence.words):
            return
        strength = _of_bare(talk, sentence, number, question) if passage else 0.5
        yield Count(int(number.value), strength * trust(talk, sentence, int(number.value)), sentence)
        return


def _of_bare(talk: Talk, sentence: Sentence, number: Spoken, question: Sentence | None) -> float:
    """How surely a number alone is one of children: an answer or a sum, not an age or "the one"."""
    before, after = sentence.folded[: number.start], sentence.folded[number.end :]
    opens = sentence.start == talk.turns[sentence.turn].sentences[0].start
    answers = opens and question is not None and asks_for_children(question) and len(before.split()) <= 4
    answers = answers or (opens and len(sentence.words) == 1 and bool(talk.before(sentence.turn)))
    sums_up = _SUMS_UP.search(before) or _SUMMED_UP.match(after) or sentence.side == "advisor"
    strength = 3.0 if answers or sums_up or _ends_the_count(talk, sentence, number) else 1.6
    if number.value == 1 and not answers:
        strength *= 0.5
    if number.value > 8 or HAD.search(before):
        strength *= 0.4
    return strength


def _ends_the_count(talk: Talk, sentence: Sentence, number: Spoken) -> bool:
    """Whether a number alone stands after smaller ones of the same turn: "My two and her three. Five." """
    own = [one for one in talk.turns[sentence.turn].sentences if one.start < sentence.start]
    smaller = [other for one in own for other in one.numbers if 0 < other.value < number.value]
    return sentence.length == 1 and len(smaller) > 1


def _children_near(talk: Talk, sentence: Sentence) -> bool:
    """Whether children are what the last words before a sentence were about."""
    near = [turn.words for turn in talk.turns[max(0, sentence.turn - 3) : sentence.turn]]
    near += [one.words for one in talk.turns[sentence.turn].sentences if one.start <= sentence.start]
    return any(not CHILD.isdisjoint(words) for words in near)
