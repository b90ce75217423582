"""What the trust meter says of the fields of the record: the help of the grid's columns, and what needs a look."""

import streamlit as st

from pages.parts.text import escape
from services import trust
from services.database import Database
from services.deal_rows import Flagged

_CRM = "crm_data."
_NAMES = {"builtin": "Builtin analyst"}


@st.cache_data(ttl=60, refresh_mode="background", show_spinner=False)
def meter(_database: Database) -> tuple[dict[str, str], Flagged]:
    """By a field's name what people made of its values, as Markdown; the fields and minds whose values need a look.

    Counted anew behind the page, about once a minute; it is given the record, for it may not open one there.
    """
    told = [one for one in trust.meter(_database) if one.field.startswith(_CRM)]
    sentences: dict[str, str] = {}
    for one in told:
        name = one.field.removeprefix(_CRM)
        mind = _NAMES.get(one.mind, one.mind) or "An older system"
        said = f"{escape(mind)}: {one.sentence}{' Its values need a look.' if one.needs_look else ''}"
        sentences[name] = f"{sentences[name]}\n\n{said}" if name in sentences else said
    return sentences, trust.to_look_at(told)
