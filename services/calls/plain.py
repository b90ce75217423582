"""Plain text: ``Name: words`` in all its dresses, and times without names."""

from collections import Counter

from services.calls import inline
from services.calls.blocks import certainty, has_cues, is_timed, sample
from services.calls.candidates import Place, candidate
from services.calls.document import Document, Draft, Format
from services.calls.inline import Survey
from services.calls.labels import LONGEST, name_shaped, speaker_of
from services.calls.model import Turn

_ENDS = (". ", "? ", "! ", "… ", '" ', "” ", ") ", "] ", "- ", "— ", "**")
_REACH = 200_000


def _survey(document: Document) -> tuple[Survey, int] | None:
    """What the first lines say and how many of them hold words; None for captions and the like."""
    if "survey" not in document.seen:
        document.seen["survey"] = _surveyed(document)
    found: tuple[Survey, int] | None = document.seen["survey"]
    return found


def _surveyed(document: Document) -> tuple[Survey, int] | None:
    lines = sample(document)
    if not lines or has_cues(lines):
        return None
    preamble, begin = inline.body(lines)
    names = [*preamble.people, *filter(None, [preamble.header.client_name])]
    return inline.survey(lines, begin, names, document=document), begin


def _detect(document: Document, place: Place, base: float) -> float:
    found = _survey(document)
    if found is None:
        return 0.0
    seen, begin = found
    count = seen.places.total() if place == "none" else seen.places[place]
    return certainty(base, count, sample(document)[begin:], lines_a_turn=2, least=1)


def _detect_plain(document: Document) -> float:
    return _detect(document, "none", 0.5)


def _detect_time_after(document: Document) -> float:
    return _detect(document, "after", 0.85)


def _detect_huddle(document: Document) -> float:
    return _detect(document, "huddle", 0.92)


def _detect_bare(document: Document) -> float:
    return _detect(document, "bare", 0.8)


def _detect_times_only(document: Document) -> float:
    lines = sample(document)
    if not is_timed(document) or has_cues(lines):
        return 0.0
    found = [candidate(line) for line in lines]
    count = sum(1 for line in found if line and line.place in ("brackets", "bare"))
    filled = sum(1 for line in lines if line.strip())
    return certainty(0.45, count, lines, lines_a_turn=1) if count * 2 > filled else 0.0


def _read(document: Document) -> Draft:
    return inline.read(document)


def _one_line(text: str) -> list[tuple[int, str]]:
    """Where labels stand in a text without line breaks: after the end of a sentence, and more than once."""
    found: list[tuple[int, str]] = []
    colon = text.find(": ")
    while colon >= 0:
        if text[colon - 1].isalnum() or text[colon - 1] == ")":
            piece = text[max(0, colon - LONGEST - 2) : colon]
            cut = max(piece.rfind(end) for end in _ENDS)
            label = piece[cut + 2 :] if cut >= 0 else piece
            if (cut >= 0 or colon <= LONGEST) and name_shaped(label) and (name := speaker_of(label)):
                found.append((colon - len(label), name))
        colon = text.find(": ", colon + 2)
    counts = Counter(label for _, label in found)
    return [(at, label) for at, label in found if counts[label] > 1]


def _detect_one_line(document: Document) -> float:
    lines = [line for line in sample(document) if line.strip()]
    if not 0 < len(lines) <= 3 or has_cues(lines):
        return 0.0
    labels = [label for _, label in _one_line(" ".join(lines)[:_REACH])]
    return 0.6 if len(set(labels)) > 1 and len(labels) > 3 else 0.0


def _read_one_line(document: Document) -> Draft:
    text = " ".join(" ".join(document.lines).split())
    found = _one_line(text)
    ends = [at for at, _ in found[1:]] + [len(text)] if found else []
    return Draft(
        turns=[
            Turn(label, text[at:end].partition(":")[2].strip(" *_"))
            for (at, label), end in zip(found, ends, strict=True)
        ]
    )


FORMATS: tuple[Format, ...] = (
    Format("plain", "Plain text: Name: words", _detect_plain, _read),
    Format("time-after-name", "Rev and the like: Name (M:SS): words", _detect_time_after, _read),
    Format("slack-huddle", "Slack huddle: @Name [M:SS]: words", _detect_huddle, _read),
    Format("time-before-name", "Text: HH:MM:SS Name: words", _detect_bare, _read),
    Format("plain-one-line", "Plain text without line breaks", _detect_one_line, _read_one_line),
    Format("times-only", "Text with times and no names", _detect_times_only, _read),
)
