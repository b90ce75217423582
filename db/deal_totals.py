"""Sums over the deals that a filter leaves, each client's latest deal counted once."""

from dataclasses import dataclass

from sqlalchemy import Float, cast, func, select
from sqlalchemy.orm import Session

from db import clients
from db.listings import DealFilter, conditions
from db.models import Transcript


@dataclass(frozen=True, slots=True)
class Totals:
    """What the deals of a filter come to. ``calls`` are all of its rows; everything else is over latest deals alone.

    A client's latest deal is the row with the latest meeting date, then the latest stored. Sums are in dollars and
    hold the ``*_known`` deals; ``*_missing`` said nothing, ``*_unread`` hold words that are no amount.
    """

    calls: int
    clients: int
    amount: float
    amount_known: int
    amount_missing: int
    amount_unread: int
    deposit: float
    deposit_known: int
    deposit_missing: int
    won_amount: float
    won_known: int


def totals(session: Session, wanted: DealFilter) -> Totals:
    """Counts what the filter leaves, in one statement that reads each of its rows once.

    A client is a household as people merged and split them; where nobody has, the calls' own keys say it, by an index.
    """
    each = clients.placed() if clients.decided(session) else None
    newest = (Transcript.meeting_date.desc().nulls_last(), Transcript.id.desc())
    ranked = (
        select(
            Transcript.deal_amount.label("amount"),
            Transcript.amount_said,
            Transcript.deposit_amount.label("deposit"),
            Transcript.deposit_said,
            Transcript.outcome,
            func.row_number()
            .over(partition_by=Transcript.client_key if each is None else each.household, order_by=newest)
            .label("place"),
        )
        .select_from(Transcript if each is None else each.tables)
        .where(*conditions(wanted))
        .subquery()
    )
    rows = ranked.c
    latest, won = rows.place == 1, rows.outcome == "Won"
    statement = select(
        func.count(),
        func.count().filter(latest),
        cast(func.coalesce(func.sum(rows.amount).filter(latest), 0), Float),
        func.count(rows.amount).filter(latest),
        func.count().filter(latest, ~rows.amount_said),
        func.count().filter(latest, rows.amount.is_(None), rows.amount_said),
        cast(func.coalesce(func.sum(rows.deposit).filter(latest), 0), Float),
        func.count(rows.deposit).filter(latest),
        func.count().filter(latest, ~rows.deposit_said),
        cast(func.coalesce(func.sum(rows.amount).filter(latest, won), 0), Float),
        func.count(rows.amount).filter(latest, won),
    ).select_from(ranked)
    return Totals(*session.execute(statement).one())
