"""Whether the record agrees with itself: what stands in ``transcripts`` against what the ledger says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import ledger
from db.drafts import PARTS, split_draft
from db.ledger import BESIDE, COACHING, CRM, EMAIL, SOCIAL, Heads
from db.models import JsonObject, Transcript

BATCH = 200


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field of which the record and the ledger say different things. No values stand in it: they are private."""

    external_id: str
    field: str
    what: str


def calls(session: Session) -> int:
    """How many calls there are to look at."""
    return session.scalar(select(func.count()).select_from(Transcript)) or 0


def disagreements(session: Session) -> Iterator[Disagreement]:
    """Every field that does not stand as the ledger says, of all calls, in the order of their rows."""
    after = 0
    while True:
        columns = (
            Transcript.id,
            Transcript.external_id,
            func.aftercall_object(Transcript.crm_data, type_=JsonObject).label("crm_data"),
            Transcript.email_draft,
            Transcript.social_content,
            func.aftercall_object(Transcript.coaching, type_=JsonObject).label("coaching"),
            Transcript.edits,
            Transcript.conflicts,
            func.aftercall_object(Transcript.extracted_data["beside"], type_=JsonObject).label("beside"),
        )
        rows = session.execute(select(*columns).where(Transcript.id > after).order_by(Transcript.id).limit(BATCH)).all()
        if not rows:
            return
        heads = ledger.heads(session, [row.id for row in rows])
        for row in rows:
            yield from _of_call(row, heads[row.id])
        after = rows[-1].id


def _of_call(row: Any, heads: dict[str, Heads]) -> Iterator[Disagreement]:
    stands = dict(_standing(row))
    said = {
        field: one.standing.value
        for field, one in heads.items()
        if one.standing is not None and field.startswith((CRM, EMAIL, SOCIAL, COACHING))
        if not (field.startswith(EMAIL) and one.standing.value in (None, ""))
    }
    for field in sorted(stands.keys() | said.keys()):
        if field not in said:
            yield Disagreement(row.external_id, field, "stands in the record, and nobody said it")
        elif field not in stands and said[field] is not None:
            yield Disagreement(row.external_id, field, "was said, and does not stand in the record")
        elif field in stands and ledger.canonical(stands[field]) != ledger.canonical(said[field]):
            yield Disagreement(row.external_id, field, "stands otherwise than it was said")
    for field in _kept_otherwise(row, heads):
        yield Disagreement(row.external_id, field, "is kept as a person's word otherwise than it was said")
    for field in _told_otherwise(row, heads):
        yield Disagreement(row.external_id, field, "is kept as the other mind's word otherwise than it was said")
    open_ones = {field for field, one in heads.items() if one.conflict}
    for field in sorted(open_ones ^ set(row.conflicts)):
        what = "is in conflict and not marked so" if field in open_ones else "is marked as in conflict and is not"
        yield Disagreement(row.external_id, field, what)


def _kept_otherwise(row: Any, heads: dict[str, Heads]) -> list[str]:
    """The fields of which ``edits``, that stand over every later run, are not what people said."""
    kept = {
        f"{column}.{name}": ledger.canonical(value)
        for column in ("crm_data", "email_draft", "social_content")
        for name, value in (row.edits.get(column) or {}).items()
    }
    said = {
        field: ledger.canonical(one.person.value)
        for field, one in heads.items()
        if one.locked and one.person is not None and field.startswith((CRM, EMAIL, SOCIAL))
    }
    return sorted({field for field, _ in kept.items() ^ said.items()})


def _told_otherwise(row: Any, heads: dict[str, Heads]) -> list[str]:
    """The fields of which the findings keep something else beside what stands than the ledger does."""
    kept = {
        BESIDE + CRM + name: ledger.canonical(fact.get("value"))
        for name, fact in row.beside.items()
        if isinstance(fact, dict)
    }
    said = {
        field: ledger.canonical(one.run.claimed)
        for field, one in heads.items()
        if field.startswith(BESIDE) and one.run is not None and not one.run.silent
    }
    return sorted({field for field, _ in kept.items() ^ said.items()})


def _standing(row: Any) -> Iterator[tuple[str, Any]]:
    for name, value in row.crm_data.items():
        yield CRM + name, value
    for part, words in zip(PARTS, split_draft(row.email_draft), strict=True):
        if words:  # an empty subject and none are the same
            yield EMAIL + part, words
    posts = row.social_content.get("posts") if isinstance(row.social_content, dict) else None
    for post in reversed(posts if isinstance(posts, list) else []):
        if isinstance(post, dict) and isinstance(post.get("channel"), str):
            yield SOCIAL + post["channel"], {key: post.get(key) for key in ("text", "state")}
    for name, value in row.coaching.items():
        yield COACHING + name, value
