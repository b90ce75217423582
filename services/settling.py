"""Settling conflicts: all of one call at once, and a third value held against the rules of its field."""

from collections.abc import Sequence

from db import edits
from db.ledger import CRM, SOCIAL
from services import conflicts, social
from services.conflicts import OpenConflict, Way
from services.database import Database, translated
from services.deal_fields import current
from services.errors import ChangedElsewhere


def settle_all(database: Database, of_call: Sequence[OpenConflict], way: Way, actor: str) -> None:
    """Settles all the given conflicts of one call in one way, or none of them. Raises ChangedElsewhere."""
    call = of_call[0]
    values = {each.field: (each.theirs if way == "keep" else each.new).value for each in of_call}
    stale = ChangedElsewhere(
        f"The call of {call.client} was changed elsewhere since this page was drawn; nothing was decided.",
        remedy="Look at it again, then decide.",
    )
    with translated(stale), database.session() as session:
        edits.say(session, call.external_id, call.version, values, actor=actor, kind=way)


def can_write(field: str) -> bool:
    """Whether a person may write a third value into a field: not where its values are no words and no number."""
    return not field.startswith(CRM) or field.removeprefix(CRM) in current().by_name


def write_other(database: Database, conflict: OpenConflict, words: str, actor: str) -> None:
    """Writes a third value. Raises InvalidValue where the field can't hold it, and ChangedElsewhere."""
    if conflict.field.startswith(SOCIAL):
        posts = social.get_posts(database, conflict.external_id)
        words = social.accept(posts, conflict.field.removeprefix(SOCIAL), words)
    conflicts.write_other(database, conflict, words, actor)
