"""Clients: which household each call belongs to, after its own key and after what people decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Double, FromClause, SQLColumnExpression, Subquery, cast, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session, aliased

from db.listings import CallFilter, conditions
from db.models import CallFacts, Client, ClientDecision, ClientPlacing, Transcript

_root = aliased(Client, name="root")


@dataclass(frozen=True, slots=True)
class Member:
    """A call as one of a household's. ``key`` is its client's, ``household`` that of the household that it belongs to.

    ``placed_by`` is the decision that placed it, None where its key alone speaks.
    """

    id: int
    external_id: str
    key: str
    household: str
    placed_by: int | None
    filename: str | None
    client_name: str | None
    client_email: str | None
    client_phone: str | None
    client_state: str | None
    spouse_name: str | None
    meeting_date: str | None
    outcome: str | None
    deal_stage: str | None
    deal_amount: float | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person said about two clients; see db/models. ``calls`` are those that a split set apart."""

    id: int
    kind: str
    first_id: int
    second_id: int
    reason: str | None
    actor: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None
    calls: tuple[str, ...] = ()


def decided(session: Session) -> bool:
    """Whether any decision stands that gives a call to another household than its key does."""
    standing = exists().where(ClientDecision.undone_at.is_(None), ClientDecision.kind != "apart")
    return bool(session.scalar(select(standing)))


@cache
def _placings() -> Subquery:
    """Of every call that a decision placed the client that the latest standing one gave it to, and its household."""
    own = aliased(Client, name="set_apart")
    root = aliased(Client, name="root_of_set_apart")
    return (
        select(
            ClientPlacing.transcript_id,
            ClientPlacing.decision_id,
            own.key.label("own_key"),
            func.coalesce(root.key, own.key).label("key"),
        )
        .ext(distinct_on(ClientPlacing.transcript_id))
        .join(ClientDecision, ClientDecision.id == ClientPlacing.decision_id)
        .join(own, own.id == ClientPlacing.client_id)
        .outerjoin(root, root.id == own.household_id)
        .where(ClientDecision.undone_at.is_(None))
        .order_by(ClientPlacing.transcript_id, ClientPlacing.decision_id.desc())
        .subquery("placings")
    )


@dataclass(frozen=True)
class Placed:
    """``transcripts`` joined with what people decided: the tables, and the household's key as a column of them."""

    tables: FromClause
    household: SQLColumnExpression[str]
    decision_id: SQLColumnExpression[int]
    own_key: SQLColumnExpression[str]


@cache
def placed(of: type[Transcript] | type[CallFacts] = Transcript) -> Placed:
    """Every call with its household. Reads what people decided, which is little, beside the calls (or their facts)."""
    call: Any = of.transcript_id if issubclass(of, CallFacts) else of.id
    set_apart = _placings()
    merged = (
        select(Client.key, _root.key.label("household")).join(_root, _root.id == Client.household_id).subquery("merged")
    )
    tables = of.__table__.outerjoin(set_apart, set_apart.c.transcript_id == call).outerjoin(
        merged, merged.c.key == of.client_key
    )
    household = func.coalesce(set_apart.c.key, merged.c.household, of.client_key)
    own = func.coalesce(set_apart.c.own_key, of.client_key)
    return Placed(tables, household, set_apart.c.decision_id, own)


