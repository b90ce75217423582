"""A dialogue as the analyst reads it: turns, sentences, and which question an answer answers."""

import re
from collections.abc import Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.agents.contract import Quote
from services.analyst.numbers import Spoken, numbers_in
from services.analyst.once import Once
from services.analyst.wordings import absent_in
from services.analyst.words import hits
from services.calls.model import Side
from services.playbooks.cues import Line, fold

MOST_QUOTE_WORDS = 40
MOST_QUOTES = 5
LONGEST_SENTENCE = 1500
_PIECE = re.compile(rf"(?s:.{{1,{LONGEST_SENTENCE}}})(?=\s|\Z)|(?s:.{{1,{LONGEST_SENTENCE}}})")
_WORD = re.compile(r"[^\W_]")
_QUOTED = re.compile(r"[^\sa-z0-9]*[a-z0-9](?:['’a-z0-9])*(?:[^\sa-z0-9]+(?=\s|\Z))?|\S+", re.I)
"""A word as quotes are counted: "thirty-one" is two, with what stands before it and, at its end, after it."""
_FIRST_PERSON = re.compile(r"\b(?:i|we|i've|we've|i'm|we're|i'll|we'll|i'd|we'd|ours|mine)\b")
_SENTENCE = re.compile(
    r"(?:(?<![A-Za-z])(?:mr|mrs|ms|dr|st|jr|sr|vs|inc|no|rev|prof)\.|\.{2,}|\.(?=\w)|[^.?!])+[.?!]*[\"'”’)\]]*", re.I
)


class Words:
    """What is found out about words at once, and kept: of a sentence, of a turn."""

    folded: str

    @Once
    def line(self) -> Line:
        return Line(self.folded)

    @Once
    def words(self) -> KeysView[str]:
        """The words; ``trust's`` counts as ``trust`` too."""
        return self.line.known.keys()

    @Once
    def numbers(self) -> list[Spoken]:
        return numbers_in(self.folded)

    @Once
    def absent(self) -> int:
        """The wordings that certainly don't hold here (``wordings.py``)."""
        return absent_in(self.folded)


@dataclass(frozen=True)
class Sentence(Words):
    """One sentence of one turn; ``start`` and ``end`` are places in the turn's text.

    ``story``: it tells of other people, or of what is only imagined.
    """

    turn: int
    start: int
    end: int
    text: str
    folded: str
    side: Side | None
    story: bool = False

    @Once
    def asks(self) -> bool:
        return "?" in self.folded and self.folded.rstrip("\"' )").endswith("?")

    @Once
    def length(self) -> int:
        """Words, as white space divides them."""
        return len(self.text.split())


@dataclass(frozen=True)
class TalkTurn(Words):
    """One turn with its sentences."""

    index: int
    speaker: str | None
    side: Side | None
    text: str
    folded: str
    phase: str | None
    sentences: tuple[Sentence, ...] = field(repr=False)

    @Once
    def last_question(self) -> Sentence | None:
        return next((one for one in reversed(self.sentences) if one.asks), None)

    def sentence_at(self, place: int) -> Sentence:
        """The sentence that holds a place of the turn's text."""
        return next((one for one in self.sentences if one.start <= place < one.end), self.sentences[-1])


