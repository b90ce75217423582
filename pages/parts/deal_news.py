"""What became of the edits in the grid of deals: notices, edits left behind, and two people's values to decide on."""

import streamlit as st

from pages.parts import deal_edits
from pages.parts.deal_edits import Notice
from pages.parts.text import count, escape, shorten
from pages.parts.times import ago
from services.deal_fields import described, label_of
from services.deals import Clash

_SHOWN = 5


def draw(actor: str) -> None:
    """Says what the last save came to, what waits for a decision, and which edits were left on another page."""
    _notice(deal_edits.take_notice())
    _clashes(actor)
    _left(actor)


def _notice(notice: Notice | None) -> None:
    if notice is None:
        return
    if notice.saved:
        st.success(f"Saved {count(notice.saved, 'change')}.", icon=":material/check_circle:")
    elif notice.kept:
        st.info(f"Left {count(notice.kept, 'value')} as others wrote {'it' if notice.kept == 1 else 'them'}.")
    elif not notice.warnings and not deal_edits.undecided():
        st.info("There was nothing to save.", icon=":material/info:")
    for warning in notice.warnings:
        st.warning(escape(warning), icon=":material/warning:")


def _clashes(actor: str) -> None:
    found = list(deal_edits.undecided().values())
    if not found:
        return
    with st.container(border=True, key="deals_clashes_box"):
        one = len(found) == 1
        st.warning(
            f"{count(len(found), 'value')} {'was' if one else 'were'} changed elsewhere while you were editing. "
            "Nothing was overwritten: decide which one stands.",
            icon=":material/call_split:",
        )
        for place, clash in enumerate(found[:_SHOWN]):
            _clash(place, clash, actor)
        if len(found) > _SHOWN:
            st.caption(f"{len(found) - _SHOWN:,} more wait behind these.")
        if not one:
            keys = [clash.key for clash in found]
            with st.container(horizontal=True):
                st.button("Keep all theirs", key="deals_keep_all", on_click=deal_edits.keep_theirs, args=(keys,))
                st.button("Write all mine", key="deals_write_all", on_click=deal_edits.write_mine, args=(keys, actor))


def _clash(place: int, clash: Clash, actor: str) -> None:
    """Two people's values of one field, side by side, each with its button."""
    when = f", {ago(clash.at)}" if clash.at else ""
    what, theirs, mine = st.columns([2, 3, 3], vertical_alignment="center")
    what.markdown(f"**{escape(clash.label)}**  \n{escape(clash.now.client)}")
    theirs.markdown(f"**{_words(clash, clash.theirs)}**  \n:small[Stands now, by {escape(clash.who)}{when}]")
    theirs.button(
        "Keep theirs",
        icon=":material/check:",
        key=f"deals_keep_{place}",
        on_click=deal_edits.keep_theirs,
        args=([clash.key],),
    )
    mine.markdown(
        f"**{_words(clash, clash.yours)}**  \n:small[Yours; it was {_words(clash, clash.seen)} when you began]"
    )
    mine.button(
        "Write mine",
        icon=":material/edit:",
        key=f"deals_write_{place}",
        on_click=deal_edits.write_mine,
        args=([clash.key], actor),
    )


def _words(clash: Clash, value: object) -> str:
    return escape(shorten(clash.words(value), 400))


def _left(actor: str) -> None:
    changes = deal_edits.left()
    if not changes:
        return
    with st.container(border=True):
        number = sum(len(change.entered) for change in changes)
        st.warning(f"{count(number, 'change')} {'is' if number == 1 else 'are'} kept here and not saved yet.")
        for change in changes[:_SHOWN]:
            said = (f"{label_of(name)} → {described(name, value)}" for name, value in change.entered.items())
            st.caption(f"{escape(change.seen.client)}: {escape(', '.join(said))}")
        with st.container(horizontal=True):
            st.button("Save them", type="primary", key="deals_save_left", on_click=deal_edits.save_left, args=(actor,))
            st.button("Throw them away", key="deals_drop_left", on_click=deal_edits.drop_left)
