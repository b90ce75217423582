"""The ten sample calls that come with Aftercall, made up, in ten different forms of transcript."""

from dataclasses import dataclass
from pathlib import Path

from services import uploads
from services.database import Database

FOLDER = Path(__file__).parent / "sample_calls"


@dataclass(frozen=True)
class Sample:
    """One file, as somebody would have dropped it into the browser."""

    name: str
    content: bytes


def samples() -> list[Sample]:
    """The sample files, in the order of their names."""
    files = sorted(path for path in FOLDER.iterdir() if path.is_file() and not path.name.startswith("."))
    return [Sample(path.name, path.read_bytes()) for path in files]


def load(database: Database, actor: str) -> list[str]:
    """Hands all sample calls in, as an upload does, and returns the ids of their runs.

    A second time changes no row: the same calls are found again.
    """
    return [uploads.submit(database, sample.name, sample.content, {}, actor) for sample in samples()]
