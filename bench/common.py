"""What several measurements share: their command line, a record of their own, how often to ask and what to tell."""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from services.database import Database, open_record
from services.settings import Settings


def arguments(about: str | None) -> argparse.ArgumentParser:
    """A command line that tells what its module says of itself, with ``--json``."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    return parser


@contextmanager
def own_folder(kept: Path | None = None) -> Iterator[Path]:
    """A folder that is gone with the block, or one that is kept, for an embedded server."""
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as name:
        folder = kept or Path(name)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711)  # root runs the server as another user, who must be able to enter
        yield folder


@contextmanager
def own_record(kept: Path | None = None) -> Iterator[tuple[Path, Database]]:
    """A folder as ``own_folder`` gives it, and the record in it."""
    with own_folder(kept) as folder:
        database = open_here(folder)
        try:
            yield folder, database
        finally:
            database.close()


def open_here(folder: Path) -> Database:
    """The record of the folder, whatever the settings of this machine say."""
    return open_record(Settings(data_dir=folder, database_url=None))


def seconds_of(question: Callable[[], object], repeat: int) -> list[float]:
    """How long a question takes by the clock, asked so often as told, after once to warm up."""
    question()
    return [_seconds(question) for _ in range(repeat)]


def _seconds(question: Callable[[], object]) -> float:
    began = time.perf_counter()
    question()
    return time.perf_counter() - began


def middle_and_slow(times: Sequence[float]) -> tuple[float, float]:
    """p50, and p95: the slowest, one in twenty left out."""
    ranked = sorted(times)
    return statistics.median(ranked), ranked[max(0, -(-95 * len(ranked) // 100) - 1)]
