"""Captions as a call: Zoom, Teams and other WebVTT, SRT, SBV, YouTube's rolling captions.

Who speaks stands in ``<v Name>`` or in front of the words (``Name: words``). Where nearly every cue has a name, one
without is by an unknown speaker (Zoom, Teams); where names stand at a change of speaker only, they hold until the
next one.
"""

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.calls.cues import Captions, Cue, cue_times, in_order, scan
from services.calls.document import Document, Draft, Format
from services.calls.model import Header, Turn
from services.errors import UnreadableTranscript

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s([^<>]*))?>")
_TAG = re.compile(r"</?(?:c|i|b|u|s|v|lang|ruby|rt|font|span)(?:[\s.][^<>]*)?>|<\d[\d:.,]*>", re.IGNORECASE)
_STYLING = re.compile(r"\{\\[a-z]+\d*\}")
_MARK = re.compile(r"(?:>>+|[-–])\s*")
_TEAMS_IDENTIFIER = re.compile(r"[0-9a-fA-F-]{32,40}/\d+-\d+")
_NOTE_DURATION = re.compile(r"duration:\s*\"?(\d+):(\d+):(\d+)")

_PARTICLES = frozenset("de der den van von la le da di del bin al el of the and y & | - – —".split())
_OPENERS = frozenset(
    "so note question answer okay ok and but well remember example number step look plus like now yes no the this that "
    "it i here there because listen first second third what why how who when where then or also basically again "
    "actually meaning right point fact bottom rule anyway".split()
)
_SPEAKER_LABEL_LENGTH = 60
_PARTS_OF_ROLLING = 4
_NEARLY_ALL = 0.75


@dataclass(frozen=True)
class Spoken:
    """A piece of a cue: the label in front of it, if any, and its words."""

    label: str | None
    text: str


def plain(text: str) -> str:
    """Words without tags, entities and doubled white space."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "{\\" in text:
        text = _STYLING.sub("", text)
    if "&" in text and ";" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def split_label(line: str) -> tuple[str, str] | None:
    """``Name: words`` as name and words, where what stands before the colon could be a name at all."""
    mark = _MARK.match(line)
    if mark:
        line = line[mark.end() :]
    label, colon, words = line.partition(":")
    if not colon or len(label) > _SPEAKER_LABEL_LENGTH + 6 or (words and not words[0].isspace() and words[0] != "*"):
        return None
    label = label.strip(" *_")
    if label[:1] + label[-1:] in ("[]", "()"):
        label = label[1:-1].strip()
    if not 0 < len(label) <= _SPEAKER_LABEL_LENGTH or any(sign in label for sign in '?!;"“”…'):
        return None
    if label[0] != "+" and sum(map(str.isdigit, label)) < 7 and not any(map(str.isalpha, label)):
        return None
    if any(word.endswith(".") and len(word) > 4 for word in label.split()):
        return None
    return label, words.lstrip(" *")


def _looks_like_a_name(label: str) -> bool:
    words = label.partition("(")[0].replace(",", " ").split()
    if not 0 < len(words) <= 6 or words[0].casefold() in _OPENERS:
        return False
    return all(not word[0].islower() or word in _PARTICLES for word in words)


def _labels_of(cues: Iterable[Cue]) -> tuple[set[str], bool]:
    """The labels that are speakers, and whether (nearly) every cue carries one."""
    opening = [line for cue in cues for line in _opening_lines(cue)]
    counts = Counter(found[0] for line in opening if (found := split_label(line)))
    likely = {
        label
        for label, count in counts.items()
        if _looks_like_a_name(label) or (count > 1 and label.casefold() not in _OPENERS)
    }
    everywhere = sum(counts[label] for label in likely) >= _NEARLY_ALL * len(opening) > 0
    if everywhere:
        return likely | {label for label in counts if " " not in label and label.casefold() not in _OPENERS}, True
    return {label for label in likely if _looks_like_a_name(label)}, False


def _opening_lines(cue: Cue) -> list[str]:
    """The lines where a speaker may begin: the first, and those with a dash or ``>>`` in front."""
    return cue.lines[:1] + [line for line in cue.lines[1:] if _MARK.match(line)]


def _by_label(cue: Cue, labels: set[str]) -> Iterator[Spoken]:
    """The pieces of a cue between ``Name:`` labels at the beginning of a line."""
    label: str | None = None
    words: list[str] = []
    for line in cue.lines:
        found = split_label(line) if ":" in line else None
        if found and found[0] in labels:
            yield Spoken(label, " ".join(words))
            label, words = found[0], [found[1]]
        else:
            mark = _MARK.match(line) if line[0] == ">" else None
            words.append(line[mark.end() :] if mark else line)
    yield Spoken(label, " ".join(words))


def _by_voice(cue: Cue) -> Iterator[Spoken]:
    """The pieces of a cue between ``<v Name>`` tags."""
    text = " ".join(cue.lines)
    label, begin = None, 0
    for tag in _VOICE.finditer(text):
        yield Spoken(label, plain(text[begin : tag.start()]))
        label, begin = plain(tag[1] or "") or None, tag.end()
    yield Spoken(label, plain(text[begin:]))


def _by_metadata(cue: Cue) -> Iterator[Spoken]:
    """The piece of a cue whose text is a JSON object, as in Teams' metadata captions."""
    text = " ".join(cue.lines)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        yield Spoken(None, plain(text))
        return
    name, words = data.get("speakerName"), data.get("spokenText")
    label = plain(name) or None if isinstance(name, str) else None
    yield Spoken(label, plain(words) if isinstance(words, str) else "")


