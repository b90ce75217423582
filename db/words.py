"""Which file's words stand in a call, and in which order they were handed in; runs that go on from them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db.models import Run, RunOutput, RunStep, Transcript
from db.runs import RunRow
from db.stored import storable


@dataclass(frozen=True, slots=True)
class Words:
    """The file whose words stand in a call. ``order`` is the place in which it was handed in: a run's ``seq``.

    ``options`` are what was chosen when it was handed in, and ``order``, by the name that ``RunRow.order`` knows.
    """

    digest: str
    filename: str
    options: dict[str, Any]
    order: int


def of_calls(session: Session, external_ids: Sequence[str]) -> dict[str, Words]:
    """The words that stand in each call, by its external id; a call that no run of ours wrote is left out.

    What a run only tried, or did in the shadow, is not meant: the words are those of the run that the call's row names.
    """
    named = func.coalesce(Run.seq == Transcript.run_seq, False)
    newest = (
        select(Transcript.external_id, Run.source_digest, Run.filename, Run.options, Transcript.run_seq)
        .join(Run, Run.transcript_id == Transcript.id)
        .where(Transcript.external_id.in_(list(external_ids)), Run.state == "done", Run.dry_run_id.is_(None))
        .ext(distinct_on(Transcript.external_id))
        .order_by(Transcript.external_id, named.desc(), Run.seq.desc())
    )
    return {
        row.external_id: Words(
            row.source_digest, row.filename, {**row.options, "words": row.run_seq or 0}, row.run_seq or 0
        )
        for row in session.execute(newest)
    }


def taken_up(session: Session, run: RunRow) -> RunRow:
    """The run, on the words that stand in its call now; it is the same one where they are those it has.

    Where newer ones were stored since it was handed in, or last begun, what its agents made of the older is dropped.
    """
    if not run.again or run.external_id is None:
        return run
    words = of_calls(session, [run.external_id]).get(run.external_id)
    if words is None or run.options.get("words") == words.order:
        return run
    values: dict[str, Any] = {"source_digest": words.digest, "filename": words.filename, "options": words.options}
    session.execute(update(Run).where(Run.id == run.id).values(storable(values)))
    session.execute(delete(RunOutput).where(RunOutput.run_id == run.id))
    again = update(RunStep).where(RunStep.run_id == run.id, RunStep.state != "kept")
    session.execute(again.values(state="pending", attempts=0, error=None, started_at=None, finished_at=None))
    return replace(run, **values)
