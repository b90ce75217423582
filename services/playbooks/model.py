"""What a playbook holds, checked: see docs/playbooks.md for what each part means to the firm that writes it."""

from dataclasses import dataclass
from typing import Literal

from services.playbooks.cues import Cue

FieldType = Literal["text", "phone", "state", "choice", "count", "money", "states", "texts"]
Speaker = Literal["client", "advisor", "anyone"]

FIELD_TYPES: tuple[FieldType, ...] = ("text", "phone", "state", "choice", "count", "money", "states", "texts")
OUTCOME_ROLES = ("won", "lost", "meeting", "waiting", "open")
SPEAKERS: tuple[Speaker, ...] = ("client", "advisor", "anyone")

# Facts that the analyst reads by rules of its own, where a field of this name has no cues.
KNOWN_FACTS: dict[str, FieldType] = {
    "client_phone": "phone",
    "client_state": "state",
    "marital_status": "choice",
    "spouse_name": "text",
    "children_count": "count",
    "estate_value": "money",
    "real_estate_count": "count",
    "real_estate_locations": "states",
    "business_interests": "texts",
    "deal_amount": "money",
    "deposit_amount": "money",
}
# What the record holds besides the playbook's facts, for every firm.
RECORD_FIELDS = (
    "client_name", "client_email", "meeting_title", "meeting_date", "meeting_time", "meeting_url", "duration_minutes",
    "products_discussed", "objections", "outcome", "deal_stage", "next_steps", "summary", "transcript_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firm:
    """Who writes to the client. ``senders`` are names for the signature; an empty ``name`` is left out of it."""

    name: str
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmailTone:
    """The words that open and close an e-mail."""

    greeting: str
    closing: str


@dataclass(frozen=True, slots=True)
class SocialTone:
    """What a post ends with."""

    question: str
    hashtags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Something the firm sells. ``insight`` is a sentence that may be published."""

    name: str
    cues: tuple[Cue, ...]
    insight: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A kind of concern. ``cues`` are the client's words; ``insight`` is a sentence that may be published."""

    name: str
    cues: tuple[Cue, ...]
    insight: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a call. ``at`` and ``spread`` say where in a call it usually lies (shares of its turns),
    ``length`` how many turns it usually takes; the cues are those of either side's words."""

    name: str
    at: float
    spread: float
    length: float
    advisor: tuple[Cue, ...]
    client: tuple[Cue, ...]
    either: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call can end. ``role`` is what the analyst knows it by, whatever the firm calls it."""

    name: str
    role: str
    stage: str
    advisor: tuple[Cue, ...]
    client: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice, and the cues that mean it."""

    name: str
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of the record: its key, label, type and, for a choice, the choices.

    ``cues`` say what is talked about when its value is said, ``said_by`` who has to say it; a number counts only
    from ``least`` to ``most``. A field without cues is read by the analyst if it is one of KNOWN_FACTS, else it is
    for people to fill.
    """

    name: str
    label: str
    type: FieldType
    choices: tuple[Choice, ...] = ()
    cues: tuple[Cue, ...] = ()
    said_by: Speaker = "client"
    least: float | None = None
    most: float | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The names of its choices."""
        return tuple(choice.name for choice in self.choices)


@dataclass(frozen=True)
class Playbook:
    """Everything a firm may say about its trade."""

    name: str
    firm: Firm
    email: EmailTone
    social: SocialTone
    products: tuple[Product, ...]
    objections: tuple[Objection, ...]
    phases: tuple[Phase, ...]
    stages: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    fields: tuple[Field, ...]

    def __hash__(self) -> int:
        return id(self)

    def field(self, name: str) -> Field | None:
        """The field of that name, if the firm's record has one."""
        return next((field for field in self.fields if field.name == name), None)

    def stage_of(self, outcome: str | None) -> str | None:
        """The stage that the playbook gives an outcome, or None for an outcome it doesn't know."""
        return next((known.stage for known in self.outcomes if known.name == outcome), None)

    def outcome_of(self, role: str) -> str | None:
        """The firm's name for an outcome's role: won, lost, meeting, waiting or open."""
        return next((known.name for known in self.outcomes if known.role == role), None)
