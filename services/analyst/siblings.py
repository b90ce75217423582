"""Children told off one by one: by name, by kind, by "the oldest"."""

import re
from collections.abc import Iterator

from services.analyst.brood import KIN, MOST, WORDS, Passage, skipped
from services.analyst.cast import Cast
from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import numbers_in
from services.playbooks.cues import fold

_KINDS = "|".join(sorted(KIN["children"], key=len, reverse=True))
_PARENT_OF = re.compile(
    r"\b(?:his|her|their) (?:mom|mother|dad|father|wife|husband|boyfriend|girlfriend|fianc\w+|partner)\b[^.]*$"
)
_PIECE = re.compile(
    r"\b(?P<twins>twins?|triplets)\b|\b(?P<which>oldest|eldest|youngest|middle one|middle child|the middle"
    r"|the other one|the other|little one|the baby|firstborn)\b"
    r"|\b(?P<one>(?:a|one|my|our|another|the one) (?:\w+ ){0,2}?(?:son|daughter|boy|girl|stepson|stepdaughter"
    r"|child|kid))\b(?!friend)"
)
_ONE_MORE = re.compile(
    r"^\W*(?:and|plus|then)\W+(?:then )?(?:there's|we have|i have|i've got|we've got|we got"
    r"|i got|he's got|she's got|he has|she has|\w+'s got|my|our|his|her)\b"
)
_THEN = re.compile(r"\b(?:and|plus)(?: then| there's| also| finally| our|,)+ $")
_DEAD = re.compile(r"^(?:'s| has)? ?(?:passed|died|been gone|gone)\b")
_RELATIVES = "|".join(
    sorted(set(KIN["others"]) - {"family", "families", "guy", "man", "woman"} | set(KIN["professions"]))
)
_KIN_BEFORE = re.compile(
    rf"\b(?:my|our) (?:\w+ )?(?:{_RELATIVES}|husband|wife|ex|partner)(?:'s name is|,| is|'s| named)?\s$"
)
_PREDICATE = re.compile(r"\b(?:he's|she's|he is|she is|that's|is|was|like)\s$")
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|out of|outside|to|of|by)\s$")


def told_off(talk: Talk, cast: Cast, passage: Passage, never: frozenset[str]) -> tuple[int, list[Sentence]]:
    """How many children a passage names or points out one by one, and the sentences that do it.

    ``never``: folded names of people who are known to be somebody else. A name that follows a number or a kind
    ("two girls, Ann and Eve") fills it up; any other one is one child more.
    """
    tally = _Tally()
    never = never | _others(cast, passage)
    for turn in talk.turns[passage.first + 1 : passage.close + 1]:
        tally.open = 0
        for sentence in turn.sentences if turn.side == "client" else ():
            tally.next_sentence()
            if _ONE_MORE.match(sentence.folded):
                tally.open = 0
            if not skipped(sentence):
                _tell(cast, sentence, never, tally)
    return tally.total, tally.sentences


def _others(cast: Cast, passage: Passage) -> frozenset[str]:
    """Names that are said of nephews, of the dead, of other people's children, of relatives and friends."""
    return frozenset(
        fold(one.name)
        for one in cast.mentions
        if _DEAD.match(one.after)
        or _KIN_BEFORE.search(one.before)
        or (passage.first <= one.sentence.turn <= passage.close and skipped(one.sentence))
    )


class _Tally:
    """The children told off so far; ``open``: how many of them have yet to be named."""

    def __init__(self) -> None:
        self.total = 0
        self.open = 0
        self.pointed = 0
        self.since = 0
        self.single = False
        self.kinds: set[str] = set()
        self.names: set[str] = set()
        self.sentences: list[Sentence] = []

    def next_sentence(self) -> None:
        self.pointed = 0
        self.since += 1
        if self.since > 3:
            self.open = 0

    def group(self, size: int, sentence: Sentence) -> None:
        self.total += size
        self.open = size
        self.single = False
        self.since = 0
        self.sentences.append(sentence)

    def one_more(self, sentence: Sentence) -> None:
        """One of a kind: part of the group that is open, but for one that is a single child's own."""
        if self.open and not self.single:
            self.point(sentence)
        else:
            self.group(1, sentence)
            self.single = True

    def point(self, sentence: Sentence) -> None:
        if self.open:
            self.open -= 1
        else:
            self.total += 1
        self.pointed += 1
        self.sentences.append(sentence)

    def name(self, name: str, sentence: Sentence) -> None:
        if name in self.names:
            return
        self.names.add(name)
        if self.pointed:
            self.pointed -= 1
            return
        self.point(sentence)
        self.pointed -= 1


