"""The chart of trust: the rate of each field on a line for the range in which the true rate lies."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from services.trust import Trust

WIDE = 0.4  # an interval of so much or more says little
_MINDS = {"builtin": "Builtin analyst", "": "Unknown"}
_LEAST = "least"
_PERCENT = {"format": "%", "grid": True, "values": [tenth / 10 for tenth in range(11)]}


def mind_name(mind: str) -> str:
    """A mind as pages name it."""
    return _MINDS.get(mind, mind)


def several(meter: Sequence[Trust]) -> bool:
    """Whether more than one mind gave the values."""
    return len({one.mind for one in meter}) > 1


def names(meter: Sequence[Trust]) -> list[str]:
    """A name for each line: the field's, with the mind where several gave values."""
    return [f"{one.label} · {mind_name(one.mind)}" if several(meter) else one.label for one in meter]


def chart(meter: Sequence[Trust]) -> None:
    """A dot for the rate of each field, on a line for the range in which the true rate lies."""
    values = [
        {
            "name": name,
            "rate": one.rate,
            "low": one.low,
            "high": one.high,
            "least": one.least,
            "n": one.n,
            "sure": "few answers" if one.high - one.low >= WIDE else "enough answers",
        }
        for name, one in zip(names(meter), meter, strict=True)
    ]
    st.vega_lite_chart(
        _spec(values),
        key="trust_chart",
        alt="For each field the rate of values that people found right, with its 95% interval; the table below has "
        "the same numbers.",
    )


def _spec(values: list[dict[str, Any]]) -> dict[str, Any]:
    words = (
        "#C0CBC6" if st.context.theme.type == "dark" else "#46534E"
    )  # the theme's grey words, readable on its ground
    side = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "sort": None,
        "axis": {"labelLimit": 260, "labelPadding": 10, "ticks": False, "domain": False, "labelFlush": False}
        | {"labelColor": words},
    }
    along = {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": _PERCENT | {"labelColor": words},
    }
    colour = {
        "field": "sure",
        "type": "nominal",
        "title": None,
        "scale": {"domain": ["enough answers", "few answers"], "range": ["#1F8A70", "#8A9691"]},
        "legend": {"orient": "top", "labelColor": words},
    }
    told = [
        {"field": "name", "title": "Field"},
        {"field": "rate", "title": "Found right", "format": ".0%"},
        {"field": "n", "title": "Looked at"},
        {"field": "low", "title": "From", "format": ".0%"},
        {"field": "high", "title": "To", "format": ".0%"},
    ]
    return {
        "data": {"values": values},
        "height": {"step": 28},
        "encoding": {"y": side},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55, "strokeCap": "round"},
                "encoding": {"x": {"field": "low", **along}, "x2": {"field": "high"}, "color": colour, "tooltip": told},
            },
            {
                "transform": [{"filter": "isValid(datum.least)"}],
                "mark": {"type": "tick", "thickness": 2, "size": 18, "color": "#C0702A"},
                "encoding": {"x": {"field": _LEAST, **along}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"x": {"field": "rate", **along}, "color": colour, "tooltip": told},
            },
        ],
    }
