"""An answer of the copilot: sentence by sentence, each with links to the turns that it is from."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.parts.text import count, escape, escape_lines, shorten
from pages.parts.times import clock
from services.copilot.contract import Answer, DraftMade, Sentence, Source

_PAGES = Path(__file__).resolve().parents[1]
_SHOWN = 4  # sources that stand right under a sentence
_MOST = 50
_HOVER = 300  # characters of the words that are shown over a link


def answer_of(answer: Answer, *, key: str) -> None:
    """Draws an answer with its sources, the draft that was made, and what it stands on."""
    for number, sentence in enumerate(answer.sentences):
        _sentence(sentence, key=f"{key}_{number}")
    if answer.draft is not None:
        _draft(answer.draft)
    told = [answer.used, *answer.missing, *answer.notes]
    if answer.reason and not answer.asks:
        told.append(f"Checked: {answer.score} of 5. {answer.reason}")
    if any(told):
        st.caption("  \n".join(escape(each) for each in told if each))


def working(doing: str, text: str) -> None:
    """What is being done, and the answer as far as it is there."""
    st.caption(f"{escape(doing)} …")
    if text:
        st.markdown(escape_lines(text))


def _sentence(sentence: Sentence, *, key: str) -> None:
    mark = " :red-badge[No words of a call support this]" if sentence.state == "unsupported" else ""
    st.markdown(f"{escape(sentence.text)}{mark}")
    sources = _distinct(sentence.sources)
    if sources:
        _links(sources[:_SHOWN])
    if len(sources) > _SHOWN:
        with st.expander(f"{count(len(sources) - _SHOWN, 'more source')}", key=f"{key}_more"):
            _links(sources[_SHOWN:_MOST])


def _distinct(sources: Sequence[Source]) -> list[Source]:
    """Each place once; the call alone only where no turn of it is named."""
    places = {(source.call, source.turn): source for source in reversed(sources)}
    return list(reversed(places.values()))


def _icon(source: Source) -> str:
    return ":material/format_quote:" if source.words else ":material/forum:"


def _links(sources: Sequence[Source]) -> None:
    with st.container(horizontal=True, gap="small"):
        for source in sources:
            about = [source.client]
            about += [f"turn {source.turn + 1}"] if source.turn is not None else []
            about += [clock(source.start)] if source.start is not None else []
            about += [f"set by {source.by}"] if source.by else []
            asked = {"call": source.call} | ({"turn": str(source.turn + 1)} if source.turn is not None else {})
            st.page_link(
                _PAGES / "calls.py",
                label=f":small[{escape(' · '.join(about))}]",
                icon=":material/edit:" if source.by else _icon(source),
                query_params=asked,
                help=escape(shorten(source.words, _HOVER)) or None,
                width="content",
            )


def _draft(draft: DraftMade) -> None:
    with st.container(border=True):
        st.markdown(f"**{escape(draft.subject)}**")
        st.markdown(escape_lines(draft.body))
        if draft.stored:
            st.page_link(
                _PAGES / "emails.py",
                label="Open it in Emails",
                icon=":material/mail:",
                query_params={"call": draft.call},
            )
