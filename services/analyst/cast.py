"""The people whom a dialogue names: every mention of a person's name, told apart from towns, firms and plain words."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from services.analyst.dialogue import Sentence, Talk
from services.analyst.words import DATA, data
from services.calls.model import Call
from services.playbooks.cues import fold

_TOKEN = re.compile(r"(?<![\w'’-])[A-Z][a-zà-öø-ÿ]+(?:[A-Z][a-zà-öø-ÿ]+)?(?:-[A-Z][a-z]+)?(?![\w-])")
_IN_A_PLACE = re.compile(
    r"\b(?:in|near|outside|around|through|into|downtown|across|toward|towards|the|a|an|this|that)\s$"
)
_TITLED = re.compile(r"\b(?:aunt|uncle|miss|mr\.?|mrs\.?|ms\.?|dr\.?|doctor|father|judge|pastor|saint|st\.?|sister)\s$")
_DOES = re.compile(
    r"^(?:'s\b|'d\b|'ll\b| (?:is|was|has|says|said|wants|got|had|will|would|did|does|can|passed|died|left|never"
    r"|always|still"
    r"|comes|came|goes|went|thinks|knows|needs|likes|works|worked|lives|gets|takes|took|runs|and (?:i|me|you))\b"
    r"|, (?:my|our|he|she|he's|she's|who)\b)"
)
_NAMED_SO = re.compile(
    r"\b(?:told|ask|asked|tell|married|named|called|this is|i'm|met|and|with|said|wife|husband|son|daughter|hers is"
    r"|his is|hello|hi|hey|just|so|it's|name is|name was)(?:'s)?,?\s$|\bname's\s$|^\W*to\s$"
)
_FIRM = re.compile(
    r"^(?: |-)(?:street|st|road|rd|avenue|ave|drive|lane|bank|county|university|college|llc|inc|law|hospital|church"
    r"|school|park|lake|beach|valley|city|state|river|creek|&)\b"
)


_SELF = re.compile(
    r"\b(?:I'm|I am|[Mm]y name is|[Mm]y name's|[Tt]his is) ([A-Z][a-z]+)(?=[,.]| (?:[A-Z]|with|from|at|over"
    r"|and I|here))"
)


_CASTS: WeakKeyDictionary[Talk, "Cast"] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Mention:
    """A person's first name where it stands: ``start`` and ``end`` are places of the sentence's text."""

    name: str
    sentence: Sentence
    start: int
    end: int

    @property
    def before(self) -> str:
        """The sentence up to the name, folded."""
        return self.sentence.folded[: self.start]

    @property
    def after(self) -> str:
        """The sentence from the name on, folded."""
        return self.sentence.folded[self.end :]


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """Given names as the census counts them, folded."""
    lines = (DATA / "first_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def towns() -> frozenset[str]:
    """Names of towns and counties, folded."""
    lines = (DATA / "towns.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split("\t")[0] for line in lines if line and not line.startswith("#"))


class Cast:
    """Who is named in a dialogue, and who of them speaks.

    ``own``: the words of the client's name; ``voices``: the first names of everybody on the client's side;
    ``advisers``: the words of the advisers' names.
    """

    def __init__(self, talk: Talk, call: Call) -> None:
        self.call = call
        self.voices = _voices(call)
        named = call.header.client_name or (self.voices[0] if self.voices else "")
        self.own = {fold(word) for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", named)}
        if sum(speaker.side == "client" for speaker in call.speakers) == 1 == len(self.voices):
            self.own.add(fold(self.voices[0]))
        self.own |= {fold(name) for name in self.voices if any(_short_for(fold(name), word) for word in self.own)}
        labels = [speaker.name for speaker in call.speakers if speaker.side == "advisor"]
        self.advisers = {fold(word) for label in labels for word in re.findall(r"[^\W\d_]+", label)}
        self.advisers |= _introduced(talk)
        self.mentions = _mentions(talk, {fold(name) for name in self.voices})
        self.of: dict[str, list[Mention]] = defaultdict(list)
        self._in: dict[tuple[int, int], list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            self.of[mention.name].append(mention)
            self._in[mention.sentence.turn, mention.sentence.start].append(mention)

    def named_in(self, sentence: Sentence) -> list[Mention]:
        """The mentions of one sentence, in order."""
        return self._in.get((sentence.turn, sentence.start), [])

    def others(self) -> list[str]:
        """The names of people other than the client and the advisers, in order of their first mention."""
        return [name for name in self.of if not self.is_own(name) and not self._advises(name)]

    def _advises(self, name: str) -> bool:
        return fold(name) in self.advisers or any(_short_for(fold(name), word) for word in self.advisers)

    def is_own(self, name: str) -> bool:
        """Whether a name is the client's, in full or in short."""
        return fold(name) in self.own or any(_short_for(fold(name), word) for word in self.own if len(self.voices) < 2)


