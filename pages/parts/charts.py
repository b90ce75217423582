"""Charts: one look for all of them, and with each its numbers as a table, as CSV and as a PNG.

The only module that imports plotly. A chart says in its title what it stands on, and under it what it leaves out.
"""

from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from pages.parts.chart_data import Chart, Series, at_ends, csv_file, file_name, plain, spelled, table
from pages.parts.text import escape, shorten

__all__ = [
    "AMBER",
    "BLUE",
    "GREEN",
    "GREY",
    "ORCHID",
    "PALETTE",
    "RED",
    "Chart",
    "Series",
    "csv_file",
    "draw",
    "figure",
]

# They stand out from both grounds by 3:1 or more, and from one another for colour-blind people; a test holds them.
GREEN, AMBER, BLUE, RED, ORCHID, GREY = "#1F8A70", "#BF7E0A", "#4266AD", "#AD4242", "#C85FDD", "#948A9F"
PALETTE = (GREEN, AMBER, BLUE, RED, ORCHID, GREY)
# Streamlit puts the theme's own dark grey in this colour's place, light on dark pages; the one that it takes unasked is
# too faint to read.
_WORDS = {"color": "#000037", "size": 13}
_LONGEST_LABEL = 34
_MOST_LABELS = 8  # beside one another


def draw(
    chart: Chart, *, selectable: bool = False, beside: bool = False, empty: str = "Nothing to show yet."
) -> str | None:
    """Draws the chart with its table and its files; where ``selectable``, returns the id of what was clicked.

    ``beside`` another one its box is as high as that.
    """
    height: Literal["stretch", "content"] = "stretch" if beside else "content"
    with st.container(border=True, gap="small", height=height, key=f"{chart.key}_box"):
        if not any(value is not None for each in chart.series for value in each.values):
            st.markdown(f"**{escape(chart.title)}**")
            st.markdown(f":gray[{escape(empty)}]")
            _left_out(chart)
            return None
        chosen = _plot(chart, selectable)
        _left_out(chart)
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _numbers(chart)
            _FILE_BUTTON(
                key=f"{chart.key}_png", data={"chart": f"{chart.key}_plot", "title": chart.title}, width="content"
            )
            st.download_button(
                "CSV",
                data=lambda: csv_file(chart),
                file_name=f"{file_name(chart)}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key=f"{chart.key}_csv",
                help="The numbers of this chart.",
            )
    return chosen


def _left_out(chart: Chart) -> None:
    if chart.left_out:
        st.caption(escape(chart.left_out))


def _plot(chart: Chart, selectable: bool) -> str | None:
    options: dict[str, Any] = {
        "key": f"{chart.key}_plot",
        "alt": f"{chart.title}, {chart.stands_on}. The same numbers are under Numbers.",
        "config": {
            "displaylogo": False,
            "displayModeBar": "hover",
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {"format": "png", "filename": file_name(chart), "scale": 2},
        },
    }
    if not selectable:
        st.plotly_chart(figure(chart), **options)
        return None
    state = st.plotly_chart(figure(chart), on_select="rerun", selection_mode="points", **options)
    points = state["selection"]["points"] if state else []
    told = points[0].get("customdata") if points else None
    name = told[0] if isinstance(told, list) and told else told
    return str(name) if name in (chart.ids or chart.labels) else None


def _numbers(chart: Chart) -> None:
    """The same as a table, for whoever can't see the chart or wants to read it."""
    headings, rows = table(chart)
    with st.popover("Numbers", icon=":material/table_rows:", key=f"{chart.key}_numbers"):
        lines = [headings, ["---"] + ["---:"] * (len(headings) - 1), *([escape(cell) for cell in row] for row in rows)]
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


# What a chart holds, as a figure


