"""Who thinks: the builtin analyst, with its version and a hash of the playbook that it was given, or a language model.

Which of them gave an agent's part is a note, kept in the call's row under the part's name: ``{"source", "model",
"prompt_hash", "instead"}``, of which all but the source may be absent; ``instead`` is a sentence that says why the
model did not give it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from services.playbooks.loader import BUILTIN

# Raised whenever the builtin analyst reads a call otherwise than before.
ANALYST_VERSION = "2"
# The parts that a mind gives, and the key of the state that each stands under; a note stands under "<part>_mind".
PARTS: Mapping[str, str] = {
    "extraction": "extracted_entities",
    "email": "email_draft",
    "social": "social_content",
    "coaching": "coaching",
    "summary": "crm_data",
    "embedder": "embeddings",
}
Note = Mapping[str, Any]
_NAMES = {"builtin": "Builtin analyst", "older system": "older system"}


@dataclass(frozen=True)
class Mind:
    """What gave a value. ``prompt_hash`` is over all that it was told beside the call, in hex digits."""

    source: Literal["builtin", "model"]
    name: str
    version: str
    prompt_hash: str


def builtin(playbook: Path | None) -> Mind:
    """The builtin analyst with a playbook's file, or with the one for estate planning."""
    path = playbook or BUILTIN
    return Mind("builtin", "builtin", ANALYST_VERSION, _digest(path.resolve(), path.stat().st_mtime_ns))


def model(note: Note) -> Mind:
    """The language model that a note names; of an unnamed one no more is known than that it was one."""
    return Mind("model", str(note.get("model") or "model"), "", str(note.get("prompt_hash") or ""))


def noted(minds: Any, part: str) -> Note:
    """The note on a part; an empty one where there is none."""
    note = minds.get(part) if isinstance(minds, Mapping) else None
    return note if isinstance(note, Mapping) else {}


def notes_in(state: Mapping[str, Any]) -> dict[str, Note]:
    """The notes on the parts that the state of a run holds. What came without one is the builtin analyst's."""
    return {
        part: state.get(f"{part}_mind") or {"source": "builtin"}
        for part, key in PARTS.items()
        if state.get(key) is not None
    }


def with_notes(given: Mapping[str, Any]) -> dict[str, Any]:
    """What an agent gave, with a note on each part in it; else the note on an earlier run's would stay."""
    return {**{f"{part}_mind": note for part, note in notes_in(given).items()}, **given}


def instead(given: Mapping[str, Any]) -> str | None:
    """Why an agent gave what the builtin analyst found, though a model is configured; None where that is not so."""
    notes = (given.get(f"{part}_mind") or {} for part in PARTS)
    told = [str(note["instead"]) for note in notes if note.get("instead")]
    return " ".join(told) or None


def named(source: str | None, mind: str | None, version: str | None = None) -> str:
    """A mind in words: ``Builtin analyst 2``, ``Language model gpt-x``."""
    other = f"Language model {mind}" if source == "model" else mind
    name = _NAMES.get(mind or "", other) or "a run"
    return f"{name} {version}" if version else name


def written_by(note: Note) -> str:
    """Who wrote what the note is on, as a sentence; why it was not the model, where that was to. "" for no note."""
    if not note.get("source"):
        return ""
    named_model = f"language model {note.get('model') or ''}".rstrip()
    who = f"Written by the {named_model if note['source'] == 'model' else 'builtin analyst'}."
    return f"{who} {note.get('instead') or ''}".rstrip()


@lru_cache(maxsize=8)
def _digest(path: Path, stamp: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
