"""Word transcripts: Teams' own docx, tables, and docx that hold one of the text formats (Meet, Otter, plain)."""

import re
from collections.abc import Callable, Iterator, Sequence

from services.calls import times
from services.calls.document import Document, Draft, Format
from services.calls.docx_text import WordText, is_word, read_docx
from services.calls.inner import read_text
from services.calls.model import Header, Turn
from services.errors import UnknownFormat, UnreadableTranscript

_HEADING = re.compile(r"(?P<title>.*?)-(?P<day>\d{8})_\d{6}(?:UTC)?(?:-.*)?")
_LENGTH = re.compile(
    r"(?:(\d{1,3}) ?h(?:ours?|r)? ?)?(?:(\d{1,4}) ?m(?:in(?:utes?)?)? ?)?(?:(\d{1,4}) ?s(?:ec(?:onds?)?)?)?"
)
_STATE = re.compile(r".{1,100} (?:started|stopped) transcription")
_NAME = "docx"
_NAME_LENGTH = 100
_LINES_OF_HEADER = 8


def teams_heading(line: str) -> tuple[str, float] | None:
    """``Name   M:SS`` as name and seconds, or None where a line is something else."""
    parts = line.rsplit(maxsplit=1) if len(line) <= _NAME_LENGTH + 20 else []
    if len(parts) < 2:
        return None
    name, clock = parts[0].strip(), parts[1]
    if not name or len(name) > _NAME_LENGTH or len(clock) > 9 or (start := times.seconds(clock)) is None:
        return None
    return (name, start) if any(map(str.isalnum, name)) and not name.endswith(("-", "–", "—", ",", ">")) else None


def _lines(text: WordText) -> list[str]:
    """The document as lines; a row of a table is a line."""
    lines: list[str] = []
    for block in text.blocks:
        if isinstance(block, str):
            lines += block.replace("\u00a0", " ").split("\n")
        else:
            lines += _table_lines(block)
    return lines


def _table_lines(rows: list[list[str]]) -> Iterator[str]:
    """Rows of (time, name, words), in any order of columns, as ``[time] name: words``; other rows as they are."""
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    width = max(map(len, cells), default=0)
    columns = [[row[place] if place < len(row) else "" for row in cells] for place in range(width)]
    clocks = {
        place for place, column in enumerate(columns) if _mostly(column, lambda cell: times.seconds(cell) is not None)
    }
    rest = [place for place in range(width) if place not in clocks]
    said = max(rest, key=lambda place: sum(map(len, columns[place])), default=None)
    names = [place for place in rest if place != said and _mostly(columns[place], lambda cell: len(cell) <= 60)]
    for row in cells:
        if len(row) != width or said is None or not names:
            yield from row
        elif clocks and times.seconds(row[min(clocks)]) is not None:
            yield f"[{row[min(clocks)]}] {row[names[0]]}: {row[said]}"
        elif not clocks and row[names[0]]:
            yield f"{row[names[0]]}: {row[said]}"
        else:
            yield " ".join(row)


def _mostly(column: Sequence[str], fits: Callable[[str], bool]) -> bool:
    filled = [cell for cell in column if cell]
    return bool(filled) and 2 * sum(map(fits, filled)) > len(filled)


def _is_teams(lines: list[str]) -> bool:
    filled = [line.strip() for line in lines if line.strip()]
    if any(_STATE.fullmatch(line) for line in filled[:_LINES_OF_HEADER] + filled[-2:]):
        return True
    headings = sum(1 for line in filled if _is_certain_heading(line))
    return headings > 0 and (3 * headings >= len(filled) - 3 or _HEADING.fullmatch(filled[0]) is not None)


def _is_certain_heading(line: str) -> bool:
    """Whether a tab or more than one space stands between the name and the time."""
    heading = teams_heading(line)
    gap = line.strip()[len(heading[0]) :][:2] if heading else ""
    return gap[:1] == "\t" or (len(gap) == 2 and gap.isspace())


def _teams_turns(lines: list[str]) -> Iterator[Turn]:
    """The turns: a heading opens one, the lines up to the next heading are its words."""
    certain = any(_is_certain_heading(line) for line in lines)
    speaker: str | None = None
    start: float | None = None
    words: list[str] = []
    open_turn = False
    for line in lines:
        line = line.strip()
        heading = teams_heading(line) if not certain or _is_certain_heading(line) else None
        if heading is None:
            if open_turn and line and not _STATE.fullmatch(line):
                words.append(line)
            continue
        if words:
            yield Turn(speaker, " ".join(words), start)
        (speaker, start), words, open_turn = heading, [], True
    if words:
        yield Turn(speaker, " ".join(words), start)


def _teams_header(lines: list[str]) -> Header:
    """Title, day, time and length out of the lines above the first turn."""
    title = day = time = None
    length: float | None = None
    for line in (line.strip() for line in lines):
        if not line:
            continue
        written = times.day(line) if len(line) < 80 else None
        if _STATE.fullmatch(line) or (teams_heading(line) and not written):
            break
        named = _HEADING.fullmatch(line) if len(line) < 400 else None
        if named:
            year, month, number = named["day"][:4], named["day"][4:6], named["day"][6:]
            title, day = named["title"].strip() or None, day or times.day(f"{year}-{month}-{number}")
        elif written:
            day, time = written, times.time_of_day(line)
        elif len(line) < 40 and (found := _LENGTH.fullmatch(line)) and any(found.groups()):
            hours, mins, secs = (int(part or 0) for part in found.groups())
            length = round(hours * 60 + mins + secs / 60, 2)
        elif title is None:
            title = line[:200]
    return Header(meeting_title=title, meeting_date=day, meeting_time=time, duration_minutes=length)


def _read_teams(lines: list[str]) -> Draft:
    turns = list(_teams_turns(lines))
    if not turns:
        raise UnreadableTranscript("This Teams transcript holds no speech: no name with a time and words under it.")
    return Draft(turns, _teams_header(lines))


def read(document: Document) -> Draft:
    """The call of a Word file. Raises UnreadableTranscript where it is broken, empty or no Word file."""
    if not is_word(document.content):
        raise UnknownFormat("This file is no Word document.")
    lines = _lines(read_docx(document.content))
    if not any(line.strip() for line in lines):
        raise UnreadableTranscript("This Word file holds no text; perhaps the transcript is a picture in it.")
    if _is_teams(lines):
        return _read_teams(lines)
    draft = read_text(document.name, "\n".join(lines), outer=_NAME)
    if draft is None:
        raise UnknownFormat("This Word file holds text, but no dialogue in a form that we know.")
    return draft


def _detect(document: Document) -> float:
    return 1.0 if is_word(document.content) else 0.0


FORMATS: tuple[Format, ...] = (Format(_NAME, "Word document (Teams, Meet and others)", _detect, read),)
