"""Fathom's transcript, copied from its page: title, VIEW RECORDING line, ``M:SS - Name (Company)`` blocks."""

import re
from collections.abc import Sequence
from dataclasses import replace

from services.calls import dash, headers
from services.calls.blocks import certainty, sample, sample_heads
from services.calls.document import Document, Draft, Format
from services.calls.model import Header
from services.calls.stellar import dash_head
from services.calls.times import day

_RECORDING = re.compile(r"[\s>*_#]{0,6}VIEW RECORDING\b\s*(?:-\s*([^(:]{1,40}))?")
_LINK = re.compile(r"https?://[^\s)\]>]{1,2000}")
_CALL_ID = re.compile(r"https?://(?:www\.)?fathom\.video/calls/([0-9]{4,20})")
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY_AFTER_TITLE = re.compile(rf"\s[-–—]\s{_MONTH} [0-9]{{1,2}}(?:,? ([0-9]{{4}}))?\s*$")


def _recording_line(lines: Sequence[str]) -> int | None:
    return next((at for at, line in enumerate(lines) if "VIEW RECORDING" in line and _RECORDING.match(line)), None)


def _detect(document: Document) -> float:
    lines = sample(document)
    found = sample_heads(document, dash_head)
    sure = certainty(0.88, len(found), lines)
    if not sure:
        return 0.0
    above = lines[: found[0]]
    if headers.stellar(above):
        return sure / 2
    if _recording_line(above) is not None:
        return 0.95
    return sure + 0.02 if _in_minutes(lines[found[0]]) else sure - 0.02


def _in_minutes(head: str) -> bool:
    """True for ``M:SS - Name``. Fathom's page adds the hour only once it has passed."""
    return head.lstrip(" @*_#").partition(" ")[0].count(":") == 1


def _read(document: Document) -> Draft:
    draft, above = dash.read_turns(document, companies=True)
    stellar = headers.stellar(above)
    draft.header = stellar.header if stellar else _header(above)
    return draft


def _header(above: Sequence[str]) -> Header:
    at = _recording_line(above)
    if at is None:
        header = headers.labelled(above).header
        return _without_day(header)
    header = headers.labelled(above[:at]).header
    title = next((line.strip(" #*_\t") for line in reversed(above[:at]) if line.strip(" #*_-\t")), None)
    found = _RECORDING.match(above[at])
    link = _LINK.search(above[at])
    identity = _CALL_ID.match(link[0]) if link else None
    return _without_day(
        replace(
            header,
            meeting_title=title or header.meeting_title,
            meeting_url=header.meeting_url or (link[0] if link else None),
            transcript_id=header.transcript_id or (identity[1] if identity else None),
            duration_minutes=headers.minutes_of(found[1]) if found and found[1] else header.duration_minutes,
        )
    )


def _without_day(header: Header) -> Header:
    """Fathom writes ``- Month D`` after the title. Without a year that is no date."""
    found = _DAY_AFTER_TITLE.search(header.meeting_title or "")
    if header.meeting_title is None or found is None:
        return header
    return replace(
        header,
        meeting_title=header.meeting_title[: found.start()].strip() or None,
        meeting_date=header.meeting_date or (day(found[0]) if found[1] else None),
    )


FORMATS: tuple[Format, ...] = (Format("fathom-copy", "Fathom: M:SS - Name (copied)", _detect, _read),)
