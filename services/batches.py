"""Files handed over together: taken in at once, looked at before anything runs, set going with one yes.

A batch lives in the record. Whatever happens to the browser, it is found again there; no bytes stay in this process.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db import batches as stored
from db import transcripts
from db.batches import BatchState, FileRow, NewFile, Standing
from services import chain, preflight, steps, uploads
from services.calls import reader
from services.calls.model import Side, Speaker
from services.database import Database, translated
from services.errors import NotFound
from services.runs import ENDED
from services.settings import settings
from services.unfolding import Content, chunks, unfolded

__all__ = ["BatchView", "Content", "FileView", "Progress", "Standing", "Taken"]

BEFORE: tuple[Standing, ...] = ("new", "update", "duplicate", "twin", "unreadable")
AFTER: tuple[Standing, ...] = ("running", "queued", "paused", "failed", "cancelled", "done")
log = logging.getLogger("aftercall.batches")


@dataclass(frozen=True)
class BatchView:
    """A list of files. ``counts`` by standing; ``wanted`` is how many are to be processed, while it is open."""

    id: str
    actor: str
    created_at: datetime
    state: BatchState
    counts: dict[Standing, int]
    wanted: int

    @property
    def size(self) -> int:
        """How many files it has."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """How many of them nobody has read yet."""
        return self.counts.get("waiting", 0)


@dataclass(frozen=True)
class FileView:
    """One file of a list. ``standing`` is its run's state, or what it was found to be; ``sentence`` says it in words.

    ``twin`` names an earlier file of the list with the same call. ``told_sides`` are those that a person gave, which
    ``speakers`` have already. ``format_chosen`` and ``replaces`` (a call's external id) are a person's, too.
    ``refused``: its run is done and stored nothing, because newer words of the call stand.
    """

    position: int
    name: str
    standing: Standing
    sentence: str
    wanted: bool
    format_label: str | None
    format_chosen: str | None
    replaces: str | None
    external_id: str | None
    client_name: str | None
    meeting_date: str | None
    turn_count: int
    speakers: tuple[Speaker, ...]
    warnings: tuple[str, ...]
    twin: str | None
    run_id: str | None
    refused: bool = False

    @property
    def readable(self) -> bool:
        """Whether a call was found in it."""
        return self.external_id is not None


@dataclass(frozen=True)
class Taken:
    """What became of files that were handed over.

    How many were ``added``, how many ``known`` (in the list already), how many ``refused`` (over MAX_FILES).
    """

    added: int
    known: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Progress:
    """How far a list is: its runs by state, and how many of them have ended."""

    counts: dict[Standing, int]
    total: int
    ended: int


def open_batch(database: Database, actor: str) -> str:
    """A new, empty list; returns its id."""
    with translated(), database.session() as session:
        return stored.open_batch(session, actor)


def add(database: Database, batch_id: str, name: str, content: Content) -> Taken:
    """Puts one file into a list, or the files of a zip; see ``add_all``."""
    return add_all(database, batch_id, [(name, content)])


def add_all(database: Database, batch_id: str, files: Iterable[tuple[str, Content]]) -> Taken:
    """Stores the bytes of files and puts them into an open list; a zip archive is unfolded.

    At most a few megabytes, or one file, are held at a time. A file that can't be taken stands in the list as one that
    can't be read; a file that lies in the list already, of the same name and bytes, is not added; those over MAX_FILES
    are refused. They are read behind (see ``preflight``). Raises NotFound where the list is not open.
    """
    taken = Taken(0)
    most = settings().max_files
    for chunk in chunks(unfolded(files)):
        new = [
            NewFile(uploads.own_name(member.name), member.content, member.problem.sentence if member.problem else None)
            for member in chunk
        ]
        with translated(), database.session() as session:
            added, known = stored.add(session, batch_id, new, most)
        taken = Taken(taken.added + added, taken.known + known, taken.refused + len(chunk) - added - known)
        preflight.wake()
    return taken


def get(database: Database, batch_id: str, actor: str | None = None) -> BatchView | None:
    """One list (of the actor, where one is named), or None."""
    with translated(), database.session() as session:
        row = stored.get(session, batch_id)
    return None if row is None or actor not in (None, row.actor) else _view(database, row)


def newest_open(database: Database, actor: str) -> BatchView | None:
    """The actor's newest list that waits for a yes; None where there is none."""
    with translated(), database.session() as session:
        row = stored.newest(session, actor, "open")
    return None if row is None else _view(database, row)


def newest_at_work(database: Database, actor: str) -> BatchView | None:
    """The actor's newest list of which runs have yet to end; None where there is none."""
    with translated(), database.session() as session:
        row = stored.newest(session, actor, "started")
    return None if row is None else _view(database, row)


def files(
    database: Database, batch_id: str, shown: Collection[Standing] = (), limit: int | None = None, offset: int = 0
) -> list[FileView]:
    """Files of a list in their order; of the given standings, or all."""
    with translated(), database.session() as session:
        rows = stored.files(session, batch_id, shown, limit, offset)
    labels = {form.name: form.label for form in reader.formats()}
    return [_file(row, labels) for row in rows]


def settle(database: Database, batch_id: str, patience: float) -> None:
    """Reads what waits of a list, as far as ``patience`` seconds reach; the rest is read behind."""
    preflight.read_all(database, batch_id, patience)


def choose_wanted(database: Database, batch_id: str, position: int, wanted: bool) -> None:
    """Says whether a file is processed when the list is started. Raises NotFound."""
    _decide(database, batch_id, position, wanted=wanted)


def choose_format(database: Database, batch_id: str, position: int, format_name: str | None) -> None:
    """Has a file read again as a format; None: as what it looks like. Raises InvalidValue and NotFound."""
    _read_again(database, batch_id, position, "format", format_name)


def choose_side(database: Database, batch_id: str, position: int, speaker: str, side: Side | None) -> None:
    """Says on which side a speaker stands (None: nobody knows). Raises InvalidValue and NotFound."""
    with translated(), database.session() as session:
        sides = stored.options_of(session, batch_id, position).get("sides") or {}
    _decide(
        database, batch_id, position, options=_options(database, batch_id, position, "sides", {**sides, speaker: side})
    )


def choose_replaced(database: Database, batch_id: str, position: int, external_id: str | None) -> None:
    """Says which stored call a file replaces; None or nothing: the one that it names. Raises NotFound."""
    external_id = (external_id or "").strip() or None
    if external_id:
        with translated(), database.session() as session:
            if external_id not in transcripts.known(session, [external_id]):
                raise NotFound("There is no call with this id in the record.", remedy="Copy it from the call's page.")
    _read_again(database, batch_id, position, "external_id", external_id)


def start(database: Database, batch_id: str, actor: str) -> list[str]:
    """Queues a run for every file that is to be processed, in order, all or none; returns their ids.

    What came into the record since it was looked at is left out. Starting twice queues nothing twice. Raises NotFound
    where the list was discarded.
    """
    stale = {"status": "duplicate", "sentence": uploads.SENTENCES["duplicate"]}
    with translated(), database.session() as session:
        run_ids = stored.start(session, batch_id, actor, stale)
    log.info("%d runs of list %s are started by %s", len(run_ids), batch_id, actor)
    chain.wake()
    return run_ids


def discard(database: Database, batch_id: str, actor: str) -> None:
    """Takes an open list away, with all bytes that nothing else needs. Raises NotFound where it was started."""
    with translated(), database.session() as session:
        stored.discard(session, batch_id)
    log.info("List %s is discarded by %s", batch_id, actor)


def run_ids(database: Database, batch_id: str) -> list[str]:
    """The runs of a list, in the order of its files."""
    with translated(), database.session() as session:
        return stored.run_ids(session, batch_id)


def progress(batch: BatchView) -> Progress:
    """How far a list is that was started."""
    counts = {state: batch.counts[state] for state in AFTER if state in batch.counts}
    return Progress(counts, sum(counts.values()), sum(counts.get(state, 0) for state in ENDED))


def _decide(database: Database, batch_id: str, position: int, **values: Any) -> None:
    with translated(), database.session() as session:
        stored.decide(session, batch_id, position, **values)


def _read_again(database: Database, batch_id: str, position: int, option: str, value: str | None) -> None:
    options = _options(database, batch_id, position, option, value)
    _decide(database, batch_id, position, options=options, status="waiting", attempts=0, wanted=None)
    preflight.wake()


def _options(database: Database, batch_id: str, position: int, name: str, value: Any) -> dict[str, Any]:
    with translated(), database.session() as session:
        options = stored.options_of(session, batch_id, position)
    return uploads.checked({**options, name: value})


def _view(database: Database, row: stored.BatchRow) -> BatchView:
    with translated(), database.session() as session:
        counts = stored.counts(session, row.id)
        wanted = stored.wanted(session, row.id) if row.state == "open" else 0
    return BatchView(row.id, row.actor, row.created_at, row.state, counts, wanted)


def _file(row: FileRow, labels: Mapping[str, str]) -> FileView:
    told = row.options.get("sides") or {}
    speakers = [Speaker(**each) for each in row.speakers or []]
    twin = f"The same call as {row.twin}{', in other words' * row.twin_differs}." if row.twin else None
    return FileView(
        position=row.position,
        name=row.name,
        standing=row.run_state or ("twin" if row.twin else row.status),
        sentence=row.run_error or row.run_note or twin or row.sentence or "",
        wanted=row.wanted,
        format_label=labels.get(row.format or "", row.format),
        format_chosen=row.options.get("format"),
        replaces=row.options.get("external_id"),
        external_id=row.run_external_id or row.external_id,
        client_name=row.client_name,
        meeting_date=row.meeting_date,
        turn_count=row.turn_count,
        speakers=tuple(replace(each, side=told.get(each.name, each.side)) for each in speakers),
        warnings=tuple(row.warnings or ()),
        twin=row.twin,
        run_id=row.run_id,
        refused=row.run_state == "done" and row.run_note == steps.NEWER,
    )
