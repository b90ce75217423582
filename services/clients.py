"""Clients: the households of the record, and what people decide about them: one household, or several."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from db import client_decisions, client_pairs, copies
from db import clients as stored
from db.clients import DecisionRow, Member
from db.engine import Session
from db.listings import CallFilter
from services.client_pairs import likeness
from services.database import Database, translated
from services.errors import ChangedElsewhere, InvalidValue, NotFound

__all__ = ["CallFilter", "Decision", "Household", "Member", "Page", "Suggestion"]

PAGE_SIZE = 20
REASON_LENGTH = 300
_CANDIDATES = 200
_PAIRS = 200
Kind = Literal["merge", "split", "apart"]


@dataclass(frozen=True)
class Household:
    """One client with all its calls, the newest meeting first. What several calls say differently, the newest says."""

    id: int
    calls: tuple[Member, ...]

    @property
    def name(self) -> str:
        """What to call it: the client's name, else the file's."""
        newest = self.calls[0]
        return self.said("client_name") or newest.filename or "Unnamed client"

    def said(self, field: str) -> str | None:
        """The newest word on a field of Member."""
        words = (str(getattr(call, field) or "").strip() for call in self.calls)
        return next((each for each in words if each), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The clients, by their keys, that make it up."""
        return tuple(dict.fromkeys(call.key for call in self.calls))


@dataclass(frozen=True)
class Decision:
    """What a person said of a household. ``kind``: merge, split, or apart (they are two, and stay so).

    ``calls`` are those that a split set apart, ``others`` the ids of the households that it is about.
    """

    id: int
    kind: Kind
    reason: str | None
    actor: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None
    calls: tuple[str, ...]
    others: tuple[int, ...]

    @property
    def stands(self) -> bool:
        """Whether nobody has undone it."""
        return self.undone_at is None


@dataclass(frozen=True)
class Suggestion:
    """Two households that may be one, with the reasons in words; the likeliest first."""

    one: Household
    other: Household
    reasons: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Page:
    """Some of the households that a search leaves, and how many it leaves in all."""

    households: tuple[Household, ...]
    total: int


def listing(database: Database, search: str = "", *, page: int = 1, size: int = PAGE_SIZE) -> Page:
    """One page, counted from 1, of the households of which a call holds every word; the newest meeting first."""
    with translated(), database.session() as session:
        keys, total = stored.listing(session, CallFilter(search=search), size, (page - 1) * size)
        households = _households(session, keys)
    return Page(tuple(households[key] for key in keys), total)


def get(database: Database, client_id: int) -> Household:
    """The household that a client belongs to. Raises NotFound."""
    with translated(), database.session() as session:
        return _get(session, client_id)


def read(session: Session, client_id: int) -> Household:
    """The household that a client belongs to, in a transaction of the caller's. Raises NotFound."""
    return _get(session, client_id)


def household_of(database: Database, external_id: str) -> Household:
    """The household of one call. Raises NotFound."""
    with translated(), database.session() as session:
        return _of_call(session, external_id)


def decisions(database: Database, client_id: int) -> list[Decision]:
    """What people decided about a household, the newest first, with what was undone."""
    with translated(), database.session() as session:
        keys = stored.household_keys(session, client_id)
        own = set(stored.ids_of(session, keys).values()) if keys else set()
        return [_decision(row, own) for row in stored.decisions(session, own)]


def merge(database: Database, first: int, second: int, actor: str, reason: str = "") -> Household:
    """Says that two households, as they were seen, are one. Saying it again changes nothing.

    Raises NotFound, and ChangedElsewhere where one of them was merged or emptied since it was seen.
    """
    with translated(), database.session() as session:
        client_decisions.lock(session)
        one, other = _get(session, first), _get(session, second)
        if one.id != other.id:
            _as_seen(one, first)
            _as_seen(other, second)
            calls = _clients_of(session, [*one.calls, *other.calls])
            client_decisions.merge(session, one.id, other.id, calls, actor=actor, reason=_cut(reason))
            _copy_again(session, one, other)
        return _get(session, one.id)


def keep_apart(database: Database, first: int, second: int, actor: str, reason: str = "") -> None:
    """Says that two households are two; they are suggested no more. Raises NotFound, ChangedElsewhere."""
    with translated(), database.session() as session:
        client_decisions.lock(session)
        one, other = _get(session, first), _get(session, second)
        _as_seen(one, first)
        _as_seen(other, second)
        if one.id == other.id:
            raise ChangedElsewhere("The two were merged meanwhile; nothing was saved.", remedy="Undo that first.")
        if frozenset((one.id, other.id)) not in stored.kept_apart(session):
            client_decisions.keep_apart(session, one.id, other.id, actor=actor, reason=_cut(reason))


def split(database: Database, client_id: int, calls: Collection[str], actor: str, reason: str = "") -> Household:
    """Sets some calls of a household, by their external ids, apart as one of their own, and returns that.

    Saying it again changes nothing. Raises InvalidValue where no call or no other call is left, NotFound, and
    ChangedElsewhere where one of the calls is not in the household any more.
    """
    with translated(), database.session() as session:
        client_decisions.lock(session)
        household = _get(session, client_id)
        chosen = [call for call in household.calls if call.external_id in calls]
        if len(chosen) < len(set(calls)):
            return _said_already(session, client_id, calls)
        if not chosen or len(chosen) == len(household.calls):
            raise InvalidValue("Choose some of the calls, not all and not none.")
        row_ids = [call.id for call in chosen]
        client_decisions.split(session, household.id, row_ids, actor=actor, reason=_cut(reason))
        _copy_again(session, household)
        return _of_call(session, chosen[0].external_id)


