"""Who keeps the copies: one process of those that share a record, and one of those that share a folder."""

from pathlib import Path

import filelock

from db.presence import Presence
from services.database import Database, translated
from services.errors import AftercallError

FOLDER = "memory"  # under DATA_DIR: where embedded engines keep their files
_NAME = "keeper of the copies"


class NotOwner(AftercallError):
    """Another process keeps the copies. Two at once would spoil the files of an embedded engine."""

    remedy = "It is the dashboard as a rule: ask there, or stop it first."


class Owner:
    """The right to keep the copies, held until the process ends or lets go of it.

    A lock on the folder guards the files of embedded engines; a name held in the database sees to it that what is
    crossed off the list was written where it is asked for.
    """

    def __init__(self, database: Database, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER
        self._lock = filelock.FileLock(self.folder / "owner.lock", thread_local=False)
        self._presence = Presence(database, _NAME)

    def take(self) -> bool:
        """Takes the right, or sees that it is still ours; False where another process has it.

        Raises NotOwner where the folder can't be written at all.
        """
        if not self._lock.is_locked:
            try:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._lock.acquire(blocking=False)
            except filelock.Timeout:
                return False
            except OSError as error:
                raise NotOwner(f"The folder of the copies can't be written ({error.strerror}).", remedy="") from error
        with translated():
            if self._presence.renew():
                return True
        self._lock.release()
        return False

    def require(self) -> None:
        """Takes the right. Raises NotOwner."""
        if not self.take():
            raise NotOwner("Another process keeps the index and the graph.")

    def leave(self) -> None:
        """Lets go of it. May be called twice."""
        self._presence.leave()
        self._lock.release()
