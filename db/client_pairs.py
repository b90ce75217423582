"""Calls of which the clients may be one household though their keys say otherwise: what has something in common."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from db.clients import Member, like, placed
from db.models import Transcript

MOST_OF_A_KIND = 6  # what more households than these have in common says nothing of any two of them


def candidates(session: Session, household: Collection[Member], most: int) -> list[Member]:
    """Calls of other households that share words with these; found by the index over the search text, where it is."""
    asked = [_holds(*words) for member in household for words in _common_words(member)]
    if not asked:
        return []
    own = [member.id for member in household]
    return like(session, and_(or_(*asked), Transcript.id.not_in(own)), most)


def _common_words(member: Member) -> list[tuple[str, ...]]:
    """Words of which a call of the same household is likely to hold all: of phone, e-mail, spouse and name."""
    found: list[tuple[str, ...]] = []
    digits = re.sub(r"\D", "", member.client_phone or "")
    if len(digits) >= 7:
        found.append((digits[-4:],))
    if member.client_email:
        found.append((member.client_email.lower().partition("@")[0].partition("+")[0],))
    spouse = (member.spouse_name or "").lower().split()
    if spouse:
        found.append((spouse[0], (member.client_state or "").lower()))
    name = (member.client_name or "").lower().split()
    if len(name) > 1:
        found += [(name[0][:3], name[-1][:4]), (name[-1][:3], name[0][:4])]
    elif name:
        found.append((name[0],))
    return found


def _holds(*words: str) -> ColumnElement[bool]:
    return and_(*(Transcript.search_text.contains(word, autoescape=True) for word in words if word))


def pairs(session: Session, most: int) -> list[tuple[str, str]]:
    """Pairs of households, by their keys, that share a phone, an e-mail, a name, or a spouse and a state.

    Opens the record of every call: seconds at 100,000.
    """
    each, crm = placed(), Transcript.crm_data
    names = ("client_name", "client_email", "client_phone", "client_state", "spouse_name")
    columns: list[Any] = [_folded(crm[name].astext).label(name) for name in names]
    facts: Any = select(each.household.label("household"), *columns)
    one = facts.select_from(each.tables).cte("facts").prefix_with("MATERIALIZED", dialect="postgresql")
    phone = func.right(func.regexp_replace(one.c.client_phone, "[^0-9]", "", "g"), 10)
    email = func.regexp_replace(one.c.client_email, "[+][^@]*@", "@")
    spouse_and_state = one.c.spouse_name + "|" + func.nullif(one.c.client_state, "")
    kinds = [(phone, 7), (email, 3), (one.c.client_name, 3), (spouse_and_state, 4)]
    shared = union_all(*(_sharing(one.c.household, value, least) for value, least in kinds)).subquery()
    found = session.scalars(select(shared.c.households).limit(most * 4))
    listed = {
        (households[i], households[j])
        for households in found
        for i in range(len(households))
        for j in range(i + 1, len(households))
    }
    return sorted(listed)[:most]


def _folded(value: SQLColumnExpression[Any]) -> SQLColumnExpression[str]:
    return func.lower(func.trim(func.regexp_replace(value, r"\s+", " ", "g")))


def _sharing(household: SQLColumnExpression[str], value: SQLColumnExpression[str], least: int) -> Any:
    """The households, sorted, that share one value of at least so many characters."""
    grouped = select(func.array_agg(household.distinct()).label("households")).where(func.length(value) >= least)
    several = func.count(household.distinct())
    return grouped.group_by(value).having(several.between(2, MOST_OF_A_KIND))
