"""Files on their way in: what each one is before anything runs, and handing it to the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal, get_args

from db import audit, runs, transcripts
from services import chain, choices
from services.calls import reader
from services.calls.model import Call, Side, Speaker
from services.database import Database, translated
from services.errors import AftercallError, DatabaseUnavailable, InvalidValue, TooLarge, UnreadableTranscript
from services.faults import unforeseen
from services.settings import settings

Status = Literal["new", "update", "duplicate", "unreadable"]
OPTIONS = ("format", "sides", "external_id")

SENTENCES: dict[Status, str] = {
    "new": "A new call.",
    "update": "This call is stored already, with other words: it will be replaced, and what people edited stays.",
    "duplicate": "This very call is stored already.",
}


@dataclass(frozen=True)
class Preview:
    """What a file is. Of an unreadable one only ``name``, ``status`` and ``sentence`` are known."""

    name: str
    status: Status
    sentence: str
    format_name: str | None = None
    format_label: str | None = None
    client_name: str | None = None
    meeting_date: str | None = None
    turn_count: int = 0
    external_id: str | None = None
    speakers: tuple[Speaker, ...] = ()
    warnings: tuple[str, ...] = ()
    content_hash: str | None = None


def preview(
    database: Database, name: str, content: bytes, format_name: str | None = None, replaces: str | None = None
) -> Preview:
    """Reads a file and says whether its call is new, an update of a stored one, or there already. Stores nothing.

    ``replaces`` is the external id of the call that it takes the place of, whatever its own id is. What people said
    before of how the call is read (sides, format) holds here as it will in its run.
    Raises DatabaseUnavailable; what is wrong with the file stands in the preview.
    """
    try:
        call = choices.read_for(database, name, content, {"format": format_name, "external_id": replaces})
    except DatabaseUnavailable:
        raise
    except AftercallError as error:
        return Preview(name, "unreadable", error.sentence)
    except Exception as error:  # noqa: BLE001 (one bad file never stops the others; the log has the rest)
        return Preview(name, "unreadable", unforeseen("The reader", error).sentence)
    status = status_of(database, call)
    labels = {form.name: form.label for form in reader.formats()}
    return Preview(
        name=name,
        status=status,
        sentence=SENTENCES[status],
        format_name=call.source_format,
        format_label=labels.get(call.source_format, call.source_format),
        client_name=call.header.client_name,
        meeting_date=call.header.meeting_date,
        turn_count=len(call.turns),
        external_id=call.external_id,
        speakers=call.speakers,
        warnings=call.warnings,
        content_hash=call.content_hash,
    )


def status_of(database: Database, call: Call) -> Status:
    """Whether the call is new, an update, or there already, word for word."""
    with translated(), database.session() as session:
        known = transcripts.known(session, [call.external_id]).get(call.external_id)
    if known is None:
        return "new"
    return "duplicate" if known.content_hash == call.content_hash else "update"


def submit(database: Database, name: str, content: bytes, options: Mapping[str, Any] | None, actor: str) -> str:
    """Stores a file's bytes and a run that waits, wakes the chain, and returns the run's id.

    ``options``: ``format`` (a format's name), ``sides`` ({speaker: side}; None: not known), ``external_id`` (the call
    that this one replaces); each may be absent or None. A file that waits or is at work already, with the same options,
    is not queued twice: it is that run's id.
    Raises UnreadableTranscript, TooLarge, InvalidValue and DatabaseUnavailable.
    """
    chosen = checked(options or {})
    filename = own_name(name)
    limit = settings().max_file_mb
    if not content:
        raise UnreadableTranscript("The file is empty.")
    if len(content) > limit * 1_000_000:
        raise TooLarge(f"The file has {len(content) / 1e6:,.1f} MB; the limit is {limit:g} MB (MAX_FILE_MB).")
    with translated(), database.session() as session:
        digest = runs.add_source(session, content, actor=actor)
        run_id = runs.queue(session, digest, filename, chosen, actor=actor)
        audit.note(session, actor, "submit", files=1)
    chain.wake()
    return run_id


def own_name(name: str) -> str:
    """The last part of a path, of whatever system; 'transcript' where there is none."""
    return PurePath(name.replace("\\", "/")).name or "transcript"


def checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that say something. Raises InvalidValue on one that nobody knows."""
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise InvalidValue(f"There is no option named {', '.join(unknown)}.")
    chosen = {name: options[name] for name in OPTIONS if options.get(name)}
    if "format" in chosen and chosen["format"] not in {form.name for form in reader.formats()}:
        raise InvalidValue("There is no format of that name.", remedy="Choose one of the list.")
    if set(dict(chosen.get("sides", {})).values()) - {*get_args(Side), None}:
        raise InvalidValue("A speaker's side is 'advisor', 'client', or None where nobody knows.")
    return chosen
