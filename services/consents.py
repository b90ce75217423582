"""Consents to posts: put on file, revoked, read."""

import datetime
from collections.abc import Sequence
from typing import get_args

from db import consents as stored
from db.consents import ConsentRow, How, NewConsent
from services.database import Database, translated
from services.errors import InvalidValue

__all__ = ["DISCLOSURE", "HOW", "ConsentRow", "give", "of_call", "revoke", "to_take_down"]

HOW: tuple[How, ...] = get_args(How)
# What a client is told before the consent, offered in the form: a firm puts its own words there.
DISCLOSURE = (
    "We showed you the post word for word and told you where it will be published, that anybody can read and pass it"
    " on, that you get nothing for it, and that you can take your consent back at any time: we then take the post down."
)
_LONGEST = 5_000


def give(
    database: Database,
    external_id: str,
    *,
    channel: str,
    words: str,
    given_by: str,
    given_on: datetime.date,
    how: str,
    disclosure: str,
    actor: str,
) -> None:
    """Puts on file that a client agreed to the words of a post. Raises InvalidValue for a record with gaps, NotFound.

    ``words`` are the post's as the client was shown them: what a post holds beyond them is not covered.
    """
    who, told, shown = given_by.strip(), disclosure.strip(), words.strip()
    if not who or not told or not shown:
        raise InvalidValue("A consent needs who gave it, the words of the post and the disclosure text.")
    if max(map(len, (who, told, shown))) > _LONGEST:
        raise InvalidValue(f"A part of this consent is longer than {_LONGEST:,} characters.")
    if given_on > datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1):
        raise InvalidValue("A consent can't be of a day to come.")
    known = next((each for each in HOW if each == how), None)
    if known is None:
        raise InvalidValue(f"A consent is given in one of these ways: {', '.join(HOW)}.")
    made = NewConsent(channel, shown, who, given_on, known, told)
    with translated(), database.session() as session:
        stored.add(session, external_id, made, actor=actor)


def revoke(database: Database, external_id: str, consent_id: int, why: str, actor: str) -> None:
    """Notes that the client took the consent back: posts that leaned on it are locked again. Raises NotFound."""
    with translated(), database.session() as session:
        stored.revoke(session, external_id, consent_id, why.strip(), actor=actor)


def of_call(database: Database, call: int) -> list[ConsentRow]:
    """All consents of a call, by its row's id, the newest first; the revoked ones too."""
    with translated(), database.session() as session:
        return stored.of_call(session, call)


def to_take_down(database: Database) -> Sequence[tuple[str, str | None]]:
    """The calls, by external id and client, with a published post that leans on a consent that was revoked."""
    with translated(), database.session() as session:
        return stored.to_take_down(session)