def _tell(cast: Cast, sentence: Sentence, never: frozenset[str], tally: _Tally) -> None:
    for place, kind, value in sorted(_pieces(cast, sentence, never), key=lambda piece: piece[0]):
        if kind == "group":
            tally.group(int(value), sentence)
        elif kind == "name":
            if _THEN.search(sentence.folded[:place]) and not tally.pointed:
                tally.open = 0
            tally.name(str(value), sentence)
        elif kind == "which" and str(value) not in tally.kinds:
            tally.kinds.add(str(value))
            tally.point(sentence)
        elif kind == "one":
            tally.one_more(sentence)


def _pieces(cast: Cast, sentence: Sentence, never: frozenset[str]) -> Iterator[tuple[int, str, str | int]]:
    text = sentence.folded
    taken = [(number.start, number.end) for number in numbers_in(text)]
    for place, size in kinds_counted(sentence):
        yield place, "group", size
    for match in _PIECE.finditer(text):
        if match["twins"]:
            near = re.search(r"\b(?:two|three|the other)\s$", text[: match.start()])
            yield match.start(), "group", 3 if match["twins"] == "triplets" else 2 if not near else 0
        elif _PREDICATE.search(text[: match.start()]):
            continue
        elif match["which"]:
            yield match.start(), "which", match["which"]
        elif not any(low <= match.start() < high for low, high in taken):
            definite = match["one"].startswith(("my ", "our ", "the one"))
            yield match.start(), "which" if definite else "one", match["one"].split()[-1]
    for mention in cast.named_in(sentence):
        if fold(mention.name) in never:
            continue
        if not _PLACE_BEFORE.search(mention.before) and not _PARENT_OF.search(mention.before):
            yield mention.start, "name", fold(mention.name)


def kinds_counted(sentence: Sentence) -> list[tuple[int, int]]:
    """Numbers of children of a kind in a sentence ("two girls", "three from before"), with their places."""
    found = []
    described = "|".join(WORDS["described"])
    for number in sentence.numbers:
        if (
            number.shape != "plain"
            or number.scaled
            or not 0 < number.value <= MOST
            or number.value != int(number.value)
        ):
            continue
        rest = sentence.folded[number.end :]
        if re.match(rf"\W*(?:(?:{described})\W+)*(?:{_KINDS})\b(?! (?:years?|old))", rest) or re.match(
            r"\W*(?:from (?:my|a|the|his|her|before|our|that|each|this)\b|of (?:my|our) own|together\b|by my\b"
            r"|with my\b)",
            rest,
        ):
            found.append((number.start, int(number.value)))
    return found


def names_only(text: str, cast: Cast, sentence: Sentence, never: frozenset[str]) -> int:
    """The number of children where a sentence is a mere list of names ("So Keisha, Ann and Joe."), else 0."""
    names = [one for one in cast.named_in(sentence) if fold(one.name) not in never]
    rest = text
    for mention in reversed(names):
        rest = rest[: mention.start] + rest[mention.end :]
    words = re.findall(r"[a-z']+", fold(rest))
    filler = set(WORDS["in_a_list"])
    others = [word for word in words if word not in filler]
    extra = sum(
        1 for pattern in (r"\bthe little one\b", r"\bthe baby\b", r"\bthe youngest\b") if re.search(pattern, fold(rest))
    )
    return len({fold(m.name) for m in names}) + extra if names and len(others) <= 1 else 0
