"""Copies whose files can't be used are thrown away and begun anew: all that they held stands in the record.

Nothing of them is kept aside: a call that is erased later would live on there. What happened is said in the log, and
in a line beside the files that ``doctor`` reads.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from services.memory.copies import CopyUnavailable

_NOTE = "{name}-anew.txt"
log = logging.getLogger("aftercall.copies")


def is_panic(error: BaseException) -> bool:
    """Whether an engine written in Rust broke off: then what it raises is no ``Exception``."""
    return type(error).__name__ == "PanicException"


def require_room(folder: Path) -> None:
    """Sees that files can be made in a folder, before what is there is thrown away. Raises CopyUnavailable."""
    probe = folder / ".room"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with probe.open("wb") as file:
            file.write(b"\0" * 65_536)
            file.flush()
            os.fsync(file.fileno())
        probe.unlink()
    except OSError as error:
        probe.unlink(missing_ok=True)
        raise CopyUnavailable(
            f"The folder of the copies can't be written ({error.strerror}).", remedy="Look whether the disk is full."
        ) from error


def throw_away(path: Path) -> None:
    """Takes a file or a folder away, if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def tell(folder: Path, name: str, why: str) -> None:
    """Says that a copy, whose files lie in the folder, is begun anew: in the log, and to ``doctor``.

    ``why`` is a sentence without its full stop, and without words of calls.
    """
    said = f"{why.rstrip('.')}; it is made anew from the record."
    log.warning("%s", said)
    (folder / _NOTE.format(name=name)).write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {said}")


def told(folder: Path) -> Iterator[str]:
    """What was said of copies in this folder, the last of each, a sentence each."""
    for note in sorted(folder.glob(_NOTE.format(name="*"))):
        yield note.read_text()