def figure(chart: Chart) -> go.Figure:
    """The chart as Plotly draws it."""
    lying = chart.kind in ("bars", "rates")
    drawn = go.Figure([trace for place, each in enumerate(chart.series) for trace in _traces(chart, each, place)])
    ticks: dict[str, Any] = {
        "tickvals": list(range(len(chart.labels))),
        "ticktext": [_tick(label, lying) for label in chart.labels],
        "range": [-0.5, len(chart.labels) - 0.5],
        "tickfont": _WORDS,
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "fixedrange": True,
        "title": None,
    }
    if lying:
        ticks["autorange"] = "reversed"
    elif len(chart.labels) > _MOST_LABELS:
        step = -(-len(chart.labels) // _MOST_LABELS)
        ticks |= {"tickvals": ticks["tickvals"][::step], "ticktext": ticks["ticktext"][::step]}
    many = len(chart.series) > 1
    drawn.update_layout(
        title={
            "text": plain(chart.title),
            "subtitle": {"text": plain(chart.stands_on), "font": _WORDS},
            "x": 0.01,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 12},
        },
        height=_height(chart) + _legend_height(chart),
        margin={"l": 8, "r": 40, "t": 72, "b": 8 + _legend_height(chart)},
        barmode="stack" if chart.stacked else "group",
        bargap=max(0.28, 1 - 0.14 * len(chart.labels)) if not lying else 0.32,
        showlegend=many,
        legend={"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "traceorder": "normal"}
        | {"font": _WORDS},
        dragmode=False,
        hovermode="closest",
        xaxis=_scale(chart) if lying else ticks,
        yaxis=ticks if lying else _scale(chart),
    )
    return drawn


def _tick(label: str, lying: bool) -> str:
    """A label at the axis. A PNG is drawn without the page's font, in wider letters: blanks keep room for them."""
    short = shorten(label, _LONGEST_LABEL)
    return "\u00a0" * (len(short) // 5) * lying + plain(short)


def _height(chart: Chart) -> int:
    if chart.kind in ("columns", "line"):
        return 300
    side_by_side = not chart.stacked and chart.kind == "bars" and len(chart.series) > 1
    return max(180, 110 + len(chart.labels) * (24 * len(chart.series) + 10 if side_by_side else 32))


def _legend_height(chart: Chart) -> int:
    """Room for the legend's lines, as they break in a chart of half the page."""
    if len(chart.series) < 2:
        return 0
    widest = 48 + 8 * max(len(each.name) for each in chart.series)
    return 16 + 24 * -(-len(chart.series) // max(1, 440 // widest))


def _scale(chart: Chart) -> dict[str, Any]:
    """The axis of the values."""
    scale: dict[str, Any] = {"fixedrange": True, "zeroline": False, "title": None, "nticks": 5}
    scale |= {"rangemode": "tozero", "tickfont": _WORDS}
    if chart.unit == "%":
        scale |= {"tickformat": ".0%", "range": [0, 1.04], "dtick": 0.2}
    elif chart.unit == "$":
        scale |= {"tickprefix": "$", "tickformat": "~s"}
    else:
        top = _top(chart)
        scale |= {"tickformat": ",d", "dtick": 1} if top <= 5 and chart.unit == "" else {"tickformat": ",~r"}
    if chart.unit != "%" and not chart.stacked and chart.kind in ("bars", "columns"):
        scale["range"] = [0, _top(chart) * 1.18 or 1]  # room for the words at the bars' ends
    return scale


def _top(chart: Chart) -> float:
    if chart.stacked:
        return max((sum(filter(None, each)) for each in zip(*(s.values for s in chart.series), strict=True)), default=0)
    return max((value for each in chart.series for value in each.values if value is not None), default=0)


def _traces(chart: Chart, each: Series, place: int) -> list[Any]:
    colour = each.colour or PALETTE[place % len(PALETTE)]
    along, values = list(range(len(chart.labels))), list(each.values)
    told: dict[str, Any] = {
        "name": plain(each.name),
        "customdata": [[name] for name in chart.ids or chart.labels],
        "hovertext": _hover(chart, each),
        "hoverinfo": "text",
    }
    if chart.kind == "line":
        dots = go.Scatter(
            x=along, y=values, mode="lines+markers", line={"color": colour, "width": 2.5}, marker={"size": 7}, **told
        )
        return [*_band(along, each, colour), dots]
    if chart.kind == "rates":
        error = {"type": "data", "symmetric": False, "color": colour, "thickness": 2.5, "width": 5}
        ends = list(zip(values, each.low, each.high, strict=True))
        error["array"] = [high - value if value is not None and high is not None else 0 for value, _, high in ends]
        error["arrayminus"] = [value - low if value is not None and low is not None else 0 for value, low, _ in ends]
        return [
            go.Scatter(x=values, y=along, mode="markers", marker={"color": colour, "size": 12}, error_x=error, **told)
        ]
    words = at_ends(values, chart.unit)
    text = {"text": words, "textfont": _WORDS, "cliponaxis": False, "constraintext": "none", "textangle": 0}
    text |= {"textposition": "none"} if chart.stacked else {"textposition": "outside"}
    x, y = (values, along) if chart.kind == "bars" else (along, values)
    return [
        go.Bar(x=x, y=y, orientation="h" if chart.kind == "bars" else "v", marker={"color": colour}, **text, **told)
    ]


def _band(along: list[int], each: Series, colour: str) -> list[Any]:
    """The interval around a line, where it is known throughout."""
    if not each.low or any(end is None for end in (*each.low, *each.high)):
        return []
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    y = [*each.high, *reversed(list(each.low))]
    hidden: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False, "line": {"width": 0}}
    return [
        go.Scatter(
            x=[*along, *reversed(along)], y=y, fill="toself", fillcolor=f"rgba({red},{green},{blue},0.18)", **hidden
        )
    ]


def _hover(chart: Chart, each: Series) -> list[str]:
    lines = []
    for place, label in enumerate(chart.labels):
        words = f"<b>{plain(label)}</b><br>{plain(each.name)}: {spelled(each.values[place], chart.unit)}"
        if each.low and each.low[place] is not None:
            words += f" ({spelled(each.low[place], chart.unit)} to {spelled(each.high[place], chart.unit)})"
        lines.append(words + (f"<br>n = {each.counts[place]:,}" if each.counts else ""))
    return lines


_FILE_BUTTON = st.components.v2.component(
    "aftercall_chart_png",
    html='<button type="button" class="png">PNG</button><span class="status" role="status" aria-live="polite"></span>',
    css="""
:host { display: block; }
.png {
  font: inherit; font-size: 0.875rem; min-height: 2.5rem; padding: 0.25rem 0.75rem; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-widget-border-color, var(--st-border-color)); border-radius: var(--st-button-radius);
}
.png:hover { border-color: var(--st-primary-color); }
.png:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector(".png");
  const status = parentElement.querySelector(".status");
  button.setAttribute("aria-label", `PNG of ${data.title}`);
  button.title = "This chart as a picture, made by your browser.";
  button.onclick = () => {
    const maker = document.querySelector(`.st-key-${CSS.escape(data.chart)} .modebar-btn`);
    if (maker) maker.click();
    status.textContent = maker ? "The picture is being made." : "The chart is not drawn yet.";
  };
}
""",
)