def _without_repeats(cues: list[Cue]) -> list[Cue]:
    """Rolling captions show a line up to three times: keep it once."""
    kept: list[Cue] = []
    before: list[str] = []
    for cue in cues:
        lines = cue.lines
        for shared in range(min(len(before), len(lines), _PARTS_OF_ROLLING), 0, -1):
            if before[-shared:] == lines[:shared]:
                lines = lines[shared:]
                break
        kept.append(Cue(cue.start, cue.end, lines))
        before = cue.lines or before
    return kept


def _is_rolling(cues: list[Cue]) -> bool:
    repeats, before = 0, ""
    for cue in cues:
        if cue.lines:
            repeats += cue.lines[0] == before
            before = cue.lines[-1]
    return repeats > 0 and 5 * repeats >= 2 * (len(cues) - 1)


def _spoken(cues: list[Cue]) -> tuple[list[tuple[Cue, Iterator[Spoken]]], bool]:
    """The cues with their pieces, and whether a speaker is carried on to the next cue."""
    if any("<v" in line and _VOICE.search(line) for cue in cues for line in cue.lines):
        return [(cue, _by_voice(cue)) for cue in cues], False
    if any(cue.lines and cue.lines[0].lstrip().startswith('{"') for cue in cues):
        return [(cue, _by_metadata(cue)) for cue in cues], False
    cues = [Cue(cue.start, cue.end, [words for line in cue.lines if (words := plain(line))]) for cue in cues]
    if _is_rolling(cues):
        cues = _without_repeats(cues)
    labels, everywhere = _labels_of(cues)
    return [(cue, _by_label(cue, labels)) for cue in cues], not everywhere


def _turns(cues: list[Cue]) -> Iterator[Turn]:
    spoken, carried = _spoken(in_order(cues))
    speaker: str | None = None
    for cue, pieces in spoken:
        speaker = speaker if carried else None
        for piece in pieces:
            speaker = piece.label or speaker
            if piece.text:
                yield Turn(speaker, piece.text, cue.start, cue.end)


def _header(captions: Captions) -> Header:
    """The title behind ``WEBVTT`` and the duration of Stream's NOTE, where the file has them."""
    first = captions.preamble[0][:200] if captions.preamble else ""
    title = first[6:].strip(" \t-–—") if first.startswith(("WEBVTT ", "WEBVTT\t")) else ""
    duration = _NOTE_DURATION.search("\n".join(captions.notes[:20]))
    minutes = None
    if duration:
        minutes = round(int(duration[1][:6]) * 60 + int(duration[2][:6]) + int(duration[3][:6]) / 60, 2)
    return Header(meeting_title=title or None, duration_minutes=minutes or None)


def read(document: Document) -> Draft:
    """The call of a caption file. Raises UnreadableTranscript where it has no cues or no words."""
    captions = scan(document.lines)
    if not captions.cues:
        raise UnreadableTranscript("This caption file holds no captions: no line with a start and an end time.")
    turns = list(_turns(captions.cues))
    if not turns:
        raise UnreadableTranscript(f"This caption file holds {len(captions.cues)} times but no words.")
    untimed = sum(1 for cue in captions.cues if cue.start is None and cue.lines)
    warnings = [f"{untimed} captions have a start time that can't be read."] if untimed else []
    return Draft(turns, _header(captions), warnings=warnings)


def _head(document: Document) -> list[str]:
    return [line.strip() for line in document.text[:20_000].replace("\r\n", "\n").replace("\r", "\n").split("\n")][:200]


def _is_webvtt(document: Document) -> bool:
    return document.text.lstrip()[:6] == "WEBVTT"


def _detect_teams(document: Document) -> float:
    head = _head(document) if _is_webvtt(document) else []
    return 0.98 if any(line.startswith("<v ") or _TEAMS_IDENTIFIER.fullmatch(line) for line in head) else 0.0


def _detect_zoom(document: Document) -> float:
    if not _is_webvtt(document):
        return 0.0
    head = _head(document)
    numbered = [
        head[place + 2]
        for place in range(len(head) - 2)
        if head[place].isdigit() and cue_times(head[place + 1]) is not None
    ]
    labelled = sum(1 for line in numbered if split_label(line))
    return 0.97 if numbered and 2 * labelled >= len(numbered) else 0.0


def _detect_webvtt(document: Document) -> float:
    return 0.95 if _is_webvtt(document) else 0.0


def _opening_times(document: Document) -> str:
    """The first line of times, where nothing but an identifier stands above it, else nothing."""
    for line in [line for line in _head(document) if line][:2]:
        if cue_times(line) is not None:
            return line
    return ""


def _detect_srt(document: Document) -> float:
    return 0.9 if "-->" in _opening_times(document) else 0.0


def _detect_sbv(document: Document) -> float:
    opening = _opening_times(document)
    return 0.9 if opening and "-->" not in opening else 0.0


FORMATS: tuple[Format, ...] = (
    Format("zoom-vtt", "Zoom recording (VTT)", _detect_zoom, read),
    Format("teams-vtt", "Microsoft Teams (VTT)", _detect_teams, read),
    Format("webvtt", "Captions (WebVTT)", _detect_webvtt, read),
    Format("srt", "Captions (SRT)", _detect_srt, read),
    Format("sbv", "Captions (SBV)", _detect_sbv, read),
)
