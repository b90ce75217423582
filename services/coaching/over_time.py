"""An adviser over time: each figure by month, against the team and against won calls, always with its n."""

from collections.abc import Mapping
from dataclasses import dataclass

from db import coaching as stored
from db.coaching import CoachedCall, CoachingFilter, Middle, Numbers
from services.coaching.figures import FIGURES, Figure
from services.database import Database, translated
from services.playbooks.loader import load
from services.settings import settings

__all__ = ["SHOWN", "CoachedCall", "CoachingFilter", "Middle", "Numbers", "Picture", "advisers", "of_figure", "picture"]

LATEST = 12
SCORE = Figure(
    "score",
    "Scorecard",
    "score",
    "The mean of the criteria that are scored, 1 to 5, as managers left them.",
    "No criterion is scored.",
    lambda measures: (),
)
SHOWN: Mapping[str, Figure] = {figure.name: figure for figure in (SCORE, *FIGURES)}


@dataclass(frozen=True)
class Picture:
    """The medians of every figure: of the adviser's calls (None where all are asked for), of all, of all won ones.

    ``numbers`` are of all calls of the period, ``own`` of the adviser's; ``won`` is what the firm calls a won call.
    """

    own: Mapping[str, Middle] | None
    team: Mapping[str, Middle]
    winners: Mapping[str, Middle]
    numbers: Numbers
    own_numbers: Numbers | None
    won: str | None


@dataclass(frozen=True)
class OfFigure:
    """One figure: by month of the adviser's calls and of all, by adviser, and in the adviser's newest calls."""

    own_months: list[tuple[str, Middle]]
    team_months: list[tuple[str, Middle]]
    by_adviser: list[tuple[str, Middle]]
    calls: list[CoachedCall]


def advisers(database: Database) -> list[tuple[str, int]]:
    """Everybody whose calls are coached, with the number of them."""
    with translated(), database.session() as session:
        return stored.advisers(session)


def picture(database: Database, wanted: CoachingFilter) -> Picture:
    """Every figure of one adviser, or of nobody in particular, beside the team's and the won calls'."""
    everybody = CoachingFilter(date_from=wanted.date_from, date_to=wanted.date_to)
    won = load(settings().playbook).outcome_of("won")
    winners = CoachingFilter(date_from=wanted.date_from, date_to=wanted.date_to, outcome=won or "")
    with translated(), database.session() as session:
        return Picture(
            own=stored.medians(session, wanted) if wanted.adviser else None,
            team=stored.medians(session, everybody),
            winners=stored.medians(session, winners) if won else {name: Middle(None, 0) for name in SHOWN},
            numbers=stored.numbers(session, everybody),
            own_numbers=stored.numbers(session, wanted) if wanted.adviser else None,
            won=won,
        )


def of_figure(database: Database, wanted: CoachingFilter, figure: str) -> OfFigure:
    """One figure over the months and over the advisers."""
    everybody = CoachingFilter(date_from=wanted.date_from, date_to=wanted.date_to)
    with translated(), database.session() as session:
        return OfFigure(
            own_months=stored.by_month(session, wanted, figure) if wanted.adviser else [],
            team_months=stored.by_month(session, everybody, figure),
            by_adviser=stored.by_adviser(session, everybody, figure),
            calls=stored.latest(session, wanted, figure, LATEST),
        )
