"""What people decide about clients: two are one household, some calls are another's, and neither any more.

Decisions are kept and can be undone; which household a client belongs to is worked out of all that stand. Whoever
decides holds ``lock`` first, so that one decision is looked at after the other.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from db import audit
from db.models import Client, ClientDecision, ClientPlacing
from db.stored import storable_text


def lock(session: Session) -> None:
    """One decision at a time, to the end of the transaction."""
    session.execute(text("LOCK TABLE client_decisions IN SHARE ROW EXCLUSIVE MODE"))


APART = "apart|"  # how the key of a client begins that a split made


def merge(
    session: Session, first: int, second: int, calls: Mapping[int, int], *, actor: str, reason: str | None
) -> int:
    """Says that two clients are one household; returns the decision's id.

    ``calls`` are those of both, by the ids of their rows, with the client of each: they stay theirs, whatever a later
    run reads in them.
    """
    decision = _add(session, "merge", first, second, actor, reason)
    _place(session, decision, calls)
    settle(session)
    audit.note(session, actor, "clients_merged", decision=decision, clients=f"{first} and {second}")
    return decision


def keep_apart(session: Session, first: int, second: int, *, actor: str, reason: str | None) -> int:
    """Says that two clients are two households, and need not be asked about again."""
    decision = _add(session, "apart", first, second, actor, reason)
    audit.note(session, actor, "clients_kept_apart", decision=decision, clients=f"{first} and {second}")
    return decision


def split(session: Session, client: int, calls: Sequence[int], *, actor: str, reason: str | None) -> int:
    """Sets calls, by the ids of their rows, apart from a client as one of their own; returns the decision's id."""
    new = session.execute(insert(Client).values(key=f"{APART}{uuid.uuid4().hex}").returning(Client.id)).scalar_one()
    decision = _add(session, "split", client, new, actor, reason)
    _place(session, decision, dict.fromkeys(calls, new))
    audit.note(session, actor, "client_split", decision=decision, clients=f"{new} from {client}", calls=len(calls))
    return decision


def undo(session: Session, decision: int, *, actor: str) -> None:
    """Takes a decision back."""
    session.execute(
        update(ClientDecision)
        .where(ClientDecision.id == decision, ClientDecision.undone_at.is_(None))
        .values(undone_by=actor, undone_at=func.now())
    )
    settle(session)
    audit.note(session, actor, "client_decision_undone", decision=decision)


def _place(session: Session, decision: int, clients: Mapping[int, int]) -> None:
    """Places calls, each with a client."""
    rows = [{"transcript_id": call, "decision_id": decision, "client_id": clients[call]} for call in sorted(clients)]
    if rows:
        session.execute(insert(ClientPlacing), rows)


def _add(session: Session, kind: str, first: int, second: int, actor: str, reason: str | None) -> int:
    words = storable_text(reason).strip() if reason else ""
    row = {"kind": kind, "first_id": first, "second_id": second, "actor": actor, "reason": words or None}
    return session.execute(insert(ClientDecision).values(row).returning(ClientDecision.id)).scalar_one()


def settle(session: Session) -> None:
    """Brings every client's household to what the standing merges say: the oldest of those that are one."""
    merges = select(ClientDecision.first_id, ClientDecision.second_id).where(
        ClientDecision.kind == "merge", ClientDecision.undone_at.is_(None)
    )
    wanted = roots([(row.first_id, row.second_id) for row in session.execute(merges)])
    stored = select(Client.id, Client.household_id).where(Client.household_id.is_not(None))
    now = {row.id: row.household_id for row in session.execute(stored)}
    for client in sorted(now.keys() | wanted.keys()):
        if now.get(client) != wanted.get(client):
            session.execute(update(Client).where(Client.id == client).values(household_id=wanted.get(client)))


def roots(pairs: Collection[tuple[int, int]]) -> dict[int, int]:
    """Of every number that is joined to a smaller one, by way of others or not, the smallest."""
    root: dict[int, int] = {}

    def find(number: int) -> int:
        while number in root:
            number = root[number]
        return number

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        if low != high:
            root[high] = low
    return {number: find(number) for number in root}