def cast_of(talk: Talk, call: Call) -> Cast:
    """The cast of a dialogue, worked out once."""
    known = _CASTS.get(talk)
    if known is None or known.call is not call:
        known = _CASTS[talk] = Cast(talk, call)
    return known


def _short_for(one: str, other: str) -> bool:
    """Whether one name may be the other's short form: Cass and Cassandra."""
    return min(len(one), len(other)) >= 3 and one[:3] == other[:3] and (one.startswith(other) or other.startswith(one))


def _voices(call: Call) -> list[str]:
    """First names of the people on the client's side, as their labels say; one label may hold two."""
    names = []
    for speaker in call.speakers:
        if speaker.side == "client":
            parts = re.split(r"\s*(?:&|\+|\band\b|/)\s*", speaker.name)
            if len(parts) == 1 and "," in speaker.name:
                parts = [speaker.name.split(",", 1)[1]]
            for part in parts:
                words = [word for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", part) if not _is_title(word)]
                if words and words[0][:1].isupper():
                    names.append(words[0])
    return names


def _is_title(word: str) -> bool:
    return fold(word) in data("people")["names"]["titles"]


def _introduced(talk: Talk) -> set[str]:
    """The names by which advisers introduce themselves."""
    found: set[str] = set()
    for turn in talk.turns[:12]:
        if turn.side == "advisor":
            text = turn.text.replace("’", "'")
            found.update(fold(match.group(1)) for match in _SELF.finditer(text))
    return found


def _mentions(talk: Talk, voices: set[str]) -> list[Mention]:
    """Every mention of a name that is somewhere said as a person's is."""
    lower = Counter(word for turn in talk.turns for word in re.findall(r"(?<![\w'’])[a-z]+\b", turn.text))
    never = set(data("people")["names"]["never"]) | set(data("people")["names"]["titles"])
    found, sure = [], set(voices)
    for sentence in talk.sentences:
        for match in _TOKEN.finditer(sentence.text):
            name = match.group()
            folded = fold(name)
            if (
                folded in never
                or (folded in data("places")["states"] and folded not in voices)
                or not _may_be_a_person(sentence, match.start(), match.end(), folded)
            ):
                continue
            opens = not re.search(r"\w", sentence.text[: match.start()])
            known = folded in first_names()
            if lower[folded] and (opens or not known) and folded not in voices:
                continue
            mention = Mention(name, sentence, match.start(), match.end())
            if known or _said_of_a_person(mention, opens) or _in_a_row(sentence.text, match.start(), match.end()):
                sure.add(folded)
            found.append(mention)
    return [mention for mention in found if fold(mention.name) in sure]


def _in_a_row(text: str, start: int, end: int) -> bool:
    """Whether a name stands in a row with one that is known: "Ann and Zell"."""
    before = re.search(r"\b([A-Z][a-z]+)(?:,| and|, and) $", text[:start])
    after = re.match(r"^(?:,| and|, and) ([A-Z][a-z]+)\b", text[end:])
    return any(match and fold(match.group(1)) in first_names() for match in (before, after))


def _said_of_a_person(mention: Mention, opens: bool) -> bool:
    if fold(mention.name) in towns() and fold(mention.name) not in first_names():
        return False
    return bool(_DOES.match(mention.after) or (not opens and _NAMED_SO.search(mention.before)))


def _may_be_a_person(sentence: Sentence, start: int, end: int, folded: str) -> bool:
    before, after = sentence.folded[:start], sentence.folded[end:]
    if _IN_A_PLACE.search(before) or _TITLED.search(before) or _FIRM.match(after):
        return False
    if folded in towns() and re.search(r"\b(?:from|to|at|of|by|and in)\s$", before):
        return False
    text = sentence.text
    if re.search(r"(?<![.?!,])\b[A-Z][a-z]+ $", text[:start]):
        earlier = re.findall(r"[A-Z][a-z]+", text[:start])[-1]
        opening = text[:start].strip() == earlier
        if not (opening and fold(earlier) in data("people")["names"]["never"]):
            return False
    following = re.match(r" [A-Z][a-z]+", text[end:])
    return not following or folded in first_names() or bool(_NAMED_SO.search(before))
