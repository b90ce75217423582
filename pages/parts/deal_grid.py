"""The grid of deals: typed columns, what stands in them, and what a person entered there."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from services.deal_fields import DealFields, current
from services.deals import Change, Deal
from services.field_kinds import DealField

VIEWS = ("Deal", "Client", "Meeting", "Everything")
_DEAL = (
    "deal_stage",
    "outcome",
    "deal_amount",
    "deposit_amount",
    "meeting_date",
    "objections",
    "products_discussed",
    "next_steps",
    "summary",
)
_MEETING = ("meeting_date", "meeting_title", "duration_minutes", "meeting_url", "outcome", "summary")
_TEXT: Any = "string[pyarrow]"
_TEXTS: Any = object  # Arrow finds a list of texts in it, or nothing at all
_TYPES: Mapping[str, Any] = {
    "money": "Float64",
    "minutes": "Float64",
    "count": "Int64",
    "date": "date32[pyarrow]",
    "list": _TEXTS,
    "choices": _TEXTS,
}


def order(view: str, shown: Sequence[Deal]) -> list[str]:
    """The columns of a view, from left to right; those that would stand empty beside the fields are left out."""
    edited = ["edited"] if any(deal.edited for deal in shown) else []
    extra = ["next_steps", *(["other"] if any(deal.other for deal in shown) else [])] if view == "Everything" else []
    return ["open", "client_name", *edited, *_of_view(view, current()), *extra]


def _of_view(view: str, fields: DealFields) -> list[str]:
    """The fields of a view; what the firm's playbook does not know is in none."""
    match view:
        case "Client":
            return [*fields.trade, "client_email"]
        case "Meeting":
            return list(_MEETING)
        case "Everything":
            return [field.name for field in fields if field.name != "client_name"]
        case _:
            return [name for name in _DEAL if name in fields.by_name or name == "next_steps"]


def frame(shown: Sequence[Deal]) -> pd.DataFrame:
    """The deals as the editor takes them: a column a field, one row a deal, named by its external id."""
    index = pd.Index([deal.external_id for deal in shown], name="Call", dtype="str")
    data: dict[str, Any] = {"open": [_address(deal) for deal in shown]}
    for field in current():
        values = [deal.values[field.name] for deal in shown]
        data[field.name] = pd.Series(_typed(field, values), index, _TYPES.get(field.kind, _TEXT))
    for name in ("next_steps", "other"):
        data[name] = pd.Series([list(getattr(deal, name)) or None for deal in shown], index, _TEXTS)
    data["edited"] = pd.Series([list(deal.edited_labels) or None for deal in shown], index, _TEXTS)
    return pd.DataFrame(data, index=index)


def _typed(field: DealField, values: Sequence[Any]) -> list[Any]:
    if field.kind == "date":
        return [None if value is None else pd.Timestamp(value).date() for value in values]
    return list(values)


def _address(deal: Deal) -> str:
    return f"calls?call={quote(deal.external_id, safe='')}"


def columns(shown: Sequence[Deal]) -> dict[str, Any]:
    """How every column is drawn and edited. Words outside a vocabulary that stand there already stay choosable."""
    fields = current()
    drawn: dict[str, Any] = {"_index": None}
    for field in fields:
        standing = (deal.values[field.name] for deal in shown if deal.values[field.name] is not None)
        flat = [item for value in standing for item in (value if isinstance(value, list) else [value])]
        drawn[field.name] = _column(field, list(dict.fromkeys([*field.choices, *flat])) if field.choices else [])
    drawn["open"] = st.column_config.LinkColumn("Call", display_text="Open", width=62, pinned=True, disabled=True)
    drawn["next_steps"] = st.column_config.ListColumn("Next steps", disabled=True, width=260)
    drawn["other"] = st.column_config.ListColumn(
        "Other values", disabled=True, width="medium", help="Fields of an older system, and values of another kind."
    )
    drawn["edited"] = st.column_config.MultiselectColumn(
        "Edited",
        options=[field.label for field in fields],
        color="primary",
        disabled=True,
        width=125,
        help="Fields that a person wrote. No later run overwrites them.",
    )
    return drawn


def _column(field: DealField, options: list[str]) -> Any:
    config = st.column_config
    match field.kind:
        case "money":
            return config.NumberColumn(field.label, format="dollar", min_value=0, step=0.01, width=115)
        case "minutes":
            return config.NumberColumn(field.label, format="%.0f", min_value=0, step=0.01, width=90)
        case "count":
            return config.NumberColumn(field.label, min_value=0, step=1, width=90)
        case "date":
            return config.DateColumn(field.label, format="MMM D, YYYY", width=120)
        case "choice":
            return config.SelectboxColumn(
                field.label, options=options, width={"client_state": 90, "deal_stage": 115}.get(field.name, 150)
            )
        case "choices":
            return config.MultiselectColumn(field.label, options=options, width=240)
        case "list":
            return config.ListColumn(field.label, width=220)
        case "url":
            return config.TextColumn(field.label, width=160)
        case _:
            wide = {"summary": 420, "client_name": 190, "meeting_title": 240, "client_email": 210}
            return config.TextColumn(
                field.label,
                max_chars=field.longest,
                width=wide.get(field.name, 150),
                pinned=field.name == "client_name",
            )


def changes(shown: Sequence[Deal], edited_rows: Mapping[int, Mapping[str, Any]]) -> list[Change]:
    """What a person entered, by row position as the editor tells it, against what was on the screen."""
    fields = current().by_name
    found = []
    for position, cells in edited_rows.items():
        entered = {name: value for name, value in cells.items() if name in fields}
        if entered and int(position) < len(shown):
            found.append(Change(shown[int(position)], entered))
    return found
