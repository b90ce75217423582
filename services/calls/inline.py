"""Turns of one line: ``Name: words``, with the time before the name, after it, or nowhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.calls import headers
from services.calls.blocks import Collector, Head
from services.calls.boilerplate import is_boilerplate, is_ornament
from services.calls.candidates import Candidate, Place, candidate, time_alone
from services.calls.document import Document, Draft
from services.calls.labels import name_shaped, one_form, plausible, split_aside
from services.calls.model import Speaker
from services.errors import TooLarge

MOST_SPEAKERS = 1_000
"""The most speakers of one call: a file with more is a list of something else."""

LONGEST_PREFACE = 10
"""The most lines of a header that only its later lines tell from speech."""


def body(lines: Sequence[str]) -> tuple[headers.Preamble, int]:
    """The header that stands above the turns by its own signs, and the number of the first line after it."""
    found = headers.stellar(lines)
    if found:
        return found, found.end
    last = -1
    paragraphs = _paragraphs(lines[: headers.LINES])
    opening = paragraphs[0][0] if paragraphs else 0
    for first, paragraph in paragraphs:
        keys = [headers.key_value(line.strip().lstrip("#>-• ")) for line in paragraph]
        certain = [headers.is_key(key) and (not plausible(key) or headers.is_alone(value)) for key, value in keys]
        reach = _title_reaches(paragraph, certain) if first == opening and len(paragraphs) > 1 else -1
        spoken = next((n for n, line in enumerate(paragraph) if n > reach and _speaks(line)), len(keys))
        sure = [n for n in range(spoken) if certain[n]]
        if all(headers.is_key(key) and headers.looks_like_value(value) for key, value in keys) and (sure or last >= 0):
            last = first + len(paragraph) - 1
        elif sure:
            last = first + _with_bare_lines(paragraph, sure[-1], spoken)
        is_title = first == opening and len(paragraph) == 1
        if spoken < len(paragraph) and not is_title:
            break
    return headers.labelled(lines[: last + 1]), last + 1


def _title_reaches(paragraph: Sequence[str], certain: Sequence[bool]) -> int:
    """The last line of a header that opens with a title like a speaker's words ("Review: Lind"); -1 where none does.

    It goes on to the last sure line, unless a label stands there twice, as only speakers' do.
    """
    second = paragraph[1].strip() if len(paragraph) > 1 else ""
    alone = headers.is_day(second) or (("@" in second or "://" in second) and headers.is_alone(second))
    labels = [found.label for line in paragraph if (found := candidate(line)) and found.label]
    sure = [number for number, one in enumerate(certain[:LONGEST_PREFACE]) if one]
    if sure and sure[0] > 0 and len(labels) == len(set(labels)):
        return sure[-1]
    return 0 if certain[1:2] == [True] or alone else -1


def _with_bare_lines(paragraph: Sequence[str], at: int, spoken: int) -> int:
    """The last line of a header's paragraph, from one that is sure: what needs no key, and to its end what has one."""
    while at + 1 < spoken and headers.is_alone(paragraph[at + 1]):
        at += 1
    rest = [headers.key_value(line) for line in paragraph[at + 1 :]]
    valued = all(headers.is_key(key) and headers.looks_like_value(value) for key, value in rest)
    return len(paragraph) - 1 if valued else at


def _speaks(line: str) -> bool:
    """True for a line with a label that is no key of a header."""
    found = candidate(line)
    return found is not None and (found.label is None or not headers.is_key(found.label))


