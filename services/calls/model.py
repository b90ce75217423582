"""A call as every room knows it: header, speakers, turns."""

from dataclasses import dataclass, field
from typing import Literal

Side = Literal["advisor", "client"]
AsideKind = Literal["chat", "action item"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said without another one's words between.

    ``speaker`` is the speaker's name as in ``Call.speakers``, or None where the file does not say.
    ``start`` and ``end`` are seconds from the start of the call, or None.
    """

    speaker: str | None
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A label of the transcript. ``side`` is None while it is not worked out.

    ``organisation`` and ``email`` are what the export says beside the name, as in ``Ann Lee (Acme)``.
    """

    name: str
    side: Side | None = None
    organisation: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """What an export holds beside speech: a chat message, an action item. Never part of a turn."""

    kind: AsideKind
    text: str
    speaker: str | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of the meeting. None: neither the file nor the dialogue says.

    ``meeting_date`` is an ISO date, ``meeting_time`` ``HH:MM`` or ``HH:MM:SS`` as written in the file,
    ``transcript_id`` the id that the exporting tool gave, ``duration_minutes`` is in minutes.
    """

    meeting_title: str | None = None
    client_name: str | None = None
    client_email: str | None = None
    meeting_date: str | None = None
    meeting_time: str | None = None
    transcript_id: str | None = None
    meeting_url: str | None = None
    duration_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One transcript, read. ``external_id`` is the key of its row in ``transcripts``.

    ``content_hash`` tells two contents apart: the first 16 hex digits of the sha256 of the folded
    speakers and texts. ``warnings`` are sentences for the person who uploaded the file.
    """

    external_id: str
    content_hash: str
    source_format: str
    header: Header
    speakers: tuple[Speaker, ...]
    turns: tuple[Turn, ...]
    asides: tuple[Aside, ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def side_of(self, name: str | None) -> Side | None:
        """The side of a speaker, or None where it is not known."""
        return next((speaker.side for speaker in self.speakers if speaker.name == name), None)

    @property
    def full_text(self) -> str:
        """The dialogue as plain text, one ``Name: words`` line a turn."""
        return "\n".join(f"{turn.speaker or 'Unknown'}: {turn.text}" for turn in self.turns)