class Talk:
    """The whole dialogue. Everything the analyst's modules ask of it is worked out once."""

    def __init__(self, dialogue: Sequence[Mapping[str, Any]]) -> None:
        self.turns = [_turn(index, turn) for index, turn in enumerate(dialogue)]

    @Once
    def sentences(self) -> list[Sentence]:
        return [sentence for turn in self.turns for sentence in turn.sentences]

    def of_side(self, side: Side | None) -> Iterator[TalkTurn]:
        return (turn for turn in self.turns if turn.side == side)

    def before(self, turn: int) -> TalkTurn | None:
        """The last turn of another side before this one."""
        return self._before[turn]

    @Once
    def _before(self) -> list[TalkTurn | None]:
        found: list[TalkTurn | None] = []
        for index, turn in enumerate(self.turns):
            near = reversed(self.turns[max(0, index - 3) : index])
            found.append(next((earlier for earlier in near if earlier.side != turn.side), None))
        return found

    def question_before(self, sentence: Sentence) -> Sentence | None:
        """The question that this sentence can be an answer to: asked last, just before, by the other side.

        Only the opening of a turn answers; what comes later in it is the speaker's own.
        """
        turn = self.turns[sentence.turn]
        opening = turn.sentences[:2]
        if not opening or sentence.start > opening[-1].start or sentence not in opening or opening[0].length > 25:
            return None
        earlier = self.before(sentence.turn)
        return earlier.last_question if earlier is not None else None

    def quote(self, turn: int, start: int, end: int) -> Quote:
        """Verbatim words of a turn around a place: its sentence, or where that is long the words nearest to it.

        At most ``MOST_QUOTE_WORDS`` words, where a hyphen parts words too.
        """
        owner = self.turns[turn]
        first, last = owner.sentence_at(start), owner.sentence_at(max(start, end - 1))
        low, high = first.start, last.end
        words = [(m.start(), m.end()) for m in _QUOTED.finditer(owner.text, low, high)]
        if len(words) > MOST_QUOTE_WORDS:
            inside = [n for n, (a, b) in enumerate(words) if b > start and a < end] or [0]
            middle = (inside[0] + inside[-1]) // 2
            begin = max(0, min(middle - MOST_QUOTE_WORDS // 2, len(words) - MOST_QUOTE_WORDS))
            words = words[begin : begin + MOST_QUOTE_WORDS]
        return Quote(turn=turn, quote=owner.text[words[0][0] : words[-1][1]]) if words else Quote(turn=turn, quote="")

    def quote_of(self, sentence: Sentence) -> Quote:
        return self.quote(sentence.turn, sentence.start, sentence.end)


def _turn(index: int, turn: Mapping[str, Any]) -> TalkTurn:
    text = turn["text"]
    folded, side = fold(text), turn.get("side")
    sentences: list[Sentence] = []
    telling = False
    for start, end in _sentences(text):
        sentence = Sentence(index, start, end, text[start:end], folded[start:end], side)
        telling = _telling(sentence, telling)
        sentences.append(replace(sentence, story=True) if telling or _theirs(sentence) else sentence)
    return TalkTurn(index, turn.get("speaker"), side, text, folded, turn.get("phase"), tuple(sentences))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of a text begin and end. What has no letter or digit is none.

    A run of words without an end is cut at ``LONGEST_SENTENCE`` characters, so that the analyst's work on a sentence
    stays small whatever a file holds.
    """
    for match in _SENTENCE.finditer(text):
        short = match.end() - match.start() <= LONGEST_SENTENCE
        for piece in (match,) if short else _PIECE.finditer(text, match.start(), match.end()):
            said = piece.group().strip()
            if _WORD.search(said):
                start = piece.start() + len(piece.group()) - len(piece.group().lstrip())
                yield start, start + len(said)


def _telling(sentence: Sentence, telling: bool) -> bool:
    """Whether a sentence belongs to a story: it opens one, or goes on with one without coming back to the client."""
    found = {hit.key for hit in hits("stories", sentence)}
    if sentence.side == "client":
        return "imagined" in found
    return "opens" in found or "imagined" in found or (telling and "back" not in found)


def _theirs(sentence: Sentence) -> bool:
    """Whether a sentence is about a relative or a friend, and not about the speaker after that."""
    last = max((hit.end for hit in hits("stories", sentence) if hit.key == "theirs"), default=None)
    return last is not None and not _FIRST_PERSON.search(sentence.folded, last)


def best_quotes(quotes: Sequence[Quote]) -> list[Quote]:
    """Quotes without repeats, in the order given, at most as many as a value may carry."""
    kept: list[Quote] = []
    for quote in quotes:
        if quote["quote"] and quote not in kept:
            kept.append(quote)
    return kept[:MOST_QUOTES]
