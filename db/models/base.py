"""The base of every table, and how its types are stored."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    DateTime,
    LargeBinary,
    Numeric,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

# None is SQL's NULL in every JSON column; JSON's own null stands only inside objects.
JsonObject = JSONB(none_as_null=True)
Moment = DateTime(timezone=True)

EMPTY = text("'{}'::jsonb")
UNFINISHED = "state IN ('queued', 'paused', 'running')"


class Base(DeclarativeBase):
    """The base of every table; says how Python types are stored."""

    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own form)
        dict[str, Any]: JsonObject,
        list[Any]: JsonObject,
        datetime: Moment,
        str: Text(),
        bytes: LargeBinary(),
        Decimal: Numeric(),
    }
