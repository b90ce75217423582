"""What is said of the number of the properties itself: "Two deeds.", "So four, then.", "Just the one." """

import re
from collections import Counter
from collections.abc import Iterator

from services.analyst.call_map import Map
from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import Spoken
from services.analyst.realty import MOST, about_property, named_in
from services.analyst.tenure import KEPT, NO, OTHERS
from services.analyst.wordings import Wording
from services.analyst.words import data, hits, weight
from services.playbooks.cues import fold

Stated = tuple[int, float, Sentence]

_OTHER = Wording(
    r"\b(?:any|anything) (?:other|else|more)\b.*\b(?:property|properties|real estate|land|place"
    r"|houses?|homes?)\b|\bother (?:property|properties|real estate)\b|\banything (?:else"
    r"|out of state)\b|\ball (?:in|here in)\b|\bany land\b|\bjust the (?:one|house)\b"
)
_COUNT_NOUN = re.compile(
    r"\W*(?:(?:separate|different|whole|paid-off|total|little|small|nice|new) )*"
    r"(?:houses?(?! (?:note|payment|down|over|up))|homes?|propert(?:y|ies)|places"
    r"|pieces? of (?:property|real estate|land)|real estate|deeds|parcels|farm)\b"
)
_PART_BEFORE = re.compile(r"\b(?:there's|there are|another|other|plus|and then|also|then|like)(?: \w+){0,2} $")
_PART_AFTER = re.compile(r",? (?:in|over|down|up|on|out|at|next|across) (?!the trust|total|all|both|your|my|our|each)")
_THEIRS = re.compile(r"\b(?:he|she|they)(?:'s| has| have| had|'d| only| just| owns?| got)* (?:only |just |like )*$")
_SUMS_UP = re.compile(r"\W*(?:so|okay|ok|alright|then)\b")
_NUMBER_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten)"
_LEADS = re.compile(
    r"\W*(?:(?:so|okay|ok|and|then|that's|that is|that makes|that would be|makes|it's|i count|i've got|i have|i own"
    r"|we own|we're at|you've got|you have|you own|all told|yeah|yes|yep|right|well|um|uh|just|sure|oh|no|a total of"
    rf"|if you count \w+|{_NUMBER_WORD})\W+)*"
)
_CLOSES = re.compile(
    r"(?:\W+(?:with the \w+|total|altogether|in all|all told|of them|then|right|yes|yeah|sir"
    r"|ma'am|correct|now|today|all in|is (?:right|it|correct)))*\W*$"
    r"|, (?:and )?(?:that's|it's|all in|in|the|your|one|both) "
)
_ECHO_CLOSES = re.compile(r"(?:,|\byeah|\byes)\W+$")
_PEOPLE_AT_LARGE = Wording(
    r"\b(?:some|most|other|a lot of|lots of|many|plenty of) (?:people|folks|families|clients|couples)\b"
)
_SO_BEFORE = re.compile(r"(?:,|\band) (?:so|that's|that makes|makes)(?: it)? $")
_NO_INDEED = re.compile(r"\W*(?:no|nope|naw|nah|not|none|nothing)\b")
_OWN = Wording(r"\bown\b|\bany (?:property|real estate)\b")
_DRAWS = re.compile(
    r"\W*(?:(?:okay|ok|yeah|yes|right|well|and|oh),? )*(?:so|that's|that makes|then|makes|if you count|all told)\b"
)
_WORTH = Wording(r"\b(?:worth|value|savings|checking|account|how much|owe|retirement|pension|salary|old)\b")
_PEOPLE = Wording(
    r"\b(?:kids|children|child|sons|daughters|boys|girls|grandkids|grandchildren|siblings|brothers|sisters|nieces"
    r"|trustees|business|businesses|company|companies|partnerships?|entities|bedrooms|acres|how old|years old)\b"
)
_HOW_MANY = Wording(r"\b(?:how many|(?:what's|what is) (?:the|your|our) count|the count)\b")
_PROPERTY = re.compile(r"\b(?:propert|houses|homes|deeds|places|parcels|doors|house|condo|count)")
_JUST_ONE = Wording(
    r"\b(?:just|only) (?:the|that|this|my|our|your) (?:one(?: (?:house|home|property|place))?|house|home|condo"
    r"|townhouse|place|farm|cape cod|duplex)\b(?!'s?\w* | and\b|, | was)"
)
_BOTH = Wording(
    r"\bboth (?:houses|homes|places|properties|deeds|of the houses|of the properties|get deeded|go in|go into)\b"
)
_NONE = Wording(
    r"\b(?:no (?:house|home|real estate|property)\b(?! tax)[^.?!]{0,20}\b(?:name|names|then|at all)"
    r"|(?:i've|we've|i have|we have|you've) never owned (?:one|a (?:house|home|place)|any)"
    r"|you don't own (?:any (?:property|real estate)|a (?:house|home)))\b"
)
_RECAP = re.compile(
    r"(?:so|okay|ok|and|then|right|alright)\b[^.?!]*?\b(?:it's|that's|there's|we've got|you've got|have)\b "
)
_NAMES = re.compile(r"[A-Z][\w'’]*(?: [A-Z][\w'’]*){0,2}(?:(?:, and |, | and )[A-Z][\w'’]*(?: [A-Z][\w'’]*){0,2})+\W*$")
SHORT_SUM = 4  # words: "No, just those two."
STATED, ASKED, ECHOED, LISTED = 3.0, 4.0, 5.0, 2.5
CORRECTED, SUMMED = 6.0, 4.5
LEAST_LISTED = 2
MOST_ALONE = 4  # words of "That makes four."


