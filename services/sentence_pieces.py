"""A draft cut into its sentences: subject, greeting, points under their headings, the words between, the signature."""

import re
import unicodedata
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
_POSTSCRIPT = re.compile(r"p\.?\s?(?:p\.?\s?)?s\.?[:,]?\s+(?=\S)", re.IGNORECASE)
_MOST_HEADING, _MOST_SIGNED_WORDS, _MOST_SIGNED = 7, 6, 5
_GREETED = re.compile(r"[,:!;.?–—(](?=\s|$)|\s[-–—(]")
_NAMES_ON = re.compile(r"(?:[A-Z][\w'’.\-]*|and|&|family|team|all|both|[\s,:!.])*")
_OPEN_END = re.compile(r"[^\s.!?:;,]$|,$")
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
    """Every sentence of a draft, in order. A sentence that goes on in the next line is one."""
    lines = list(_lines(draft))
    signed = _signature_from([line for _, line in lines], playbook)
    above = _whole(draft, lines[:signed])
    found: list[Piece] = []
    owner: Side | None = None
    greeted = False
    for number, (start, line) in enumerate(above):
        if number == 0 and (match := _SUBJECT.match(line)):
            found.append(Piece(line[match.end() :], start + match.end(), start + len(line), "subject"))
        elif not greeted and _greets(line, playbook):
            greeted = True
            end = _greeting_end(line)
            found.append(Piece(line[:end], start, start + end, "greeting"))
            found += _sentences(line[end:], start + end, "sentence", None) if line[end:].strip() else ()
        elif line.endswith(":") and len(line.split()) <= _MOST_HEADING:
            owner = _owner(line)
            found.append(Piece(line, start, start + len(line), "heading", owner))
        else:
            point = _POINT.match(line)
            owner = owner if point else None
            postscript = _POSTSCRIPT.match(line, point.end() if point else 0)
            skipped = postscript.end() if postscript else point.end() if point else 0
            found += _sentences(line[skipped:], start + skipped, "point" if point else "sentence", owner)
    under = () if signed is None else lines[signed:]
    return [*found, *(Piece(line, start, start + len(line), "signature") for start, line in under)]


def _lines(draft: str) -> Iterator[tuple[int, str]]:
    """The lines that hold words, with their places."""
    place = 0
    for line in draft.splitlines(keepends=True):
        words = line.strip()
        if words:
            yield place + len(line) - len(line.lstrip()), words
        place += len(line)


def _whole(draft: str, lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Lines, those that go on in small letters right below put together; as long as they stand in the draft."""
    found: list[tuple[int, str]] = []
    for start, line in lines:
        if found and line[0].islower() and _OPEN_END.search(found[-1][1]):
            first, before = found[-1]
            between = draft[first + len(before) : start]
            if between.count("\n") == 1 and not _SUBJECT.match(before):
                found[-1] = (first, f"{before}{' ' * len(between)}{line}")
                continue
        found.append((start, line))
    return found


def _greets(line: str, playbook: Playbook) -> bool:
    own = playbook.email.greeting.lower()
    usual = any(hit.start == 0 for hit in sentence_words.cues("greets", sentence_words.plain(line)))
    ours = line.lower().startswith(own) and not line[len(own) : len(own) + 1].isalnum()
    return (usual or ours) and _GREETED.search(line) is not None


def _greeting_end(line: str) -> int:
    """Where a greeting ends and a sentence begins: at the last comma or mark before words that are no names."""
    place = 0
    for match in _GREETED.finditer(line):
        end = match.end() if line[match.start()] in ",:!;.?" else match.start()
        titled = re.search(r"\b(?:mr|mrs|ms|dr)\.$", line[:end], re.IGNORECASE)
        if place and not _NAMES_ON.fullmatch(line[place:end]):
            return place
        place = place if titled else end
    return place if place and not _NAMES_ON.fullmatch(line[place:]) else len(line)


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
    place = 0
    for sentence in Talk([{"text": whole}]).turns[0].sentences:
        yield from _signs(line, place, sentence.start, start, role, owner)
        for begin, end in _parts(line, sentence.start, sentence.end):
            yield Piece(line[begin:end], start + begin, start + end, role, owner)
        place = sentence.end
    yield from _signs(line, place, len(line), start, role, owner)


def _signs(line: str, begin: int, end: int, start: int, role: Role, owner: Side | None) -> Iterator[Piece]:
    """What stands between sentences, where it is more than marks: a sign that says something by itself."""
    rest = line[begin:end].strip()
    if any(unicodedata.category(sign)[0] in "LNS" for sign in rest):
        place = line.index(rest, begin)
        yield Piece(rest, start + place, start + place + len(rest), role, owner)


def _parts(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What semicolons part, as a list of next steps is told in one sentence."""
    begin = start
    for match in re.finditer(r";\s+", line[start:end]):
        yield begin, start + match.start()
        begin = start + match.end()
    yield begin, end
