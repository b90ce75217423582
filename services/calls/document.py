"""The bytes of one file, seen as every reader needs them, and the form of a reader."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from services.calls.model import Aside, Header, Speaker, Turn

_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class Document:
    """One file. ``text`` is decoded, without byte order mark, with line ends as they stand in the file."""

    name: str
    content: bytes
    text: str
    seen: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    """What one reader worked out and the next one asks for too: by a name, or by who reads heads."""

    @cached_property
    def lines(self) -> list[str]:
        """Lines without their ends; CRLF, CR and LF all end a line; no-break spaces are spaces."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")

    @cached_property
    def json(self) -> Any:
        """The parsed JSON of the file, or None where it is not JSON. Several values one after the other are a list."""
        if self.text.lstrip()[:1] not in ("{", "["):
            return None
        try:
            return json.loads(self.text)
        except json.JSONDecodeError as error:
            return _several(self.text) if error.msg == "Extra data" else None
        except (ValueError, RecursionError):
            return None


def _several(text: str) -> list[Any] | None:
    """The JSON values that a text holds one after the other (JSON lines), or None where one is broken."""
    decoder, values = json.JSONDecoder(), []
    place = len(text) - len(text.lstrip())
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return None
        values.append(value)
        found = _BETWEEN.match(text, place)
        place = found.end() if found else place
    return values


@dataclass
class Draft:
    """What a format's reader found. The reader of readers merges, completes and checks it.

    ``turns`` may be single cues or sentences: consecutive ones of one speaker are merged later.
    ``speakers`` holds what the file says of a speaker beside the name; speakers of turns need not be listed.
    """

    turns: list[Turn]
    header: Header = field(default_factory=Header)
    speakers: list[Speaker] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Format:
    """One grammar of transcripts.

    ``detect`` looks at the content only and says how sure it is, from 0 (not this) to 1 (nothing else);
    it must be quick and may look at the first part of a large file only. ``read`` raises
    ``UnreadableTranscript`` with a sentence that says what is wrong and where.
    """

    name: str
    label: str
    detect: Callable[[Document], float]
    read: Callable[[Document], Draft]
