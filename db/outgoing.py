"""What waits to go out: the e-mails and posts of a page of calls."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import Session

from db.listings import OutgoingFilter, page_of, total
from db.models import JsonObject, Transcript


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """A call in the list of what goes out. ``post_states`` holds one state a post, in the order of the posts."""

    external_id: str
    filename: str | None
    client_name: str | None
    meeting_date: str | None
    has_email: bool
    email_edited: bool
    email_sent: bool
    post_states: tuple[str, ...]


def outgoing(
    session: Session, wanted: OutgoingFilter, limit: int, offset: int = 0, sort: str = "-meeting_date"
) -> tuple[list[OutgoingRow], int]:
    """One page of calls, and how many there are on all pages. ``sort`` as in ``db.listings.deals``."""
    states = func.jsonb_path_query_array(Transcript.social_content, "$.posts[*].state", type_=JsonObject)
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
        Transcript.email_sent.is_not(None).label("email_sent"),
        states.label("post_states"),
    )
    found = [OutgoingRow(**{**row._mapping, "post_states": tuple(row.post_states or ())}) for row in rows]
    return found, total(session, wanted)