def stated_counts(talk: Talk, places: Map, owned: int) -> Iterator[Stated]:
    """Every count of the client's properties that somebody states, with its strength; ``owned``: those spoken of."""
    by_sentence = Counter(place.sentence for place in places.places)
    items = listed(talk, places)
    for sentence in talk.sentences:
        if sentence.side is None or sentence.story or _PEOPLE_AT_LARGE.search(sentence):
            continue
        yield from _none(sentence, owned)
        if weight(hits("property", sentence), "not_theirs") < 3:
            yield from _with_noun(talk, sentence)
            yield from _concluded(talk, sentence, items)
            yield from _in_words(talk, sentence, by_sentence[sentence], items)
        yield from _answered(talk, sentence, owned)


def listed(talk: Talk, places: Map) -> dict[int, int]:
    """How many houses, pieces of land and places each turn names, by its index."""
    items = Counter(place.sentence.turn for place in places.places)
    for turn in talk.turns:
        items[turn.index] += sum(1 for one in turn.sentences if not one.story for _ in named_in(one))
    return items


def concludes(talk: Talk, sentence: Sentence, items: dict[int, int]) -> bool:
    """Whether a sentence sums up what is owned by its number ("So four, and that's Ohio and Kentucky.")."""
    return any(True for _ in _concluded(talk, sentence, items))


def _none(sentence: Sentence, owned: int) -> Iterator[Stated]:
    found = 0.0 if KEPT.search(sentence) else weight(hits("property", sentence), "renting")
    if sentence.side == "client" and found >= (3 if owned == 0 else 4):
        yield 0, found, sentence
    if not sentence.asks and _NONE.search(sentence) and not OTHERS.search(sentence.folded):
        yield 0, ASKED, sentence


def _with_noun(talk: Talk, sentence: Sentence) -> Iterator[Stated]:
    sums_up = sentence.side == "advisor" and _SUMS_UP.match(sentence.folded)
    for number in sentence.numbers:
        noun = _COUNT_NOUN.match(sentence.folded, number.end) if _small(number) else None
        before = sentence.folded[: number.start]
        if (
            noun is None
            or OTHERS.search(before)
            or _THEIRS.search(before)
            or _PART_BEFORE.search(before)
            or _from_a_story(talk, sentence, number)
        ):
            continue
        if number.value > 1 and not sums_up and _PART_AFTER.match(sentence.folded, noun.end()):
            continue
        yield int(number.value), SUMMED if sums_up else STATED if sentence.side == "advisor" else 2.5, sentence


def _small(number: Spoken) -> bool:
    return number.shape == "plain" and not (number.scaled or number.money) and 1 <= number.value <= MOST


def _from_a_story(talk: Talk, sentence: Sentence, number: Spoken) -> bool:
    """Whether a client only says back a number of the adviser's story."""
    earlier = talk.before(sentence.turn) if sentence.side == "client" else None
    return earlier is not None and any(
        other.value == number.value for one in earlier.sentences if one.story for other in one.numbers
    )


def _concluded(talk: Talk, sentence: Sentence, items: dict[int, int]) -> Iterator[Stated]:
    """A bare number that ends a list or answers a question after the count: "So four." "Three." """
    numbers = [number for number in sentence.numbers if _small(number)]
    if not numbers or (sentence.asks and sentence.length > 8) or _PEOPLE.search(sentence):
        return
    number = numbers[-1]
    before, after = sentence.folded[: number.start], sentence.folded[number.end :]
    echoed = _heard_before(talk, sentence, number)
    leads = _LEADS.fullmatch(before) or _SO_BEFORE.search(before) or (echoed and _ECHO_CLOSES.search(before))
    if not leads or not _CLOSES.match(after):
        return
    if _sums_a_list(talk, sentence, items, int(number.value)):
        yield int(number.value), ECHOED if echoed else SUMMED, sentence
    elif _of_property(talk, sentence, items) and _meant(talk, sentence, before, items):
        yield int(number.value), _weight(talk, sentence, echoed), sentence


