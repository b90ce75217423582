"""One thing that was found: whose call, and the words in their dialogue, with the way to the turn."""

from itertools import groupby
from pathlib import Path

import streamlit as st

from pages.parts.phases import label
from pages.parts.text import escape, shorten
from pages.parts.times import clock, day
from services.memory.contexts import Context, Line
from services.memory.search import Hit

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
_KINDS = {"email": "E-mail draft", "summary": "Summary", "objection": "Objection"}
_SIDES = {"advisor": "Adviser", "client": "Client"}
_MOST, _BEFORE = 900, 300  # characters of one turn that are shown, and of them before its first marked word


def found(context: Context, place: int) -> None:
    """Draws one hit. What was said is set as text, never as Markdown."""
    hit = context.hit
    with st.container(border=True, gap="small", key=f"search_hit_{place}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escape(hit.client or 'Unnamed client')}** {_badges(hit)}", width="content")
            st.space("stretch")
            _way(context, place)
        about = [day(hit.date) if hit.date else None, hit.outcome]
        if any(about):
            st.caption(" · ".join(escape(each) for each in about if each))
        if context.lines:
            for line in context.lines:
                _turn(line, hit)
        else:
            st.markdown(marked(hit.text, hit))


def _badges(hit: Hit) -> str:
    kinds = [_KINDS[each] for each in (hit.document, *hit.also) if each in _KINDS]
    return " ".join(f":gray-badge[{escape(each)}]" for each in [*kinds, *([label(hit.phase)] if hit.phase else [])])


def _way(context: Context, place: int) -> None:
    """The link to the call, at the first turn that was found."""
    first = next((line for line in context.lines if line.found), None)
    words = "Open the call" if first is None else f"Turn {first.number + 1}"
    if first is not None and first.start is not None:
        words += f", {clock(first.start)}"
    turn = {} if first is None else {"turn": str(first.number + 1)}
    st.page_link(_CALLS, label=words, icon=":material/forum:", query_params={"call": context.hit.external_id, **turn})


def _turn(line: Line, hit: Hit) -> None:
    who = escape(line.speaker or "Unknown")
    side = f" ({_SIDES[line.side]})" if line.side else ""
    if line.found:
        st.markdown(f"**{who}**{side}: {marked(line.text, hit)}")
    else:
        st.caption(f"{who}{side}: {escape(shorten(line.text, 240))}")


def marked(text: str, hit: Hit) -> str:
    """Words as Markdown, with those marked that the question asked for; of a long text, the part around them."""
    places = hit.marks(text)
    begin = max(0, places[0][0] - _BEFORE) if places and places[0][0] > _MOST - _BEFORE else 0
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    part = text[begin : begin + _MOST]
    words: list[tuple[str, bool]] = []
    at = begin
    for word in part.split():
        at = text.index(word, at)
        words.append((word, any(start < at + len(word) and end > at for start, end in places)))
        at += len(word)
    pieces = []
    for is_asked, run in groupby(words, key=lambda each: each[1]):
        told = escape(" ".join(word for word, _ in run))
        pieces.append(f":blue-background[**{told}**]" if is_asked else told)
    return f"{'… ' if begin else ''}{' '.join(pieces)}{' …' if begin + _MOST < len(text) else ''}"
