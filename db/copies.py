"""What the copies of the record have yet to take over: the outbox of the index and of the graph.

The database fills it itself, with every write to ``transcripts``. Whoever keeps a copy reads what is due, writes the
copy, and crosses off what it read; what was written meanwhile stays due.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import case, func, select, text, tuple_
from sqlalchemy.orm import Session

from db.models import ChunkVector, CopyDue, Transcript

CopyName = Literal["index", "graph"]
COPIES: tuple[CopyName, ...] = ("index", "graph")


@dataclass(frozen=True, slots=True)
class Due:
    """One call that a copy has to take over; ``mark`` tells whether it was written again since."""

    transcript_id: int
    mark: int


@dataclass(frozen=True, slots=True)
class CopiedCall:
    """What copies are made of: one call as it stands. Columns as in db/models; any JSON may stand in them.

    ``bare_text`` is the full text of a call that has no chunks, as an older system left it.
    """

    id: int
    external_id: str
    filename: str | None
    dialogue: Any
    chunks: Any
    crm_data: Any
    extracted_data: Any
    email_draft: str | None
    call: Any
    bare_text: str | None = None


def due(
    session: Session, copy: CopyName, most: int, *, gone_alone: bool = False, besides: Collection[Due] = ()
) -> list[Due]:
    """What is due, at most so many: first what was taken out of the record, then the newest calls. Locks nothing.

    ``besides``: what is left out, unless it was written again since.
    """
    statement = select(CopyDue.transcript_id, CopyDue.mark).where(CopyDue.copy == copy)
    if besides:
        left = [(each.transcript_id, each.mark) for each in besides]
        statement = statement.where(tuple_(CopyDue.transcript_id, CopyDue.mark).not_in(left))
    gone = statement.where(CopyDue.gone).limit(most)
    found = [Due(*row) for row in session.execute(gone)]
    if len(found) < most and not gone_alone:
        others = statement.where(~CopyDue.gone).order_by(CopyDue.transcript_id.desc()).limit(most - len(found))
        found += [Due(*row) for row in session.execute(others)]
    return found


def cross_off(session: Session, copy: CopyName, done: Iterable[Due]) -> None:
    """Takes from the list what a copy has taken over; what was, or is being, written meanwhile stays.

    It waits for nobody: a row that a writer holds is one that stays.
    """
    marks = {each.transcript_id: each.mark for each in done}
    if marks:
        values = {"copy": copy, "ids": sorted(marks), "marks": [marks[each] for each in sorted(marks)]}
        session.execute(_CROSS_OFF, values)


_CROSS_OFF = text(
    "DELETE FROM copies_due WHERE (copy, transcript_id) IN (SELECT copy, transcript_id FROM copies_due"
    " JOIN unnest(CAST(:ids AS bigint[]), CAST(:marks AS bigint[])) AS done (transcript_id, mark)"
    " USING (transcript_id, mark) WHERE copy = :copy ORDER BY transcript_id FOR UPDATE OF copies_due SKIP LOCKED)"
)


def want(session: Session, copies: Sequence[CopyName] = COPIES, ids: Collection[int] | None = None) -> None:
    """Puts calls, or all that are stored, on the list of those copies."""
    session.execute(_WANT, {"copies": list(copies), "ids": None if ids is None else sorted(ids)})


_WANT = text(
    "INSERT INTO copies_due (copy, transcript_id, mark, gone)"
    " SELECT copy, id, pg_current_xact_id()::text::bigint, false"
    " FROM transcripts, unnest(CAST(:copies AS text[])) AS each (copy)"
    " WHERE CAST(:ids AS bigint[]) IS NULL OR id = ANY (CAST(:ids AS bigint[])) ORDER BY id, copy"
    " ON CONFLICT (copy, transcript_id) DO UPDATE SET mark = excluded.mark, gone = false, at = excluded.at"
)


def want_differing(session: Session, copy: CopyName, held: Collection[int]) -> int:
    """Puts on a copy's list the calls that it does not hold, and those it holds that are not stored; how many.

    What is on the list already stays as it is.
    """
    return len(session.execute(_WANT_DIFFERING, {"copy": copy, "held": sorted(held)}).all())


_WANT_DIFFERING = text(
    "INSERT INTO copies_due (copy, transcript_id, mark, gone)"
    " SELECT :copy, coalesce(stored.id, held.id), pg_current_xact_id()::text::bigint, stored.id IS NULL"
    " FROM transcripts AS stored FULL JOIN unnest(CAST(:held AS bigint[])) AS held (id) ON held.id = stored.id"
    " WHERE stored.id IS NULL OR held.id IS NULL ORDER BY 2 ON CONFLICT (copy, transcript_id) DO NOTHING"
    " RETURNING transcript_id"
)


def waiting(session: Session, copy: CopyName) -> int:
    """How many calls of the record a copy has yet to take over."""
    statement = select(func.count()).select_from(CopyDue).where(CopyDue.copy == copy, ~CopyDue.gone)
    return session.scalar(statement) or 0


def waits(session: Session, copy: CopyName, external_id: str) -> bool:
    """Whether a copy has yet to take over one call as it stands."""
    statement = select(CopyDue.transcript_id).join(Transcript, Transcript.id == CopyDue.transcript_id)
    wanted = statement.where(CopyDue.copy == copy, Transcript.external_id == external_id)
    return session.scalar(wanted) is not None


def waiting_ids(session: Session, copy: CopyName) -> set[int]:
    """The ids of all calls, gone ones among them, that are on a copy's list."""
    return set(session.scalars(select(CopyDue.transcript_id).where(CopyDue.copy == copy)))


_COLUMNS = (
    *(getattr(Transcript, name) for name in CopiedCall.__slots__ if name != "bare_text"),
    case((Transcript.chunks.is_(None), Transcript.full_text)),
)


def calls(session: Session, ids: Collection[int]) -> list[CopiedCall]:
    """Those of the calls that are stored, in the order of their ids."""
    found = session.execute(select(*_COLUMNS).where(Transcript.id.in_(list(ids))).order_by(Transcript.id))
    return [CopiedCall(*row) for row in found]


def calls_after(session: Session, after: int, most: int) -> list[CopiedCall]:
    """The next calls after an id, in the order of their ids."""
    found = session.execute(select(*_COLUMNS).where(Transcript.id > after).order_by(Transcript.id).limit(most))
    return [CopiedCall(*row) for row in found]


def dialogues(session: Session, external_ids: Collection[str]) -> dict[str, Any]:
    """The dialogues of those of the calls that are stored, by external id."""
    wanted = select(Transcript.external_id, Transcript.dialogue)
    return {row[0]: row[1] for row in session.execute(wanted.where(Transcript.external_id.in_(list(external_ids))))}


def vectors(session: Session, ids: Collection[int], model: str) -> dict[str, bytes]:
    """The stored embeddings of the calls' chunks by one model, by the hash of the text that each was made from."""
    mine = (ChunkVector.transcript_id.in_(list(ids)), ChunkVector.model == model)
    return {row.content_hash: row.vector for row in session.execute(select(ChunkVector).where(*mine)).scalars()}


def client_names(session: Session, words: str, most: int) -> list[str]:
    """Names of clients that hold these words, as they are written, in the order of the alphabet."""
    pattern = f"%{words.translate(_LITERAL)}%"
    wanted = select(Transcript.client_name).where(Transcript.client_name.ilike(pattern)).distinct()
    return [str(name) for name in session.scalars(wanted.order_by(Transcript.client_name).limit(most))]


_LITERAL = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})
