"""What waits to go out: the e-mails and posts of a page of calls."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.drafts import COPILOT
from db.listings import OutgoingFilter, page_of, total
from db.models import FieldValue, JsonObject, Transcript
from db.said import EMAIL


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """A call in the list of what goes out. ``post_states`` holds one state a post, in the order of the posts.

    ``by_copilot``: the e-mail's text is as the copilot drafted it; that counts as edited too.
    """

    external_id: str
    filename: str | None
    client_name: str | None
    meeting_date: str | None
    has_email: bool
    email_edited: bool
    by_copilot: bool
    email_sent: bool
    post_states: tuple[str, ...]


def outgoing(
    session: Session, wanted: OutgoingFilter, limit: int, offset: int = 0, sort: str = "-meeting_date"
) -> tuple[list[OutgoingRow], int]:
    """One page of calls, and how many there are on all pages. ``sort`` as in ``db.listings.deals``."""
    states = func.jsonb_path_query_array(Transcript.social_content, "$.posts[*].state", type_=JsonObject)
    last = aliased(FieldValue)
    reason = (
        select(last.reason)
        .where(last.transcript_id == Transcript.id, last.field == f"{EMAIL}body", last.source == "human")
        .order_by(last.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = page_of(
        session,
        wanted,
        (sort, limit, offset),
        Transcript.external_id,
        Transcript.filename,
        Transcript.client_name,
        Transcript.meeting_date,
        (func.coalesce(Transcript.email_draft, "") != "").label("has_email"),
        Transcript.edits.has_key("email_draft").label("email_edited"),
        (func.coalesce(reason, "") == COPILOT).label("by_copilot"),
        Transcript.email_sent.is_not(None).label("email_sent"),
        states.label("post_states"),
    )
    found = [OutgoingRow(**{**row._mapping, "post_states": tuple(row.post_states or ())}) for row in rows]
    return found, total(session, wanted)
