"""How a file is read: by what a person chooses for it now, and by what people said of its call before."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from db import choices as stored
from services.calls import reader
from services.calls.model import Call
from services.database import Database, translated
from services.errors import UnreadableTranscript

Kept = Mapping[str, Any]


def read(name: str, content: bytes, options: Mapping[str, Any], kept: Callable[[str], Kept] | None = None) -> Call:
    """The call of a file. ``options``: ``format``, ``sides`` and ``external_id``, as a person chose them now.

    ``kept`` gives what was said of a call before, by its external id; what is chosen now stands over it. A form that
    was chosen before holds for files that look like the one it was chosen for.
    Raises UnreadableTranscript and its kin.
    """
    form, sides = options.get("format"), options.get("sides") or {}
    call = None if options.get("external_id") else _read(name, content, form, sides)
    external_id = options["external_id"] if call is None else call.external_id
    before = kept(external_id) if kept is not None else {}
    known_form = form or _form_before(name, content, before)
    known_sides = {**(before.get("sides") or {}), **sides}
    if call is None or (known_form, known_sides) != (form, sides):
        call = _read(name, content, known_form, known_sides)
    return replace(call, external_id=external_id)


def read_for(database: Database, name: str, content: bytes, options: Mapping[str, Any]) -> Call:
    """The call of a file as the chain would read it now. Stores nothing. Raises UnreadableTranscript and its kin."""
    digest = sha256(content).hexdigest()
    return read(name, content, known(database, digest, options), before(database, digest))


def known(database: Database, digest: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a file, with the call that it is: the one that is chosen, or that these very bytes became before.

    So a file that was stored stays one call, whatever a newer reader makes of its words.
    """
    chosen = dict(options)
    if not chosen.get("external_id"):
        with translated(), database.session() as session:
            if became := stored.call_of(session, digest):
                chosen["external_id"] = became
    return chosen


def before(database: Database, digest: str) -> Callable[[str], Kept]:
    """Gives what people said of a call before, for a file of these bytes."""

    def of_call(external_id: str) -> Kept:
        with translated(), database.session() as session:
            return stored.of_call(session, external_id, digest)

    return of_call


def looks_like(name: str, content: bytes) -> str | None:
    """The form that a file seems to have; None where it seems to have none."""
    try:
        return reader.read(name, content).source_format
    except UnreadableTranscript:
        return None


def _form_before(name: str, content: bytes, kept: Kept) -> str | None:
    form: str | None = kept.get("format")
    if form is None or "looks_like" not in kept:
        return form
    return form if kept["looks_like"] == looks_like(name, content) else None


def _read(name: str, content: bytes, form: str | None, sides: Mapping[str, Any]) -> Call:
    return reader.read(name, content, format_name=form, sides=sides or None)
