"""Many calls worked through again: those that a filter leaves."""

from collections.abc import Callable
from dataclasses import dataclass

from services import records, runs
from services.database import Database
from services.records import CallFilter
from services.wording import counted


@dataclass(frozen=True)
class Rerun:
    """What came of it: ``started`` runs wait for their turn; ``left_out`` calls came without a file of ours."""

    started: int
    left_out: int

    @property
    def sentence(self) -> str:
        """The same in words."""
        begun = f"{counted(self.started, 'call')} will be worked through again." if self.started else ""
        if not self.left_out:
            return begun or "There is no such call."
        one = self.left_out == 1
        has = "has no file here and stays as it is" if one else "have no file here and stay as they are"
        without = f"{counted(self.left_out, 'call')} {has}: an older system brought {'it' if one else 'them'}."
        return f"{begun} {without}".strip()


def rerun_filtered(
    database: Database,
    wanted: CallFilter,
    actor: str,
    *,
    start_at: str | None = None,
    told: Callable[[int], object] = lambda _: None,
) -> Rerun:
    """Works every call that the filter leaves through again; see ``runs.rerun``.

    ``told`` is given the number of calls looked at, now and then. Raises NotFound on an agent that there is none of.
    """
    asked = started = 0
    # Ids first: what a run changes may put its call into the filter, or out of it.
    pages = list(records.external_ids(database, wanted))
    for page in pages:
        started += len(runs.rerun(database, page, actor, start_at=start_at))
        asked += len(page)
        told(asked)
    return Rerun(started, asked - started)
