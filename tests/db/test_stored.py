"""JSON on its way to PostgreSQL: written quickly, and never other than what is storable of the value."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.stored import JsonText, storable, to_json

TEXTS = st.text(st.characters(), max_size=20) | st.sampled_from(["\x00", "a\ud800b", "\\u0000", "é"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_what_is_storable(value: Any) -> None:
    told = to_json(value)
    assert told == json.dumps(storable(value), ensure_ascii=False)
    assert "\x00" not in str(json.loads(told))
    told.encode()


def test_other_kinds_of_value_are_written_too() -> None:
    value = {"day": date(2026, 3, 4), "sum": Decimal("4500.00"), "names": {"b", "a"}, "half": float("nan")}
    assert json.loads(to_json(value)) == {"day": "2026-03-04", "sum": 4500, "names": ["a", "b"], "half": None}
    with pytest.raises(TypeError):
        to_json({"what": object()})


def test_written_json_is_not_written_again() -> None:
    assert to_json(JsonText('{"a": 1}')) == '{"a": 1}'
    assert to_json('{"a": 1}') == '"{\\"a\\": 1}"'
