"""Stable marks in place of names, phones, accounts and addresses, before words leave for a model, and back again.

What is hidden: the names of everybody who speaks or is named in the call, word by word; e-mail addresses, telephone
numbers and other long numbers, written or said; streets, towns and post codes; links. What stays: amounts, ages,
dates, states, firms, and whatever a reader of the call could not tell to be somebody's name.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from services.analyst.contact import phone_numbers
from services.analyst.dialogue import Talk
from services.calls.model import Call, Header, Speaker, Turn
from services.model_mind.redaction_patterns import Span, marks_in, number, patterned, spelled_in, told_one_by_one
from services.model_mind.redaction_people import NAME, TOWN, NameWord, names_of, ordinary_words
from services.model_mind.redaction_places import states_in, towns_of
from services.playbooks.cues import fold

# What a model is told beside the task where words were hidden from it.
NOTE = (
    "Private words were replaced by marks such as [PERSON 1], [SURNAME 1], [PHONE 1] or [TOWN 1]. The same mark stands"
    " for the same person or thing everywhere; [PERSON 1b] is another way of writing [PERSON 1]. Where you repeat or"
    " quote such a word, write its mark exactly as it stands, with its brackets; never guess what it stands for."
)
_LONGEST_LETTERS = 5  # a word that is spelled out letter by letter is private from this length on


class Redaction:
    """What is hidden of one call, and under which marks. Threads may share one."""

    def __init__(self, known: "_Known") -> None:
        self._known = known
        self._lock = Lock()
        self._numbers: dict[tuple[str, str], int] = {}  # by kind and what is the same
        self._marks: dict[tuple[str, str, str], str] = {}  # by these, and how it is written
        self._words: dict[str, str] = {}  # what stands behind a mark
        self._ways: dict[tuple[str, int], int] = {}  # in how many ways a thing was written
        for name in known.names:
            self._numbers.setdefault((name.kind, _key_of(name)), name.number)
        for text in known.texts:
            self.hide(text)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Redaction":
        """The redaction of the call that agents work on: out of the state that they share."""
        return cls(_known(data["call"] if "call" in data else _call_of(data.get("dialogue", ()))))

    def hide(self, text: str) -> str:
        """The text with marks in place of what is private; marks that it holds itself are hidden too."""
        pieces, free = [], 0
        with self._lock:
            for span in _apart(self._spans(text)):
                pieces += [text[free : span.start], self._mark(span, text[span.start : span.end])]
                free = span.end
        return "".join([*pieces, text[free:]])

    def restore(self, value: Any) -> Any:
        """The value with the private words back in place of their marks, in every text that it holds."""
        if isinstance(value, str):
            return self._restored(value)
        if isinstance(value, Mapping):
            return {self.restore(key): self.restore(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.restore(each) for each in value)
        return value

    def _restored(self, text: str) -> str:
        pieces, free = [], 0
        for match in marks_in(text):
            words = self._words.get(_plain_mark(match))
            if words is not None:
                pieces += [text[free : match.start()], words]
                free = match.end()
        return "".join([*pieces, text[free:]])

    def _spans(self, text: str) -> Iterable[Span]:
        yield from patterned(text)
        states = list(states_in(text))
        for match in self._known.words.finditer(text):
            if not any(start <= match.start() and match.end() <= end for start, end in states):
                yield self._known.span_of(match)
        for start, end, letters in spelled_in(text):
            if len(letters) >= _LONGEST_LETTERS or letters in self._known.by_word:
                yield Span(start, end, "SPELLED", letters)

    def _mark(self, span: Span, words: str) -> str:
        """The mark of what is written so; the first way of writing a thing has no letter."""
        known = self._marks.get((span.kind, span.key, words))
        if known is not None:
            return known
        number = self._numbers.get((span.kind, span.key))
        if number is None:
            number = self._numbers[span.kind, span.key] = self._next(span.kind)
        way = self._ways.get((span.kind, number), 0)
        self._ways[span.kind, number] = way + 1
        mark = f"[{span.kind} {number}{_letters(way)}]"
        self._marks[span.kind, span.key, words] = mark
        self._words[mark] = words
        return mark

    def _next(self, kind: str) -> int:
        return 1 + max((number for (other, _), number in self._numbers.items() if other == kind), default=0)


@dataclass(frozen=True)
class _Known:
    """What a call tells to be private: words of names, and whole phrases by what they are. ``texts``: all it says."""

    names: tuple[NameWord, ...]
    phrases: Mapping[str, tuple[str, str]]
    words: re.Pattern[str]
    texts: tuple[str, ...]
    by_word: Mapping[str, NameWord]

    def span_of(self, match: re.Match[str]) -> Span:
        """What a match of ``words`` hides."""
        folded = _squeezed(match.group())
        if match.lastgroup == "phrase":
            kind, key = self.phrases[folded]
            return Span(match.start(), match.end(), kind, key)
        name = self.by_word[folded]
        return Span(match.start(), match.end(), name.kind, _key_of(name))


@lru_cache(maxsize=4)
def _known(call: Call) -> _Known:
    talk = Talk(
        [{"speaker": turn.speaker, "text": turn.text, "side": call.side_of(turn.speaker)} for turn in call.turns]
    )
    names = names_of(call, talk)
    phrases = {_squeezed(town): (TOWN, _squeezed(town)) for town in towns_of(talk, {name.word for name in names})}
    for turn in talk.turns:
        earlier = talk.before(turn.index)
        for digits, start, end in phone_numbers(turn):
            before = (earlier.text if earlier else "") + turn.text[:start]
            if told_one_by_one(turn.text[start:end], before[-200:]):
                phrases[_squeezed(turn.text[start:end])] = (number(digits), digits)
    by_word = {name.word: name for name in names}
    header, labels = call.header, [speaker.name for speaker in call.speakers]
    told = [header.client_name, *labels, header.client_email, header.meeting_title, *(turn.text for turn in call.turns)]
    texts = tuple(text for text in told if text)
    return _Known(tuple(names), phrases, _pattern(phrases, names), texts, by_word)


def _call_of(dialogue: Iterable[Mapping[str, Any]]) -> Call:
    """A call of which only the dialogue is known."""
    turns = tuple(Turn(turn.get("speaker"), turn["text"]) for turn in dialogue)
    sides = {turn["speaker"]: turn.get("side") for turn in dialogue if turn.get("speaker")}
    return Call("", "", "", Header(), tuple(Speaker(name, side) for name, side in sides.items()), turns)


def _pattern(phrases: Mapping[str, tuple[str, str]], names: Collection[NameWord]) -> re.Pattern[str]:
    """What finds phrases and words of names, the longest first; what may be an ordinary word, only with a capital."""
    guarded = ordinary_words() | {name.word for name in names if name.kind in (NAME, TOWN)}
    guarded |= {town for town, (kind, _) in phrases.items() if kind == TOWN and " " not in town}
    sorts: list[str] = []
    for group, told in (("phrase", phrases), ("name", [name.word for name in names])):
        listed = sorted(told, key=lambda each: (-len(each), each))
        free = [_loose(each) for each in listed if each not in guarded]
        capital = [_loose(way) for each in listed if each in guarded for way in (_capital(each), each.upper())]
        ways = [f"(?i:{'|'.join(free)})"] if free else []
        if ways or capital:
            sorts.append(f"(?P<{group}>{'|'.join([*ways, *capital])})")
    if not sorts:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(sorts)})(?:(?![^\W_])|(?<=\w{{4}})(?=e?s(?![^\W_])))")


def _capital(words: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in words.split())


def _loose(words: str) -> str:
    """A pattern for words however they are spaced and whichever apostrophe they have."""
    escaped = r"\s+".join(re.escape(word) for word in words.split())
    return re.sub(r"['’]", "['’]", escaped)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap as one: of the longest one's kind."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.start >= span.end:
            continue
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            longest = max(last, span, key=lambda each: each.end - each.start)
            joined[-1] = Span(last.start, max(last.end, span.end), longest.kind, longest.key)
        else:
            joined.append(span)
    return joined


def _squeezed(text: str) -> str:
    return " ".join(fold(text).split())


def _key_of(name: NameWord) -> str:
    return f"{name.kind} {name.number}"


def _plain_mark(match: re.Match[str]) -> str:
    return f"[{match[1].upper()} {int(match[2])}{match[3].lower()}]"


def _letters(way: int) -> str:
    """Nothing, b, c, ... z, bb, bc, ...: one more for each way of writing."""
    if way == 0:
        return ""
    return _letters((way - 1) // 25) + "bcdefghijklmnopqrstuvwxyz"[(way - 1) % 25]
