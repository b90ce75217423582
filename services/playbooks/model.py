"""What a playbook holds, checked: see docs/playbooks.md for what each part means to the firm that writes it."""

from dataclasses import dataclass
from typing import Literal

from services.playbooks.cues import Cue

FieldType = Literal["text", "phone", "state", "choice", "count", "money", "states", "texts"]
Speaker = Literal["client", "advisor", "anyone"]
Tone = Literal["warm", "plain", "formal"]
Length = Literal["short", "full"]

FIELD_TYPES: tuple[FieldType, ...] = ("text", "phone", "state", "choice", "count", "money", "states", "texts")
OUTCOME_ROLES = ("won", "lost", "meeting", "waiting", "open")
SPEAKERS: tuple[Speaker, ...] = ("client", "advisor", "anyone")
TONES: tuple[Tone, ...] = ("warm", "plain", "formal")
LENGTHS: tuple[Length, ...] = ("full", "short")

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
# What the coach counts and a scorecard may judge (services/coaching/figures.py).
MEASURES = (
    "talk_share", "longest_monologue", "open_questions", "open_share", "interruptions", "pace", "silence_seconds",
    "fillers_per_100", "phases_reached", "objections_answered", "next_steps_fixed",
)  # fmt: skip
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
    """The words that open and close an e-mail, how it speaks, and how much it tells."""

    greeting: str
    closing: str
    tone: Tone = "warm"
    length: Length = "full"


# The kinds of findings in a post of which a playbook says whether an approval gets past them.
POST_RULES = ("name", "other name", "address", "amount", "place")


@dataclass(frozen=True, slots=True)
class SocialTone:
    """What a post ends with, and what of a call no post may hold.

    ``more`` are further questions. ``never`` names the kinds of findings that no approval gets past, see POST_RULES;
    a post whose details fit fewer clients than ``fewest`` needs a look.
    """

    question: str
    hashtags: tuple[str, ...]
    more: tuple[str, ...] = ()
    never: tuple[str, ...] = ("name", "address")
    fewest: int = 5

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question that a post may end with."""
        return tuple(one for one in (self.question, *self.more) if one)


@dataclass(frozen=True, slots=True)
class Product:
    """Something the firm sells. ``insight`` is a sentence that may be published,
    ``more`` are others like it, ``stories`` paragraphs that say it at length."""

    name: str
    cues: tuple[Cue, ...]
    insight: str
    more: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()

    @property
    def insights(self) -> tuple[str, ...]:
        """Every sentence on it that may be published."""
        return tuple(one for one in (self.insight, *self.more) if one)


@dataclass(frozen=True, slots=True)
class Objection:
    """A kind of concern. ``cues`` are the client's words; ``insight`` is a sentence that may be published,
    ``more`` are others like it, ``stories`` paragraphs that say it at length."""

    name: str
    cues: tuple[Cue, ...]
    insight: str
    more: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()

    @property
    def insights(self) -> tuple[str, ...]:
        """Every sentence on it that may be published."""
        return tuple(one for one in (self.insight, *self.more) if one)


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
    for people to fill. ``question`` is how to ask for it; empty: it is not asked for; None: one is made of the label.
    """

    name: str
    label: str
    type: FieldType
    choices: tuple[Choice, ...] = ()
    cues: tuple[Cue, ...] = ()
    said_by: Speaker = "client"
    least: float | None = None
    most: float | None = None
    question: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The names of its choices."""
        return tuple(choice.name for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Coaching:
    """What the coach goes by. ``phases`` are those of a whole call, none: all; the others are where a remark begins.

    ``talk`` is a balanced talk ratio, ``monologue`` in words, ``fillers`` for every 100 words, ``pace`` in words a
    minute.
    """

    phases: tuple[str, ...] = ()
    talk: tuple[float, float] = (0.35, 0.6)
    monologue: float = 180
    open_questions: float = 3
    interruptions: float = 3
    fillers: float = 4
    pace: float = 185


@dataclass(frozen=True, slots=True)
class Criterion:
    """A line of the scorecard: a measure, and the range of its figure for each score. Outside of all it is a one."""

    name: str
    measure: str
    five: tuple[float, float]
    four: tuple[float, float] | None = None
    three: tuple[float, float] | None = None
    two: tuple[float, float] | None = None


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
    coaching: Coaching = Coaching()
    scorecard: tuple[Criterion, ...] = ()

    @property
    def subjects(self) -> tuple[Objection | Product, ...]:
        """What posts are about: the clients' worries, then what is sold."""
        return (*self.objections, *self.products)

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
