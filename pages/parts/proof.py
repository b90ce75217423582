"""What a value rests on: the badge of its state, and its words of the call with the way to where they were said."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from pages.parts.text import BadgeColour, count, escape, shorten
from services.agents.contract import State
from services.call_view import CallView, QuoteView
from services.standing import Other, Standing

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
STATES: Mapping[State, tuple[BadgeColour, str]] = {
    "verified": ("green", "the words stand in the call, and the value follows from them by rule."),
    "paraphrased": ("blue", "the words stand in the call; the value is a reading of them: look before use."),
    "unsupported": ("orange", "no words of the call were found for it. It is shown, and never counted."),
    "not discussed": ("gray", "nobody said it. It is never taken for 0 or no."),
}
MEANINGS = "What stands behind a value:\n" + "\n".join(
    f"- **{state}**: {meaning}" for state, (_, meaning) in STATES.items()
)
MODEL_MARK = ":gray-badge[model]"  # a language model found it
_MOST_QUOTES = 3

# Shows a turn in the dialogue, pointing at words in it.
Pick = Callable[[int, str | None], None]


def state_mark(state: State | None) -> str:
    """The state of a value as a Markdown badge; nothing where none is known."""
    return f":{STATES[state][0]}-badge[{state}]" if state else ""


def other_words(standing: Standing, other: Other, value: str) -> str:
    """Both minds' values of a field in a line of Markdown: ``value`` is the one that stands."""
    says = f"{escape(other.who)} says **{escape(shorten(other.words, 200))}** {state_mark(other.state)}".rstrip()
    stands = escape(shorten(value, 80))
    return f":small[{says}] :gray[:small[· {escape(standing.mind or 'The run')} says {stands}, which stands]]"


def quote_line(quote: QuoteView, key: str, call: CallView, pick: Pick) -> None:
    """Words of the call; a click on their turn shows them in the dialogue beside."""
    words = escape(f"“{shorten(quote.words, 160)}”")
    if quote.turn is None or quote.turn >= len(call.dialogue):
        st.caption(words)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.caption(words, width="stretch")
        turn_button(quote, key, call, pick)


def turn_button(quote: QuoteView, key: str, call: CallView, pick: Pick) -> None:
    """The turn of a quote; a click shows it in the dialogue. Nothing where the call has no such turn."""
    if quote.turn is None or quote.turn >= len(call.dialogue):
        return
    speaker = call.dialogue[quote.turn].speaker
    st.button(
        f":small[Turn {quote.turn + 1}]",
        key=key,
        type="tertiary",
        help=f"Show it in the dialogue, said by {escape(speaker)}" if speaker else "Show it in the dialogue",
        on_click=pick,
        args=(quote.turn, quote.words),
    )


def quote_links(quotes: Sequence[QuoteView], external_id: str) -> None:
    """Words of a call that is not on this page, each with a link to its turn there; the first few of many."""
    for quote in quotes[:_MOST_QUOTES]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
            st.caption(escape(f"“{shorten(quote.words, 140)}”"), width="stretch")
            if quote.turn is not None:
                place = {"call": external_id, "turn": str(quote.turn + 1)}
                st.page_link(_CALLS, label=f":small[Turn {quote.turn + 1}]", query_params=place, width="content")
    if len(quotes) > _MOST_QUOTES:
        st.caption(f"and {count(len(quotes) - _MOST_QUOTES, 'more quote')}")
