"""The overview: how the clients' deals stand, what they are worth, what is to be done, and what needs a look.

A client's latest deal is counted once. What no words of a call support and no person wrote or confirmed is in no
figure; every figure says how many that leaves out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db import overview as stored
from db.overview import Cycle, DealGroup, FactFilter, ToLookAt, Weeks
from services.database import Database, translated
from services.playbooks.loader import load
from services.playbooks.model import Playbook
from services.settings import settings
from services.trust import wilson

__all__ = ["Cycle", "FactFilter", "Line", "Overview", "Rate", "ToLookAt", "Weeks", "advisers", "look", "today"]

WEEKS = 26
UNSUPPORTED = "unsupported"
# What an amount rests on, and how the overview names it.
STATES = {
    "verified": "Verified in the call",
    "paraphrased": "Paraphrased in the call",
    "person": "Written or confirmed by people",
    UNSUPPORTED: "Unsupported (not counted)",
}


@dataclass(frozen=True)
class Line:
    """Latest deals that stand alike: how many, what they are worth, and on how many deals that stands.

    ``unsupported`` is what nothing supports, of ``unsupported_n`` deals, and in no other figure. ``unread`` said an
    amount that is no number, ``silent`` none at all.
    """

    name: str
    deals: int
    amount: float
    amount_n: int
    unsupported: float
    unsupported_n: int
    unread: int
    silent: int


@dataclass(frozen=True)
class Rate:
    """Won of those that ended, 0 to 1, with its 95 % interval (Wilson). ``n`` is won and lost together."""

    won: int
    lost: int
    rate: float
    low: float
    high: float

    @property
    def n(self) -> int:
        """How many it stands on."""
        return self.won + self.lost

    @classmethod
    def of(cls, won: int, lost: int) -> "Rate":
        """The rate of so many; 0 where none ended."""
        low, high = wilson(won, won + lost)
        return cls(won, lost, won / (won + lost) if won + lost else 0.0, low, high)


@dataclass(frozen=True)
class Overview:
    """Everything but the next steps. ``calls`` and ``clients`` are all that the filter leaves, ``undated``
    calls without a day.

    ``stages`` and ``outcomes`` are lines in the playbook's order, ``*_left_out`` deals of which that is not supported,
    ``no_outcome`` deals of which none was said. ``money`` is a line for each of STATES. ``funnel`` says of how many
    clients a deal came so far at least, rung by rung.
    """

    calls: int
    undated: int
    clients: int
    stages: tuple[Line, ...]
    stages_left_out: int
    outcomes: tuple[Line, ...]
    outcomes_left_out: int
    no_outcome: int
    money: tuple[Line, ...]
    whole: Line
    funnel: tuple[tuple[str, int], ...]
    wins: Rate
    cycle: Cycle
    weeks: Weeks
    mondays: tuple[date, ...]
    look_at: ToLookAt


def today() -> date:
    """The day in the firm's time zone."""
    return datetime.now(ZoneInfo(settings().time_zone)).date()


def look(database: Database, wanted: FactFilter) -> Overview:
    """The figures over the calls that a filter leaves; what needs a look is of all calls."""
    playbook = load(settings().playbook)
    won, lost = (_outcomes_of(playbook, role) for role in ("won", "lost"))
    gone = {playbook.stage_of(name) for name in lost}
    ladder = [stage for stage in playbook.stages if stage not in gone]
    mondays = _mondays(wanted)
    with translated(), database.session() as session:
        stored.roomy(session)
        groups = stored.deals(session, wanted)
        ways = stored.ways(session, wanted, ladder, won)
        weeks = stored.weeks(session, wanted, mondays[0], settings().time_zone)
        look_at = stored.to_look_at(session)
    wins = (sum(group.households for group in groups if group.outcome in names) for names in (won, lost))
    return Overview(
        calls=ways.calls,
        undated=ways.undated,
        clients=sum(group.households for group in groups),
        stages=tuple(_lines(groups, lambda group: group.stage, playbook.stages)),
        stages_left_out=sum(group.households for group in groups if not group.stage_counts),
        outcomes=tuple(_lines(groups, lambda group: group.outcome, [each.name for each in playbook.outcomes])),
        outcomes_left_out=sum(group.households for group in groups if not group.outcome_counts),
        no_outcome=sum(group.households for group in groups if group.outcome_counts and group.outcome is None),
        money=tuple(
            _line(name, [each for each in groups if each.amount_state == state]) for state, name in STATES.items()
        ),
        whole=_line("All", groups),
        funnel=tuple(zip(ladder, ways.reached, strict=True)),
        wins=Rate.of(*wins),
        cycle=ways.cycle,
        weeks=weeks,
        mondays=mondays,
        look_at=look_at,
    )


def advisers(database: Database) -> list[str]:
    """Everybody who led a call, sorted."""
    with translated(), database.session() as session:
        return stored.advisers(session)


def won_names() -> list[str]:
    """The outcomes that count as won."""
    return _outcomes_of(load(settings().playbook), "won")


def any_call(database: Database) -> bool:
    """Whether the record holds a call at all."""
    with translated(), database.session() as session:
        return stored.any_call(session)


def _outcomes_of(playbook: Playbook, role: str) -> list[str]:
    return [outcome.name for outcome in playbook.outcomes if outcome.role == role]


def _mondays(wanted: FactFilter) -> tuple[date, ...]:
    """The weeks that are shown: the last ones, or the last of the filter's days."""
    last = min(wanted.date_to or date.max, today())
    monday = last - timedelta(days=last.weekday())
    first = monday - timedelta(weeks=WEEKS - 1)
    if wanted.date_from is not None and wanted.date_from > first:
        first = min(wanted.date_from - timedelta(days=wanted.date_from.weekday()), monday)
    return tuple(first + timedelta(weeks=week) for week in range((monday - first).days // 7 + 1))


def _lines(
    groups: Sequence[DealGroup], name_of: Callable[[DealGroup], str | None], known: Sequence[str]
) -> Iterable[Line]:
    """A line for each name: the playbook's in its order, then others that occur."""
    others = {name_of(group) for group in groups} - {*known, None}
    for name in (*known, *sorted(str(other) for other in others)):
        yield _line(name, [group for group in groups if name_of(group) == name])


def _line(name: str, groups: Sequence[DealGroup]) -> Line:
    doubted = [group for group in groups if group.amount_state == UNSUPPORTED]
    counted = [group for group in groups if group.amount_state not in (None, UNSUPPORTED)]
    return Line(
        name=name,
        deals=sum(group.households for group in groups),
        amount=sum(group.amount for group in counted),
        amount_n=sum(group.households - group.unread for group in counted),
        unsupported=sum(group.amount for group in doubted),
        unsupported_n=sum(group.households for group in doubted),
        unread=sum(group.unread for group in counted),
        silent=sum(group.households for group in groups if group.amount_state is None),
    )
