"""How often people found right what was said, field by field and mind by mind. Only what a person spoke of counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.models import TrustThreshold


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What people made of the values of one field that one mind gave.

    ``confirmed``: theirs is the same; ``changed``: another; ``blanked``: there is none; ``filled``: the mind had found
    none, and there is one. ``conflicts`` counts how often a later run of the mind spoke against a person's word.
    """

    field: str
    mind: str
    confirmed: int
    changed: int
    blanked: int
    filled: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which rate on a field is trusted, who said so and when."""

    least: float
    actor: str
    at: datetime


def verdicts(session: Session) -> list[Verdicts]:
    """The verdicts of every field and mind of which a person spoke, by field and mind."""
    return [Verdicts(**row._mapping) for row in session.execute(_VERDICTS)]


def thresholds(session: Session) -> Mapping[str, Threshold]:
    """The thresholds by field."""
    rows = session.execute(
        select(TrustThreshold.field, TrustThreshold.least, TrustThreshold.actor, TrustThreshold.at)
    ).all()
    return {row.field: Threshold(row.least, row.actor, row.at) for row in rows}


def set_threshold(session: Session, field: str, least: float | None, *, actor: str) -> None:
    """Sets a field's threshold, or takes it away."""
    if least is None:
        session.execute(delete(TrustThreshold).where(TrustThreshold.field == field))
        return
    values = {"least": least, "actor": actor, "at": func.now()}
    session.execute(
        insert(TrustThreshold)
        .values(field=field, **values)
        .on_conflict_do_update(index_elements=["field"], set_=values)
    )


def _compared(row: str) -> str:
    """What of a row's value is compared: of a post the words."""
    return f"CASE WHEN {row}.field LIKE 'social_content.%' THEN {row}.value -> 'text' ELSE {row}.value END"


# A person's last word on each value that a run gave; a value that was given back to the runs has none. A conflict is
# one that is open, or one that a person settled, in whatever way.
_VERDICTS = text(
    f"""
WITH spoken AS (
  SELECT DISTINCT ON (person.transcript_id, person.field, person.against)
    person.field, person.kind, run.mind,
    {_compared("person")} AS theirs, {_compared("run")} AS given
  FROM field_values AS person JOIN field_values AS run ON run.id = person.against
  WHERE person.source = 'human' AND person.kind <> 'sent' AND person.external_id IS NOT NULL
  ORDER BY person.transcript_id, person.field, person.against, person.id DESC
), words AS (
  SELECT person.against, lag(id) OVER story AS before, lag(kind) OVER story AS kind_before
  FROM field_values AS person WHERE source = 'human' AND kind <> 'sent' AND external_id IS NOT NULL
  WINDOW story AS (PARTITION BY transcript_id, field ORDER BY id)
), clashes AS (
  SELECT run.field, run.mind FROM words JOIN field_values AS run ON run.id = words.against
    JOIN field_values AS before ON before.id = words.before AND kind_before <> 'restore'
    LEFT JOIN field_values AS base ON base.id = before.against
  WHERE before.against IS DISTINCT FROM run.id AND {_compared("run")} IS DISTINCT FROM {_compared("base")}
    AND {_compared("run")} IS DISTINCT FROM {_compared("before")}
  UNION ALL
  SELECT said.field, said.mind FROM transcripts CROSS JOIN LATERAL unnest(conflicts) AS open (field)
  CROSS JOIN LATERAL (
    SELECT field, mind FROM field_values AS run
    WHERE run.transcript_id = transcripts.id AND run.field = open.field AND run.source <> 'human'
    ORDER BY run.id DESC LIMIT 1
  ) AS said
  WHERE conflicts <> '{{}}'
)
SELECT field, coalesce(mind, '') AS mind,
  count(*) FILTER (WHERE theirs IS NOT DISTINCT FROM given) AS confirmed,
  count(*) FILTER (WHERE theirs <> given) AS changed,
  count(*) FILTER (WHERE theirs IS NULL AND given IS NOT NULL) AS blanked,
  count(*) FILTER (WHERE theirs IS NOT NULL AND given IS NULL) AS filled,
  (SELECT count(*) FROM clashes WHERE clashes.field = spoken.field AND clashes.mind IS NOT DISTINCT FROM spoken.mind)
    AS conflicts
FROM spoken WHERE kind <> 'restore' GROUP BY field, mind ORDER BY field, mind"""  # noqa: S608 (our own words alone)
)
