"""Files of the Stellar Sales System: header A, B, C or contiguous, then bracket or dash turns."""

from collections.abc import Sequence

from services.calls import dash, headers, inline
from services.calls.blocks import Head, certainty, has_cues, sample, sample_heads
from services.calls.document import Document, Draft, Format


def dash_head(lines: Sequence[str], at: int) -> Head | None:
    """The head of a turn ``HH:MM:SS - Name``."""
    found = dash.head(lines, at)
    return Head(found[1], found[0]) if found else None


def _detect_dash(document: Document) -> float:
    lines = sample(document)
    found = sample_heads(document, dash_head)
    sure = certainty(0.88, len(found), lines)
    return max(sure, 0.93) if sure and headers.stellar(lines[: found[0]]) else sure


def _read_dash(document: Document) -> Draft:
    draft, above = dash.read_turns(document, companies=False)
    draft.header = headers.read(above).header
    return draft


def _detect_bracket(document: Document) -> float:
    lines = sample(document)
    if has_cues(lines):
        return 0.0
    preamble, begin = inline.body(lines)
    seen = inline.survey(lines, begin, [name for name in [preamble.header.client_name] if name], document=document)
    sure = certainty(0.88, seen.places["brackets"], lines, lines_a_turn=1)
    return max(sure, 0.92) if sure and headers.stellar(lines) else sure


def _read_bracket(document: Document) -> Draft:
    return inline.read(document)


FORMATS: tuple[Format, ...] = (
    Format("stellar-bracket", "[HH:MM:SS] Name: words (Stellar and others)", _detect_bracket, _read_bracket),
    Format("stellar-dash", "HH:MM:SS - Name (Stellar, Fathom delivered)", _detect_dash, _read_dash),
)