def undo(database: Database, decision_id: int, actor: str) -> None:
    """Takes a decision back; where it was taken back already, nothing happens. Raises NotFound."""
    with translated(), database.session() as session:
        client_decisions.lock(session)
        row = stored.decision(session, decision_id)
        if row is None:
            raise NotFound("There is no such decision.")
        if row.undone_at is not None:
            return
        before = [*_members_of(session, row.first_id), *_members_of(session, row.second_id)]
        client_decisions.undo(session, decision_id, actor=actor)
        if row.kind != "apart":
            copies.want(session, ids={call.id for call in before})


def suggestions_for(database: Database, client_id: int) -> list[Suggestion]:
    """Households that may be one with this one, the likeliest first. Raises NotFound."""
    with translated(), database.session() as session:
        household = _get(session, client_id)
        found = client_pairs.candidates(session, household.calls, _CANDIDATES)
        others = _households(session, {call.household for call in found} - {household.calls[0].household})
        apart = stored.kept_apart(session)
    return _suggested([(household, other) for other in others.values()], apart)


def suggestions(database: Database) -> list[Suggestion]:
    """Pairs of households that may be one, the likeliest first. Reads the record of every call."""
    with translated(), database.session() as session:
        pairs = client_pairs.pairs(session, _PAIRS)
        known = _households(session, {key for pair in pairs for key in pair})
        apart = stored.kept_apart(session)
    return _suggested([(known[one], known[other]) for one, other in pairs], apart)


def _suggested(pairs: Sequence[tuple[Household, Household]], apart: Collection[frozenset[int]]) -> list[Suggestion]:
    found = []
    for one, other in pairs:
        like = likeness(one.calls, other.calls)
        if like.enough and frozenset((one.id, other.id)) not in apart:
            found.append(Suggestion(one, other, like.reasons, like.weight))
    return sorted(found, key=lambda each: (-each.weight, each.one.id, each.other.id))


def _households(session: Session, keys: Collection[str]) -> Mapping[str, Household]:
    """Households by their keys."""
    if not keys:
        return {}
    calls = sorted(stored.members(session, set(keys)), key=lambda call: call.household)
    ids = stored.ids_of(session, keys)
    return {key: Household(ids[key], tuple(own)) for key, own in groupby(calls, key=lambda call: call.household)}


def _get(session: Session, client_id: int) -> Household:
    own = _members_of(session, client_id)
    if not own:
        raise NotFound("There is no such client in the record.", remedy="Choose one from the list.")
    return Household(stored.ids_of(session, [own[0].household])[own[0].household], tuple(own))


def _members_of(session: Session, client_id: int) -> list[Member]:
    keys = stored.household_keys(session, client_id)
    return stored.members(session, {keys[0]}) if keys else []


def _of_call(session: Session, external_id: str) -> Household:
    client = stored.household_of_call(session, external_id)
    if client is None:
        raise NotFound("There is no such call in the record.", remedy="Choose one from the list.")
    return _get(session, client)


def _clients_of(session: Session, calls: Sequence[Member]) -> dict[int, int]:
    """The client's id of each call, by the ids of their rows; those left out that a split has placed already."""
    by_key = {call.id: call.key for call in calls if not call.key.startswith(client_decisions.APART)}
    ids = stored.ids_of(session, by_key.values())
    return {call: ids[key] for call, key in by_key.items()}


def _as_seen(household: Household, client_id: int) -> None:
    if household.id != client_id:
        raise ChangedElsewhere(
            f"{household.name} was merged with another client since you saw it; nothing was saved.",
            remedy="Look at both again.",
        )


def _said_already(session: Session, client_id: int, calls: Collection[str]) -> Household:
    """The household of calls that were set apart together already. Raises ChangedElsewhere where they were not."""
    ids = stored.ids_of(session, stored.household_keys(session, client_id)).values()
    for row in stored.decisions(session, ids):
        if row.kind == "split" and row.undone_at is None and set(row.calls) == set(calls):
            return _get(session, row.second_id)
    raise ChangedElsewhere(
        "Some of these calls are not this client's any more; nothing was saved.", remedy="Look at the client again."
    )


def _copy_again(session: Session, *households: Household) -> None:
    """The copies of the record take their calls over anew."""
    copies.want(session, ids={call.id for household in households for call in household.calls})


def _cut(reason: str) -> str:
    return reason.strip()[:REASON_LENGTH]


def _decision(row: DecisionRow, own: Collection[int]) -> Decision:
    others = tuple(each for each in (row.first_id, row.second_id) if each not in own)
    kind: Kind = "merge" if row.kind == "merge" else "split" if row.kind == "split" else "apart"
    return Decision(row.id, kind, row.reason, row.actor, row.at, row.undone_by, row.undone_at, row.calls, others)
