"""The Parser: from the bytes of a file to a Call."""

from collections.abc import Callable
from typing import Any, NotRequired, TypedDict

from services import choices
from services.agents.contract import require
from services.calls.model import Call
from services.choices import Kept


class ParserNeeds(TypedDict):
    """``options`` may hold ``format``, ``sides`` ({speaker: side}) and ``external_id``, as a person chose them.

    ``kept`` gives what people said before of how a call is read, by its external id.
    """

    file_path: str
    content: bytes
    options: NotRequired[dict[str, Any]]
    kept: NotRequired[Callable[[str], Kept]]


class ParserGives(TypedDict):
    call: Call
    transcript_id: str
    full_text: str


class ParserAgent:
    """Reads the file; what a person said about it (format, sides, which call it replaces) goes first.

    Raises UnreadableTranscript and its kin.
    """

    name = "Parser"
    needs = frozenset({"file_path", "content"})

    async def run(self, data: dict[str, Any]) -> dict[str, Any]:
        require(self, data)
        call = choices.read(data["file_path"], data["content"], data.get("options") or {}, data.get("kept"))
        given: ParserGives = {"call": call, "transcript_id": call.external_id, "full_text": call.full_text}
        return dict(given)
