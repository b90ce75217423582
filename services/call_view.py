"""One call for its page, out of whatever its row holds.

Rows of an older system may hold any JSON: what can't be read in our form is still shown, as plain lines.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from db.transcripts import TranscriptRecord
from services.agents.contract import State
from services.calls import reader
from services.calls.model import Side
from services.deal_fields import current, described, label_of
from services.json_words import finite, is_missing, plain, step_line
from services.minds import noted, written_by
from services.wording import clock_time, counted

STATES: tuple[State, ...] = ("verified", "paraphrased", "unsupported", "not discussed")
_FOUND = ("facts", "products_discussed", "objections", "outcome", "next_steps", "beside")


@dataclass(frozen=True)
class TurnView:
    """One turn. ``number`` is its index in the dialogue, from 0; ``start`` and ``end`` are seconds."""

    number: int
    speaker: str | None
    side: Side | None
    start: float | None
    end: float | None
    text: str
    phase: str | None


@dataclass(frozen=True)
class QuoteView:
    """Words of the call. ``turn`` is None where the record does not say whose they are."""

    turn: int | None
    words: str


@dataclass(frozen=True)
class FactView:
    """A finding with its proof. ``value`` reads as a sentence would say it; ``state`` is None in older records."""

    field: str
    label: str
    value: str
    state: State | None
    quotes: tuple[QuoteView, ...]
    source: str | None


@dataclass(frozen=True)
class CrmLine:
    """A field of the CRM record as it stands; ``proposed`` is what the run said, where a person changed it."""

    field: str
    label: str
    value: str
    edited: bool
    proposed: str | None


@dataclass(frozen=True)
class CallView:
    """One call for its page. ``meeting``, ``contact``, ``recording`` and ``source`` are what its head says.

    ``coaching`` and ``social`` are stored JSON; ``older`` are lines of an extraction in no form of ours; ``written``
    says in a sentence which mind wrote the email, social, coaching and summary, where that is known.
    """

    external_id: str
    version: int
    filename: str | None
    client: str
    title: str | None
    meeting: tuple[str, ...]
    contact: tuple[str, ...]
    recording: str | None
    source: tuple[tuple[str, str], ...]
    outcome: str | None
    deal_stage: str | None
    speakers: tuple[tuple[str, Side | None], ...]
    dialogue: tuple[TurnView, ...]
    asides: tuple[str, ...]
    warnings: tuple[str, ...]
    facts: tuple[FactView, ...]
    findings: tuple[FactView, ...]
    next_steps: tuple[FactView, ...]
    crm: tuple[CrmLine, ...]
    older: tuple[str, ...]
    email_draft: str | None
    email_sent_at: str | None
    social: Any
    coaching: Any
    written: Mapping[str, str]
    created_at: datetime | None
    updated_at: datetime | None


def view(record: TranscriptRecord) -> CallView:
    """The page's view of a stored row. Never fails on odd JSON."""
    crm = _dict(record.crm_data)
    call = _dict(record.call)
    header = _dict(call.get("header"))
    extracted = _dict(record.extracted_data)
    edited = _dict(_dict(record.edits).get("crm_data"))
    sent = _dict(record.email_sent)
    return CallView(
        external_id=record.external_id,
        version=record.version,
        filename=record.filename,
        client=_words(crm.get("client_name"))
        or _words(header.get("client_name"))
        or record.filename
        or "Unnamed client",
        title=_words(crm.get("meeting_title")) or _words(header.get("meeting_title")),
        meeting=tuple(_told(("meeting_date", "meeting_time", "duration_minutes"), crm, header)),
        contact=tuple(_told(("client_email", "client_phone"), crm, header)),
        recording=_words(crm.get("meeting_url")) or _words(header.get("meeting_url")),
        source=tuple(_source(call, record)),
        outcome=_words(crm.get("outcome")),
        deal_stage=_words(crm.get("deal_stage")),
        speakers=tuple(_speakers(call)),
        dialogue=tuple(_dialogue(record)),
        asides=tuple(_asides(call)),
        warnings=tuple(plain(item) for item in _list(call.get("warnings"))),
        facts=tuple(_facts(_dict(extracted.get("facts")), _dict(extracted.get("outcome")))),
        findings=tuple(_findings(extracted)),
        next_steps=tuple(_steps(extracted)),
        crm=tuple(_crm_lines(crm, edited, _dict(_dict(record.proposed).get("crm_data")))),
        older=tuple(_older(record.extracted_data)),
        email_draft=record.email_draft or None,
        email_sent_at=_words(sent.get("at")),
        social=record.social_content,
        coaching=record.coaching,
        written={part: words for part in _dict(record.minds) if (words := written_by(noted(record.minds, part)))},
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(value: Any) -> str | None:
    return None if is_missing(value) else plain(value) or None


def _side(value: Any) -> Side | None:
    return value if value in ("advisor", "client") else None


def _told(fields: Iterable[str], crm: Mapping[str, Any], header: Mapping[str, Any]) -> Iterator[str]:
    """What is known of the fields, by the record or else by the file, as a person says it."""
    for field in fields:
        value = crm.get(field) if not is_missing(crm.get(field)) else header.get(field)
        if not is_missing(value):
            yield _said(field, value)


def _said(field: str, value: Any) -> str:
    """A value for reading: times on the clock, minutes without their fraction."""
    if field == "meeting_time":
        try:
            return clock_time(time.fromisoformat(str(value)))
        except ValueError:
            return plain(value)
    minutes = finite(value) if field == "duration_minutes" else None
    return described(field, value) if minutes is None or minutes < 1 else counted(round(minutes), "minute")


def _source(call: Mapping[str, Any], record: TranscriptRecord) -> Iterator[tuple[str, str]]:
    """Where the call came from: label and words."""
    about = {"File": record.filename, "Format": _format_label(call.get("source_format")), "Call id": record.external_id}
    for label, value in about.items():
        if words := _words(value):
            yield label, words


def _format_label(name: Any) -> Any:
    """A format's label as the choice of formats words it; an older record's own word stays as it is."""
    return next((entry.label for entry in reader.formats() if entry.name == name), name)


def _speakers(call: Mapping[str, Any]) -> Iterator[tuple[str, Side | None]]:
    for speaker in map(_dict, _list(call.get("speakers"))):
        if name := _words(speaker.get("name")):
            yield name, _side(speaker.get("side"))


def _dialogue(record: TranscriptRecord) -> Iterator[TurnView]:
    """The stored dialogue; for a row that has none, the lines of its text."""
    turns = _list(record.dialogue)
    if not turns:
        lines = [line.strip() for line in (record.full_text or "").splitlines() if line.strip()]
        yield from (TurnView(number, None, None, None, None, line, None) for number, line in enumerate(lines))
        return
    for number, turn in enumerate(turns):
        known = turn if isinstance(turn, dict) else {"text": plain(turn)}
        yield TurnView(
            number=number,
            speaker=_words(known.get("speaker")),
            side=_side(known.get("side")),
            start=finite(known.get("start")),
            end=finite(known.get("end")),
            text=_words(known.get("text")) or "",
            phase=_words(known.get("phase")),
        )


def _asides(call: Mapping[str, Any]) -> Iterator[str]:
    for aside in map(_dict, _list(call.get("asides"))):
        said = ": ".join(filter(None, (_words(aside.get("speaker")), _words(aside.get("text")))))
        if said:
            yield f"{(_words(aside.get('kind')) or 'aside').capitalize()}: {said}"


def quotes_of(evidence: Any) -> tuple[QuoteView, ...]:
    """The quotes of a stored finding; what is none is left out."""
    quotes = []
    for item in _list(evidence):
        known = _dict(item)
        turn = known.get("turn")
        words = _words(known.get("quote")) if known else _words(item)
        if words:
            quotes.append(QuoteView(turn if type(turn) is int and turn >= 0 else None, words))
    return tuple(quotes)


def state_of(value: Any) -> State | None:
    """One of the four states; None for anything else."""
    return value if value in STATES else None


def _finding(field: str, label: str, value: str, fact: Mapping[str, Any]) -> FactView:
    return FactView(
        field=field,
        label=label,
        value=value,
        state=state_of(fact.get("state")),
        quotes=quotes_of(fact.get("evidence")),
        source=_words(fact.get("source")),
    )


def _facts(facts: Mapping[str, Any], outcome: Mapping[str, Any]) -> Iterator[FactView]:
    """The single facts in the grid's order; fields that the grid does not know come last."""
    found = {"outcome": outcome, **facts} if outcome else dict(facts)
    order = current().order
    for field in sorted(found, key=lambda name: (order.get(name, len(order)), name)):
        fact = found[field] if isinstance(found[field], dict) else {"value": found[field]}
        yield _finding(field, label_of(field), described(field, fact.get("value")), fact)


def _findings(extracted: Mapping[str, Any]) -> Iterator[FactView]:
    for field, key, label in (("products_discussed", "value", "Product"), ("objections", "category", "Objection")):
        for item in _list(extracted.get(field)):
            fact = item if isinstance(item, dict) else {key: item}
            if value := _words(fact.get(key)):
                yield _finding(field, label, value, fact)


def _steps(extracted: Mapping[str, Any]) -> Iterator[FactView]:
    for step in _list(extracted.get("next_steps")):
        if words := step_line(step):
            yield _finding("next_steps", "Next step", words, _dict(step))


def _crm_lines(crm: Mapping[str, Any], edited: Mapping[str, Any], proposed: Mapping[str, Any]) -> Iterator[CrmLine]:
    """Every field of the record in the grid's order, then what an older system left there."""
    known = [*current().order, "next_steps", "transcript_id"]
    for field in known + [name for name in crm if name not in known]:
        value = crm.get(field)
        words = "; ".join(map(step_line, value)) if field == "next_steps" and isinstance(value, list) else ""
        yield CrmLine(
            field=field,
            label=label_of(field),
            value=words or _said(field, value),
            edited=field in edited,
            proposed=_said(field, proposed.get(field)) if field in edited else None,
        )


def _older(extracted: Any) -> Iterator[str]:
    """What an extraction of another form holds, one line a key."""
    if isinstance(extracted, dict):
        for key, value in extracted.items():
            if key not in _FOUND and not is_missing(value):
                yield f"{label_of(key)}: {plain(value)}"
    elif not is_missing(extracted):
        yield plain(extracted)
