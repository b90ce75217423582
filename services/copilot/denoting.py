"""Whom and what a question's words stand for, beyond names: words in quotes, first names of others, descriptions."""

import re

from db import analytics, named
from services.copilot.choosing import where_of
from services.copilot.contract import Where
from services.copilot.crm_tool import Choosing
from services.copilot.names import ClientNamed, clients_of
from services.copilot.proof import proofs_of
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
from services.database import Database, translated
from services.json_words import plain
from services.playbooks.cues import fold

_MOST_CALLS = 3  # of a client, in which a name is looked for
_MOST_DESCRIBED = 5  # clients that a description may fit to be asked back about
_WORD = re.compile(r"[a-z]+")


def without_namesakes(database: Database, it: Understood) -> None:
    """Drops a client of whom a first name alone stands, where another's surname does and that call says the name."""
    if len(it.clients) < 2 or it.has("compare"):
        return
    spoken = {it.line.folded[start:end].removesuffix("'s") for start, end in it.people.spans}
    whole = [client for client in it.clients if spoken & set(_words(client.name)[1:])]
    for client in [each for each in it.clients if each not in whole]:
        said = spoken & {*_words(client.name), *_words(client.spouse)}
        if len(said) == 1 and any(_speaks_of(database, other, next(iter(said))) for other in whole):
            it.clients = [each for each in it.clients if each is not client]
            spans = it.people.spans
            it.people.spans = [one for one in spans if it.line.folded[one[0] : one[1]].removesuffix("'s") not in said]


def _speaks_of(database: Database, client: ClientNamed, name: str) -> bool:
    calls = proofs_of(database, client.calls[:_MOST_CALLS])
    return any(re.search(rf"\b{name}\b", fold(plain(turn.get("text")))) for one in calls.values() for turn in one.turns)


def _words(name: str) -> list[str]:
    return _WORD.findall(fold(name or ""))


def advised(database: Database, it: Understood) -> None:
    """Takes an adviser's only client, where what was said on the call of that adviser is asked for."""
    one = len(it.people.advisers) == 1 and not (it.clients or it.people.unsure or it.people.unknown)
    if (
        not one
        or not (it.has("said", "answers", "objections", "steps") or {"parts", "bargained"} & it.others)
        or it.has("list", "count")
        or it.measures - {"most"}
        or it.group
    ):
        return
    with translated(), database.session() as session, analytics.reading(session):
        wanted = Choosing(database).selection(session, Where(advisers=tuple(it.people.advisers)))
        rows = analytics.matching(session, wanted, limit=_MOST_DESCRIBED)
        known = clients_of(named.of_calls(session, [row.external_id for row in rows]))
    if len(known) == 1:
        it.clients = known


def described(database: Database, it: Understood, terms: Terms) -> None:
    """Takes "the guy in Georgia" for the one client who fits, or for several to ask back about."""
    told = it.states or it.choices
    if it.clients or it.people.unsure or it.people.unknown or "described" not in it.others or not told:
        return
    if it.has("list", "count") or it.measures or it.group:
        return
    where = where_of(it, terms)
    chosen = Where(states=where.states, conditions=where.conditions, products=where.products)
    with translated(), database.session() as session, analytics.reading(session):
        wanted = Choosing(database).selection(session, chosen)
        rows = analytics.matching(session, wanted, limit=_MOST_DESCRIBED * 2)
        known = clients_of(named.of_calls(session, [row.external_id for row in rows]))
    if len(known) == 1:
        it.clients = known
    elif 1 < len(known) <= _MOST_DESCRIBED:
        it.people.unsure.append(tuple(known))