def _sums_a_list(talk: Talk, sentence: Sentence, items: dict[int, int], value: int) -> bool:
    """Whether a number alone ends an adviser's list of houses and places, or is the client's yes to such an end."""
    turn = talk.turns[sentence.turn]
    if sentence.side == "advisor":
        after_list = sentence.start > turn.sentences[0].start and items.get(sentence.turn, 0) >= LEAST_LISTED
        return after_list and sentence.length <= MOST_ALONE and not any(_worths(one) for one in turn.sentences)
    earlier = talk.before(sentence.turn)
    if earlier is None or sentence is not turn.sentences[0]:
        return False
    same = [one for one in earlier.sentences if any(number.value == value for number in one.numbers)]
    return any(one.length <= MOST_ALONE and _sums_a_list(talk, one, items, value) for one in same)


def _worths(sentence: Sentence) -> bool:
    return any(number.money or number.scaled for number in sentence.numbers)


def _weight(talk: Talk, sentence: Sentence, echoed: bool) -> float:
    """A count said back weighs more than one that is only said; most of all one that corrects the other side's."""
    earlier = talk.before(sentence.turn)
    if (
        not echoed
        and sentence.side == "client"
        and earlier
        and any(True for one in earlier.sentences for _ in _with_noun(talk, one))
    ):
        return CORRECTED
    return ECHOED if echoed else ASKED if sentence.start < 40 else STATED


def _meant(talk: Talk, sentence: Sentence, before: str, items: dict[int, int]) -> bool:
    """Whether a bare number is the count: drawn from a list ("So four."), or the answer to one or to a count."""
    earlier = talk.before(sentence.turn)
    if earlier is not None and earlier.side == "advisor" and _WORTH.search(earlier.sentences[-1]):
        return False
    if _DRAWS.match(before) or _SO_BEFORE.search(before):
        return True
    if earlier is None:
        return False
    if sentence.side == "advisor":
        return any(True for _ in _concluded(talk, earlier.sentences[0], items))
    counted = any(_HOW_MANY.search(one) or _draws_a_number(one) for one in earlier.sentences)
    return counted or items.get(earlier.index, 0) >= LEAST_LISTED


def _draws_a_number(sentence: Sentence) -> bool:
    return any(_small(one) and _DRAWS.match(sentence.folded[: one.start]) for one in sentence.numbers)


def _heard_before(talk: Talk, sentence: Sentence, number: Spoken) -> bool:
    earlier = talk.before(sentence.turn)
    return earlier is not None and any(other.value == number.value for other in earlier.numbers)


def _of_property(talk: Talk, sentence: Sentence, items: dict[int, int]) -> bool:
    """Whether the talk just before a sentence lists houses and land or asks how many, and counts nothing else."""
    near = talk.turns[max(0, sentence.turn - 3) : sentence.turn + 1]
    asked = [one.folded for turn in near[-3:] if turn.side == "advisor" for one in turn.sentences]
    if any(_PEOPLE.pattern.search(one) for one in asked):
        return False
    counted = [bool(_PROPERTY.search(one)) for one in asked if _HOW_MANY.pattern.search(one)]
    if counted:
        return counted[-1]
    if any(
        True for turn in near[-3:-1] for one in turn.sentences if one.side == "advisor" for _ in _with_noun(talk, one)
    ):
        return True
    named = sum(items.get(turn.index, 0) for turn in near)
    return named >= LEAST_LISTED and any(about_property(turn) for turn in near)


def _in_words(talk: Talk, sentence: Sentence, places: int, items: dict[int, int]) -> Iterator[Stated]:
    kinds = len(named_in(sentence))
    if _BOTH.search(sentence) and (places or kinds):
        yield 2, LISTED, sentence
    one = _JUST_ONE.search(sentence)
    if one and (sentence.length <= 8 or kinds) and _of_property(talk, sentence, items):
        yield 1, LISTED, sentence
    if sentence.side == "advisor" and places and (lead := _RECAP.match(sentence.folded)):
        names = _NAMES.fullmatch(sentence.text, lead.end())
        each = re.split(r", and |, | and ", names.group()) if names else []
        if each and not any(fold(one).rstrip(".") in data("places")["states"] for one in each):
            yield len(each), LISTED, sentence


def _answered(talk: Talk, sentence: Sentence, owned: int) -> Iterator[Stated]:
    question = talk.question_before(sentence) if sentence.side == "client" else None
    if question is None or not NO.match(sentence.folded):
        return
    several = [one for one in sentence.numbers if _small(one) and one.value > 1]
    if _OTHER.search(question) and len(several) == 1 and sentence.length <= SHORT_SUM:
        yield int(several[0].value), 3.0, sentence
    elif _OTHER.search(question) and owned <= 1:
        yield max(1, owned), 1.0, sentence
    if _OWN.search(question) and owned == 0 and _NO_INDEED.match(sentence.folded):
        yield 0, 2.0, sentence
