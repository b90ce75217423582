"""Who thinks: the builtin analyst, with its version and a hash of the playbook that it was given."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from services.playbooks.loader import BUILTIN

# Raised whenever the builtin analyst reads a call otherwise than before.
ANALYST_VERSION = "2"


@dataclass(frozen=True)
class Mind:
    """What gave a value. ``prompt_hash`` is over all that it was told beside the call, in 16 hex digits."""

    source: Literal["builtin", "model"]
    name: str
    version: str
    prompt_hash: str


def builtin(playbook: Path | None) -> Mind:
    """The builtin analyst with a playbook's file, or with the one for estate planning."""
    path = playbook or BUILTIN
    return Mind("builtin", "builtin", ANALYST_VERSION, _digest(path.resolve(), path.stat().st_mtime_ns))


@lru_cache(maxsize=8)
def _digest(path: Path, stamp: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
