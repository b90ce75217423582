"""A draft cut into its sentences: subject, greeting, points under their headings, the words between, the signature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from services import sentence_words
from services.analyst.dialogue import Talk
from services.calls.model import Side
from services.playbooks.loader import Playbook

Role = Literal["subject", "greeting", "heading", "point", "sentence", "signature"]
_SUBJECT = re.compile(r"subject:[ \t]*", re.IGNORECASE)
_POINT = re.compile(r"\s*(?:[-*•–·]|\d{1,2}[.)])\s+")
_MOST_HEADING, _MOST_GREETING, _MOST_SIGNED_WORDS, _MOST_SIGNED = 7, 8, 6, 5
_DOTTED = re.compile(r"\b([ap])\.m\.(?=[)\s,;]*[a-z(])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a draft. ``start`` and ``end`` are places in the draft; ``owner``: whose point it is."""

    text: str
    start: int
    end: int
    role: Role
    owner: Side | None = None


def pieces_of(draft: str, playbook: Playbook) -> list[Piece]:
    """Every sentence of a draft, in order."""
    lines = list(_lines(draft))
    signed = _signature_from([line for _, line in lines], playbook)
    found: list[Piece] = []
    owner: Side | None = None
    greeted = False
    for number, (start, line) in enumerate(lines):
        if signed is not None and number >= signed:
            found.append(Piece(line.strip(), start, start + len(line), "signature"))
        elif number == 0 and (match := _SUBJECT.match(line)):
            words = line[match.end() :]
            found.append(Piece(words, start + match.end(), start + len(line), "subject"))
        elif not greeted and _greets(line, playbook):
            greeted = True
            found.append(Piece(line, start, start + len(line), "greeting"))
        elif line.endswith(":") and len(line.split()) <= _MOST_HEADING:
            owner = _owner(line)
            found.append(Piece(line, start, start + len(line), "heading", owner))
        else:
            point = _POINT.match(line)
            owner = owner if point else None
            skipped = point.end() if point else 0
            found += _sentences(line[skipped:], start + skipped, "point" if point else "sentence", owner)
    return found


def _lines(draft: str) -> Iterator[tuple[int, str]]:
    """The lines that hold words, with their places."""
    place = 0
    for line in draft.splitlines(keepends=True):
        words = line.strip()
        if words:
            yield place + len(line) - len(line.lstrip()), words
        place += len(line)


def _greets(line: str, playbook: Playbook) -> bool:
    named = line.rstrip().endswith((",", ":", "!")) and len(line.split()) <= _MOST_GREETING
    opens = line.lower().startswith(playbook.email.greeting.lower()) or sentence_words.cues("greets", line.lower())
    return bool(named and opens)


def _owner(heading: str) -> Side | None:
    """Whose points a heading opens."""
    words = set(re.findall(r"[a-z]+", heading.lower()))
    if words & sentence_words.word_list("theirs"):
        return "client"
    return "advisor" if words & sentence_words.word_list("ours") else None


def _signature_from(lines: list[str], playbook: Playbook) -> int | None:
    """The number of the line with which the signature begins: a few short lines at the end, opened by a closing."""
    closing = playbook.email.closing.lower()
    for number in range(max(0, len(lines) - _MOST_SIGNED), len(lines)):
        line = lines[number].lower()
        short = all(len(each.split()) <= _MOST_SIGNED_WORDS for each in lines[number:])
        if short and (line == closing or (line.endswith(",") and sentence_words.cues("closes", line))):
            return number
    return None


def _sentences(line: str, start: int, role: Role, owner: Side | None) -> Iterator[Piece]:
    whole = _DOTTED.sub(r"\1.m ", line)  # the stop of "a.m." ends no sentence where words follow
    for sentence in Talk([{"text": whole}]).turns[0].sentences:
        for begin, end in _parts(line, sentence.start, sentence.end):
            yield Piece(line[begin:end], start + begin, start + end, role, owner)


def _parts(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What semicolons part, as a list of next steps is told in one sentence."""
    begin = start
    for match in re.finditer(r";\s+", line[start:end]):
        yield begin, start + match.start()
        begin = start + match.end()
    yield begin, end
