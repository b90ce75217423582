"""The grid of deals: typed columns, what stands in them, and what a person entered there."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from services.deal_fields import DealFields, current
from services.deal_rows import Deal
from services.deals import Change
from services.field_kinds import DealField
from services.ledger import field_label

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
# How a field came to stand, the most urgent first: its sign, and what it means.
MARKS = {
    "conflict": ("⚠", "in conflict: a later run contradicts a person"),
    "minds": ("≠", "minds disagree: the language model and the builtin analyst say different things"),
    "look": ("?", "needs a look: not found right often enough so far"),
    "edited": ("✎", "edited by a person"),
    "confirmed": ("✓", "confirmed by a person"),
}
_LIGHT = {"conflict": "#F6CFC9", "minds": "#E4DAF3", "look": "#F5E6B3", "edited": "#D3E4F5", "confirmed": "#CFEADB"}
_DARK = {"conflict": "#6E2F28", "minds": "#473465", "look": "#5E4A12", "edited": "#234A70", "confirmed": "#1F5238"}
CRM = "crm_data."
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
    marked = ["marks"] if any(_signed(deal) for deal in shown) else []
    extra = ["next_steps", *(["other"] if any(deal.other for deal in shown) else [])] if view == "Everything" else []
    return ["open", "client_name", *marked, *_of_view(view, current()), *extra]


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
    data["marks"] = pd.Series([list(_signed(deal).values()) or None for deal in shown], index, _TEXTS)
    return pd.DataFrame(data, index=index)


def legend(shown: Sequence[Deal]) -> str:
    """What the marks of these rows mean, as one line; "" where there is none."""
    kinds = {kind for deal in shown for kind, _ in _signed(deal)}
    return " · ".join(f"{sign} {words}" for kind, (sign, words) in MARKS.items() if kind in kinds)


def _signed(deal: Deal) -> dict[tuple[str, str], str]:
    """The marks of a row as the grid shows them, by kind and field, the most urgent first."""
    contested = {path.removeprefix(CRM) for path in deal.conflicts}
    fields = {
        "conflict": deal.conflicts,
        "minds": [CRM + name for name in deal.disputed],
        "look": [CRM + name for name in deal.look_at],
        "edited": [CRM + name for name in deal.edited if name not in contested],
        "confirmed": [CRM + name for name in deal.confirmed if name not in contested],
    }
    return {(kind, path): f"{MARKS[kind][0]} {field_label(path)}" for kind, paths in fields.items() for path in paths}


def _typed(field: DealField, values: Sequence[Any]) -> list[Any]:
    if field.kind == "date":
        return [None if value is None else pd.Timestamp(value).date() for value in values]
    return list(values)


def _address(deal: Deal) -> str:
    return f"calls?call={quote(deal.external_id, safe='')}"


def columns(shown: Sequence[Deal], helps: Mapping[str, str] | None = None) -> dict[str, Any]:
    """How every column is drawn and edited, with help by the field's name as Markdown.

    Words outside a vocabulary that stand there already stay choosable.
    """
    fields, helps = current(), helps or {}
    drawn: dict[str, Any] = {"_index": None}
    for field in fields:
        standing = (deal.values[field.name] for deal in shown if deal.values[field.name] is not None)
        flat = [item for value in standing for item in (value if isinstance(value, list) else [value])]
        options = list(dict.fromkeys([*field.choices, *flat])) if field.choices else []
        drawn[field.name] = _column(field, options, helps.get(field.name))
    drawn["open"] = st.column_config.LinkColumn("Call", display_text="Open", width=62, pinned=True, disabled=True)
    drawn["next_steps"] = st.column_config.ListColumn(
        "Next steps", disabled=True, width=260, help=helps.get("next_steps")
    )
    drawn["other"] = st.column_config.ListColumn(
        "Other values", disabled=True, width="medium", help="Fields of an older system, and values of another kind."
    )
    drawn["marks"] = _marks(shown)
    return drawn


def _marks(shown: Sequence[Deal]) -> Any:
    palette = _DARK if st.context.theme.type == "dark" else _LIGHT
    colours = {mark: palette[kind] for deal in shown for (kind, _), mark in _signed(deal).items()}
    lines = [f"- {sign} {words}" for sign, words in MARKS.values()]
    return st.column_config.MultiselectColumn(
        "Marks",
        options=list(colours),
        color=list(colours.values()) or None,
        disabled=True,
        width=_marks_width(shown),
        help="\n".join(["Fields of which somebody spoke, or should:", "", *lines]),
    )


def _marks_width(shown: Sequence[Deal]) -> int:
    """Room for the marks of the row that has the most of them, within reason."""
    needed = (sum(34 + 7 * len(mark) for mark in _signed(deal).values()) for deal in shown)
    return min(330, max(130, *needed, 0))


def _column(field: DealField, options: list[str], told: str | None) -> Any:
    config = st.column_config
    match field.kind:
        case "money":
            return config.NumberColumn(field.label, format="dollar", min_value=0, step=0.01, width=115, help=told)
        case "minutes":
            return config.NumberColumn(field.label, format="%.0f", min_value=0, step=0.01, width=90, help=told)
        case "count":
            return config.NumberColumn(field.label, min_value=0, step=1, width=90, help=told)
        case "date":
            return config.DateColumn(field.label, format="MMM D, YYYY", width=120, help=told)
        case "choice":
            return config.SelectboxColumn(
                field.label,
                options=options,
                width={"client_state": 90, "deal_stage": 115}.get(field.name, 150),
                help=told,
            )
        case "choices":
            return config.MultiselectColumn(field.label, options=options, width=240, help=told)
        case "list":
            return config.ListColumn(field.label, width=220, help=told)
        case "url":
            return config.TextColumn(field.label, width=160, help=told)
        case _:
            wide = {"summary": 420, "client_name": 190, "meeting_title": 240, "client_email": 210}
            return config.TextColumn(
                field.label,
                max_chars=field.longest,
                width=wide.get(field.name, 150),
                pinned=field.name == "client_name",
                help=told,
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
