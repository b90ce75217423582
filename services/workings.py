"""What the agents of a run gave, as it is kept until the run is done, and the state that is made of it again.

Everything in the state is JSON already but for three things: the file's bytes, which the record holds by their digest;
the call, which is a tree of dataclasses; and the vectors, which are kept as their float32 bytes in base64.
"""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from db.transcripts import TranscriptRecord
from services.agents.embedder import Embeddings
from services.calls.model import Aside, Call, Header, Speaker, Turn
from services.errors import InvalidValue

_PROPOSED = ("email_draft", "social_content", "crm_data")


def as_json(given: Mapping[str, Any]) -> dict[str, Any]:
    """What an agent gave, as JSON."""
    kept = dict(given)
    if "call" in kept:
        kept["call"] = _taken_apart(kept["call"])
    if "embeddings" in kept:
        kept["embeddings"] = _packed(kept["embeddings"])
    return kept


def from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The state's part that ``as_json`` was made of."""
    given = dict(kept)
    if "call" in given:
        given["call"] = call_of(given["call"])
    if "embeddings" in given:
        given["embeddings"] = _unpacked(given["embeddings"])
    return given


def _taken_apart(call: Call) -> dict[str, Any]:
    """What ``dataclasses.asdict`` gives, sooner: a call is a tree of three levels, its values never change."""
    parts = {name: getattr(call, name) for name in call.__slots__}
    for name in ("speakers", "turns", "asides"):
        parts[name] = [{slot: getattr(one, slot) for slot in one.__slots__} for one in parts[name]]
    return {**parts, "header": asdict(call.header)}


def call_of(kept: Mapping[str, Any]) -> Call:
    """The call that ``dataclasses.asdict`` took apart."""
    return Call(
        external_id=kept["external_id"],
        content_hash=kept["content_hash"],
        source_format=kept["source_format"],
        header=Header(**kept["header"]),
        speakers=tuple(Speaker(**speaker) for speaker in kept["speakers"]),
        turns=tuple(Turn(**turn) for turn in kept["turns"]),
        asides=tuple(Aside(**aside) for aside in kept["asides"]),
        warnings=tuple(kept["warnings"]),
    )


def stored_state(record: TranscriptRecord) -> dict[str, Any]:
    """The state of a call that is stored, as the agents left it, to go on from one of them; each part with its note.

    Raises InvalidValue where the row is an older system's and does not hold the dialogue in our form.
    """
    try:
        about = {**record.call, "external_id": record.external_id, "content_hash": record.content_hash}
        turns = [{key: turn[key] for key in ("speaker", "text", "start", "end")} for turn in record.dialogue]
        call = call_of({**about, "turns": turns})
    except (KeyError, TypeError) as error:
        raise InvalidValue(
            "This call was stored by an older system, without its turns.", remedy="Run it from the beginning."
        ) from error
    said = {name: record.proposed[name] for name in _PROPOSED if name in record.proposed}
    notes = {f"{part}_mind": note for part, note in record.minds.items()}
    return {
        "call": call,
        "transcript_id": record.external_id,
        "full_text": record.full_text,
        "dialogue": record.dialogue,
        "chunks": record.chunks,
        "extracted_entities": record.extracted_data,
        "coaching": record.coaching,
        **said,
        **notes,
    }


def numbers_of(vector: bytes) -> list[float]:
    """The numbers of one stored vector."""
    numbers: list[float] = np.frombuffer(vector, dtype="<f4").tolist()
    return numbers


def _packed(embeddings: Embeddings) -> dict[str, Any]:
    vectors = np.asarray(embeddings["vectors"], dtype="<f4")
    return {**embeddings, "vectors": base64.b64encode(vectors.tobytes()).decode("ascii")}


def _unpacked(kept: Mapping[str, Any]) -> Embeddings:
    numbers = np.frombuffer(base64.b64decode(kept["vectors"]), dtype="<f4")
    hashes: list[str] = kept["hashes"]
    rows = numbers.reshape(len(hashes), -1) if hashes else numbers.reshape(0, 0)
    return {"model": kept["model"], "hashes": hashes, "vectors": rows.tolist()}
