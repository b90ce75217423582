"""The Parser: from the bytes of a file to a Call."""

from dataclasses import replace
from typing import Any, NotRequired, TypedDict

from services.agents.contract import require
from services.calls import reader
from services.calls.model import Call


class ParserNeeds(TypedDict):
    """``options`` may hold ``format``, ``sides`` ({speaker: side}) and ``external_id``, as a person chose them."""

    file_path: str
    content: bytes
    options: NotRequired[dict[str, Any]]


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
        options = data.get("options") or {}
        call = reader.read(
            data["file_path"], data["content"], format_name=options.get("format"), sides=options.get("sides")
        )
        if options.get("external_id"):
            call = replace(call, external_id=options["external_id"])
        given: ParserGives = {"call": call, "transcript_id": call.external_id, "full_text": call.full_text}
        return dict(given)