def _paragraphs(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    open_paragraph = False
    for number, line in enumerate(lines):
        if line.strip():
            if not open_paragraph:
                found.append((number, []))
            found[-1][1].append(line)
        open_paragraph = bool(line.strip())
    return found


@dataclass(frozen=True)
class Survey:
    """What a file's lines say together: who speaks, and what kind of lines open turns.

    ``speakers`` maps a label to its speaker. ``timed``: most turns have a time of their own. ``bare_times``: most
    lines begin with a time without brackets. ``carry``: names stand at a change of speaker only. ``places`` counts
    the heads of turns by where their time stands. ``candidates`` holds what each line could be the head of.
    """

    speakers: dict[str, Speaker]
    timed: bool
    bare_times: bool
    carry: bool
    places: Counter[Place]
    candidates: Sequence[Candidate | None]


class _Count:
    """The labels of a file, counted."""

    def __init__(self, lines: Sequence[str], begin: int) -> None:
        self.labels: Counter[str] = Counter()
        self.heads: Counter[tuple[str, Place]] = Counter()
        self.filled = self.timed = self._above = 0
        self.candidates: list[Candidate | None] = []
        for number in range(begin, len(lines)):
            line = lines[number]
            found = None
            if line and not line.isspace():
                found = candidate(line)
                self._take(line, found)
            self.candidates.append(found)

    def _take(self, line: str, found: Candidate | None) -> None:
        if found is None:
            self.filled += not (is_boilerplate(line) or is_ornament(line) or (len(line) < 60 and time_alone(line)))
            return
        if not self.labels:
            self._above = self.filled
        self.filled += 1
        self.timed += found.place != "none"
        if found.label is not None:
            self.labels[found.label] += 1
            self.heads[found.label, found.place] += 1

    def speakers(self, known: Sequence[str]) -> list[str]:
        """The labels that are speakers'.

        Those that are known, and those that recur; of the others only what is shaped like a name, and only where
        nearly every line has a label, at the first of them, beside a time, in capitals where all others are, or
        as a full name.
        """
        total = sum(self.labels.values())
        enough = max(2, total // 100)
        dense = total >= 0.9 * (self.filled - self._above)
        usual = total * 5 >= self.filled
        timed = {label for label, place in self.heads if place != "none"} if usual else set()
        recurring = [label for label, count in self.labels.items() if count > 1]
        in_capitals = bool(recurring) and all(label.isupper() for label in recurring)
        opening = next(iter(self.labels), None) if recurring else None
        chosen = []
        for label, count in self.labels.items():
            expected = count > 1 or dense or label == opening or label in timed
            alike = in_capitals and label.isupper()
            full_name = usual and 1 < len(label.split()) <= 4
            if label in known or count >= enough or (name_shaped(label) and (expected or alike or full_name)):
                chosen.append(label)
        return chosen


def survey(lines: Sequence[str], begin: int, known: Sequence[str] = (), *, document: Document) -> Survey:
    """Counts the labels of a file from line ``begin`` on and judges which of them are speakers.

    The lines of one ``document`` are counted once, however many formats ask.
    """
    counts: list[tuple[Sequence[str], int, _Count]] = document.seen.setdefault("counts", [])
    count = next((one for counted, first, one in counts if first == begin and counted == lines), None)
    if count is None:
        count = _Count(lines, begin)
        counts.append((lines, begin, count))
    labels = count.speakers(known)
    accepted = set(labels)
    places: Counter[Place] = Counter()
    for (label, place), heads in count.heads.items():
        if label in accepted:
            places[place] += heads
    in_time = places.total() - places["none"]
    forms = one_form(labels)
    return Survey(
        speakers={label: split_aside(forms.get(label, label)) for label in labels},
        timed=in_time > places["none"],
        bare_times=count.timed * 2 >= count.filled,
        carry=count.timed > 0 and in_time * 2 < count.timed,
        places=places,
        candidates=count.candidates,
    )


class _Reader:
    """Goes through the lines of one file, once it is known who speaks."""

    def __init__(self, seen: Survey, *, blocks_share_time: bool) -> None:
        self._seen = seen
        self._share = blocks_share_time
        self._clock: tuple[float | None, float | None] = (None, None)
        self._in_time = False
        self.collector = Collector()
        self.above: list[str] = []

    def take(self, line: str, found: Candidate | None) -> None:
        """Takes the next line, which is not empty, and what it could be the head of."""
        alone = time_alone(line) if len(line) < 60 else None
        if alone:
            self._clock = alone
            return
        head = self._head(found) if found is not None else None
        if head is not None:
            self.collector.open(head)
        elif self.collector.head is not None:
            self.collector.add(line)
        else:
            self.above.append(line)

    def _head(self, found: Candidate) -> Head | None:
        speaker = self._seen.speakers.get(found.label) if found.label is not None else None
        if found.place == "none" and (speaker is None or (self._seen.timed and not self._in_time)):
            return None
        if speaker is None and (found.place == "after" or (found.place == "bare" and not self._seen.bare_times)):
            return None
        self._in_time = self._in_time or found.place != "none"
        start, end = (found.start, found.end) if found.start is not None else self._clock
        if not self._share:
            self._clock = (None, None)
        if speaker is not None:
            return Head(speaker.name, start, end, found.rest)
        before = self.collector.head.speaker if self.collector.head and self._seen.carry else None
        return Head(before, start, end, found.whole)


def read(document: Document, *, blocks_share_time: bool = False, known: Sequence[str] = (), begin: int = 0) -> Draft:
    """Reads one-line turns, with or without a header, times and Markdown, from line ``begin`` on.

    ``known`` are labels that are speakers even if they occur once. With ``blocks_share_time`` a time alone on its
    line holds for every turn up to the next one, else for the next turn only. Raises TooLarge for what names
    too many speakers to be a call.
    """
    lines = document.lines[begin:] if begin else document.lines
    preamble, first = body(lines)
    known = [*known, *preamble.people, *filter(None, [preamble.header.client_name])]
    seen = survey(lines, first, known, document=document)
    if len(seen.speakers) > MOST_SPEAKERS:
        raise TooLarge(f"{len(seen.speakers):,} different names stand before words; {MOST_SPEAKERS:,} are the most.")
    reader = _Reader(seen, blocks_share_time=blocks_share_time)
    for number, found in enumerate(seen.candidates, start=first):
        line = lines[number]
        if line and not line.isspace():
            reader.take(line, found)
    header = preamble.header
    if preamble.header.meeting_title is None and reader.above:
        above = headers.labelled([*lines[:first], *reader.above])
        header = preamble.header if headers.stellar(lines) else above.header
    return Draft(
        turns=reader.collector.turns(),
        header=header,
        speakers=list(seen.speakers.values()),
        warnings=_left_out(reader.above),
    )


def _left_out(above: Sequence[str]) -> list[str]:
    words = sum(len(line.split()) for line in above)
    if words <= 120:
        return []
    return [f"{words:,} words above the first speaker were taken for a preface and left out."]
