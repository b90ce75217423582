"""What the copilot's parts hand to one another: typed tool calls, which are a whitelist, and the answer.

A plan, whoever made it, is validated against these forms; there is nothing else that a tool can be told to do.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from db.analytics import Comparison, Group, Measure

State = Literal["supported", "unsupported", "plain"]
Owner = Literal["advisor", "client"]
Share = Literal["clients", "calls"]
MOST_CALLS = 50
MOST_TOOLS = 6


class Form(BaseModel):
    """A form that takes nothing but its own fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# Which calls


class Held(Form):
    """What must hold of a field. ``than``: whose value it is held against: a client's, the average or the median."""

    field: str = Field(max_length=60)
    comparison: Comparison
    value: str | float | None = None
    than: str = Field("", max_length=120)


class Where(Form):
    """Which calls. Empty parts ask for nothing; of several choices in one part, any will do."""

    clients: tuple[str, ...] = Field((), max_length=10)
    outcomes: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    advisers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    conditions: tuple[Held, ...] = Field((), max_length=10)
    latest: bool = False

    @property
    def scope(self) -> "Where":
        """The same calls without what is asked of them: the clients, advisers, places and the time alone."""
        return Where(
            clients=self.clients,
            advisers=self.advisers,
            states=self.states,
            since=self.since,
            until=self.until,
            latest=self.latest,
        )


# The answer


class Source(Form):
    """Where something stands: the call, the turn from 0 (None: the call as a whole), when in it, and the words.

    ``by``: the person who set the value in the record, and the day; it then has no words of the call.
    """

    call: str
    client: str
    turn: int | None = None
    start: float | None = None
    words: str = ""
    by: str = ""


class Sentence(Form):
    """One sentence of an answer. *plain* claims nothing about a call by itself; *unsupported* has no proof."""

    text: str
    sources: tuple[Source, ...] = ()
    state: State = "plain"


class DraftMade(Form):
    """An e-mail draft. ``stored``: it stands on the e-mail page now; it was never sent."""

    call: str
    client: str
    subject: str
    body: str
    stored: bool


class Context(Form):
    """What the next question may refer to: the clients that were talked about, the question, the calls it chose.

    ``many``: these are several, whom "they" means.
    """

    clients: tuple[str, ...] = ()
    question: str = ""
    chosen: Where | None = None
    many: bool = False


class Answer(Form):
    """What was found. ``used`` says in words which calls were looked at, ``missing`` what the record does not hold.

    ``asks``: it is a question back. ``answered`` is False where the record can't answer. ``score`` is the auditor's.
    """

    sentences: tuple[Sentence, ...]
    used: str = ""
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    asks: bool = False
    answered: bool = True
    draft: DraftMade | None = None
    context: Context = Context()
    score: int = 5
    reason: str = ""

    @property
    def text(self) -> str:
        """All sentences, one after the other."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls that it names, each once."""
        named = [source.call for sentence in self.sentences for source in sentence.sources]
        return tuple(dict.fromkeys([*named, *([self.draft.call] if self.draft else [])]))


# crm_tool: what the record holds


class Facts(Form):
    """Fields of one or several clients, each with its proof."""

    kind: Literal["facts"] = "facts"
    where: Where
    fields: tuple[str, ...] = Field(max_length=20)


class FigureOf(Form):
    """One figure. ``share``: how many of ``of`` are ``where``, in percent too. ``name``: its side of a comparison."""

    kind: Literal["figure"] = "figure"
    measure: Measure
    field: str | None = None
    where: Where = Where()
    of: Where = Where()
    share: bool = False
    noun: Share = "calls"
    name: str = Field("", max_length=80)


class GroupsOf(Form):
    """A figure of every group; ``share`` by group. ``least``: the smallest first; ``absent``: those without calls."""

    kind: Literal["groups"] = "groups"
    by: Group
    measure: Measure = "count"
    field: str | None = None
    where: Where = Where()
    share: bool = False
    of: Where = Where()
    least: bool = False
    absent: bool = False


class Listing(Form):
    """The calls themselves, with some of their fields. ``sort``: meeting_date or a field, a minus turns it round.

    ``paid``: told of each, which part of the price was paid, or what is left of it, in that order.
    """

    kind: Literal["list"] = "list"
    where: Where = Where()
    of: Where = Where()
    fields: tuple[str, ...] = Field((), max_length=8)
    sort: str = "-meeting_date"
    limit: int = Field(MOST_CALLS, ge=1, le=MOST_CALLS)
    paid: Literal["", "part", "left"] = ""


class Steps(Form):
    """Next steps: of whom, due when, and about what; ``only_about`` leaves others out even if nothing is left.

    ``undated``: those alone that are due on no known day. ``lacking``: the calls that have no such step are asked for.
    ``either``: any of the words of ``about`` will do; else those
    steps are told that hold most of them.
    """

    kind: Literal["steps"] = "steps"
    where: Where = Where()
    owner: Owner | None = None
    due_from: date | None = None
    due_to: date | None = None
    about: str = Field("", max_length=200)
    only_about: bool = False
    either: bool = False
    undated: bool = False
    lacking: bool = False


# sales_copilot_tool: what was said


class Passages(Form):
    """What was said about something, in the calls' words. ``spread``: of every call the best ones, and how many.

    ``names``: of people, one word of each of which has to stand there; ``late``: near the calls' ends alone.
    ``chosen``: the record chose the calls by what is asked; the best words of each are told, where they are few.
    ``near``: a field; the figures that were told around it are asked for, whatever the words; ``bargained``: several.
    ``reply``: what the other side says next comes with each. ``own``: who has such a thing already is asked for.
    ``deep``: where one call alone is about it, what else was said there comes too.
    ``told_of``: whose words are asked for, who may not speak at all; ``himself``: their own words alone will do.
    """

    kind: Literal["passages"] = "passages"
    words: str = Field(max_length=400)
    about: str = Field("", max_length=200)
    where: Where = Where()
    side: Owner | None = None
    speaker: str = Field("", max_length=80)
    names: tuple[str, ...] = Field((), max_length=10)
    limit: int = Field(4, ge=1, le=10)
    spread: bool = False
    late: bool = False
    chosen: bool = False
    near: str = Field("", max_length=60)
    bargained: bool = False
    told_of: str = Field("", max_length=80)
    himself: bool = False
    deep: bool = False
    reply: bool = False
    own: str = Field("", max_length=80)


class Objections(Form):
    """What clients objected to, in their words, and what was answered."""

    kind: Literal["objections"] = "objections"
    where: Where


class Raised(Form):
    """Who raised an objection, but for some clients, and how their calls ended.

    No category: the one that those clients raised, of several the one ``about`` these words.
    """

    kind: Literal["raised"] = "raised"
    category: str
    where: Where = Where()
    but: tuple[str, ...] = ()
    answers: bool = False
    about: str = Field("", max_length=400)


class Related(Form):
    """Clients who have products, a business or an adviser in common with one."""

    kind: Literal["related"] = "related"
    client: str
    by: Literal["product", "business", "adviser"] = "product"


# email_tool


class Draft(Form):
    """A draft to one client, of what is on record. It is never sent."""

    kind: Literal["draft"] = "draft"
    client: str
    about: str = Field("", max_length=300)


ToolCall = Annotated[
    Facts | FigureOf | GroupsOf | Listing | Steps | Passages | Objections | Raised | Related | Draft,
    Field(discriminator="kind"),
]


class Plan(Form):
    """The tools to call, in order. ``why`` is for the reader where it is not the rules' own."""

    calls: tuple[ToolCall, ...] = Field(max_length=MOST_TOOLS)
    why: str = ""