def ids_of(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """The clients' ids by their keys; a row is made for a key that has none yet."""
    wanted = sorted(set(keys))
    found = _known_ids(session, wanted)
    missing = [{"key": key} for key in wanted if key not in found]
    if missing:
        session.execute(insert(Client).values(missing).on_conflict_do_nothing())
        found = _known_ids(session, wanted)
    return found


def _known_ids(session: Session, keys: Collection[str]) -> dict[str, int]:
    return {row.key: row.id for row in session.execute(select(Client.key, Client.id).where(Client.key.in_(keys)))}


def keys_of(session: Session, calls: Collection[int]) -> dict[int, str]:
    """The household's key of each of the calls that are stored, by the ids of their rows."""
    each = placed()
    statement = select(Transcript.id, each.household).select_from(each.tables).where(Transcript.id.in_(list(calls)))
    return {row.id: row[1] for row in session.execute(statement)}


def households_of(session: Session, calls: Collection[int]) -> dict[int, int]:
    """The household's id of each of the calls, by the ids of their rows."""
    keys = keys_of(session, calls)
    ids = ids_of(session, keys.values())
    return {call: ids[key] for call, key in keys.items()}


def household_keys(session: Session, client_id: int) -> list[str]:
    """The keys of all clients that are one household with this one, the household's own first; empty for no client."""
    root = session.scalar(select(func.coalesce(Client.household_id, Client.id)).where(Client.id == client_id))
    if root is None:
        return []
    statement = select(Client.key).where((Client.id == root) | (Client.household_id == root))
    return list(session.scalars(statement.order_by(Client.id != root, Client.id)))


def kept_apart(session: Session) -> set[frozenset[int]]:
    """Pairs of households, by their ids, of which people say that they are two: they split one, or kept both apart."""
    one, other = aliased(Client), aliased(Client)
    roots = (func.coalesce(each.household_id, each.id) for each in (one, other))
    statement = (
        select(*roots)
        .select_from(ClientDecision)
        .join(one, one.id == ClientDecision.first_id)
        .join(other, other.id == ClientDecision.second_id)
        .where(ClientDecision.kind != "merge", ClientDecision.undone_at.is_(None))
    )
    return {frozenset(row) for row in session.execute(statement)}


def household_of_call(session: Session, external_id: str) -> int | None:
    """The household's id of one call, or None."""
    call = session.scalar(select(Transcript.id).where(Transcript.external_id == external_id))
    return None if call is None else households_of(session, [call])[call]


def members(session: Session, households: Collection[str]) -> list[Member]:
    """All calls of the households, given by their keys, the newest meeting first."""
    roots = select(Client.id).where(Client.key.in_(households))
    keys = set(session.scalars(select(Client.key).where(Client.household_id.in_(roots)))) | set(households)
    apart = _placings()
    by_decision = list(session.scalars(select(apart.c.transcript_id).where(apart.c.key.in_(households))))
    # As a list, not as a question of its own: so the calls are found by their indexes.
    wanted = Transcript.client_key.in_(keys)
    found = _members(session, wanted | Transcript.id.in_(by_decision) if by_decision else wanted)
    return [member for member in found if member.household in households]


def like(session: Session, wanted: SQLColumnExpression[bool], most: int) -> list[Member]:
    """At most so many calls that a condition on ``transcripts`` leaves, the newest first."""
    return _members(session, wanted, most)


def _members(session: Session, wanted: SQLColumnExpression[bool], most: int | None = None) -> list[Member]:
    each, crm = placed(), Transcript.crm_data
    names = ("client_name", "client_email", "client_phone", "client_state", "spouse_name")
    statement = (
        select(
            Transcript.id,
            Transcript.external_id,
            each.own_key,
            each.household,
            each.decision_id,
            Transcript.filename,
            *(crm[name].astext for name in names),
            Transcript.meeting_date,
            Transcript.outcome,
            Transcript.deal_stage,
            cast(Transcript.deal_amount, Double),
        )
        .select_from(each.tables)
        .where(wanted)
        .order_by(Transcript.meeting_date.desc().nulls_last(), Transcript.id.desc())
        .limit(most)
    )
    return [Member(*row) for row in session.execute(statement)]


def listing(session: Session, wanted: CallFilter, limit: int, offset: int = 0) -> tuple[list[str], int]:
    """The keys of one page of households of which any call is what the filter asks for, and how many there are.

    The household with the newest meeting first.
    """
    each = placed()
    rows: Any = select(each.household.label("household"), Transcript.meeting_date).select_from(each.tables)
    if wanted != CallFilter():
        asked = select(each.household).select_from(each.tables).where(*conditions(wanted))
        rows = rows.where(each.household.in_(asked))
    of = rows.subquery("of_household")
    newest = func.max(of.c.meeting_date)
    grouped = select(of.c.household, func.count().over().label("all")).group_by(of.c.household)
    page = grouped.order_by(newest.desc().nulls_last(), of.c.household).limit(limit).offset(offset)
    found = session.execute(page).all()
    if found or not offset:
        return [row.household for row in found], found[0].all if found else 0
    return [], session.scalar(select(func.count(of.c.household.distinct()))) or 0


def decisions(session: Session, clients: Collection[int]) -> list[DecisionRow]:
    """What was decided about any of the clients, the newest first."""
    return _decisions(session, ClientDecision.first_id.in_(clients) | ClientDecision.second_id.in_(clients))


def decision(session: Session, decision_id: int) -> DecisionRow | None:
    """One decision, or None."""
    return next(iter(_decisions(session, ClientDecision.id == decision_id)), None)


def _decisions(session: Session, wanted: SQLColumnExpression[bool]) -> list[DecisionRow]:
    columns: list[Any] = [getattr(ClientDecision, name) for name in DecisionRow.__slots__[:-1]]
    statement = select(*columns).where(wanted)
    rows: Sequence[Any] = session.execute(statement.order_by(ClientDecision.id.desc())).all()
    calls = _set_apart(session, [row.id for row in rows if row.kind == "split"])
    return [replace(DecisionRow(*row), calls=calls.get(row.id, ())) for row in rows]


def _set_apart(session: Session, splits: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """The external ids of the calls that each of the splits set apart."""
    if not splits:
        return {}
    statement = (
        select(ClientPlacing.decision_id, func.array_agg(Transcript.external_id).label("calls"))
        .join(Transcript, Transcript.id == ClientPlacing.transcript_id)
        .where(ClientPlacing.decision_id.in_(splits))
        .group_by(ClientPlacing.decision_id)
    )
    return {row.decision_id: tuple(sorted(row.calls)) for row in session.execute(statement)}
