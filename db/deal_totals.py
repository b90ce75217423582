"""Sums over the deals that a filter leaves, each client's latest deal counted once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Numeric, String, case, cast, func, or_, select
from sqlalchemy.orm import Session

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
    """Counts what the filter leaves, in one statement."""
    deposit = Transcript.crm_data["deposit_amount"]
    ranked = (
        select(
            Transcript.deal_amount.label("amount"),
            _says_nothing(Transcript.crm_data["deal_amount"]).label("amount_missing"),
            func.aftercall_number(deposit, type_=Numeric).label("deposit"),
            _says_nothing(deposit).label("deposit_missing"),
            Transcript.outcome.label("outcome"),
            func.row_number()
            .over(partition_by=_client(), order_by=(Transcript.meeting_date.desc().nulls_last(), Transcript.id.desc()))
            .label("place"),
        )
        .where(*conditions(wanted))
        .subquery()
    )
    latest = select(ranked).where(ranked.c.place == 1).subquery()
    rows, won = latest.c, latest.c.outcome == "Won"
    calls = select(func.count()).select_from(ranked).scalar_subquery()
    statement = select(
        calls,
        func.count(),
        cast(func.coalesce(func.sum(rows.amount), 0), Float),
        func.count(rows.amount),
        func.count().filter(rows.amount_missing),
        func.count().filter(rows.amount.is_(None), ~rows.amount_missing),
        cast(func.coalesce(func.sum(rows.deposit), 0), Float),
        func.count(rows.deposit),
        func.count().filter(rows.deposit_missing),
        cast(func.coalesce(func.sum(rows.amount).filter(won), 0), Float),
        func.count(rows.amount).filter(won),
    ).select_from(latest)
    return Totals(*session.execute(statement).one())


def _client() -> ColumnElement[str]:
    """Who a row is about: the e-mail, else folded name with state and spouse, else the row itself."""
    crm = Transcript.crm_data
    email, name = _folded(crm["client_email"].astext), _folded(crm["client_name"].astext)
    household = func.concat_ws(
        "|", "name", name, _folded(crm["client_state"].astext), _folded(crm["spouse_name"].astext)
    )
    return case(
        (email.is_not(None), func.concat("email|", email)),
        (name.is_not(None), household),
        else_=func.concat("row|", cast(Transcript.id, String)),
    )


def _folded(words: ColumnElement[str]) -> ColumnElement[str]:
    return func.nullif(func.lower(func.trim(func.regexp_replace(words, r"\s+", " ", "g"))), "")


def _says_nothing(value: Any) -> ColumnElement[bool]:
    return or_(value.is_(None), func.jsonb_typeof(value) == "null", func.trim(value.astext) == "")
