"""A post's way: approved, published by a person, withdrawn; and who did what when."""

from pathlib import Path

import streamlit as st

from pages.parts.copy import copy_button
from pages.parts.post_box import PostBox
from pages.parts.record import record
from pages.parts.text import escape, escape_lines, web_link
from pages.parts.times import ago
from services import ledger

_CONFLICTS = Path(__file__).resolve().parents[1] / "conflicts.py"


def take_along(box: PostBox) -> None:
    """Copying and publishing, of words that somebody stands by and the guard lets out."""
    if not box.stands_by or box.check.locked or box.check.barred:
        return
    with st.container(width=150):
        copy_button("Copy", box.post.text, key=f"copy_{box.place}")
    if box.post.state == "approved":
        with st.popover("Mark as published", icon=":material/campaign:", key=box.field("publishing")):
            st.caption("Aftercall publishes nothing itself: copy the post, publish it, then note it here.")
            with st.form(box.key("published"), border=False):
                st.text_input("Where", value=box.post.label, key=box.field("place"))
                st.text_input("Link to it", key=box.field("link"), placeholder="https://… (can be left empty)")
                st.form_submit_button("It is published", type="primary", on_click=box.publish)


def published(box: PostBox) -> None:
    """What went out of this channel, in the words of then."""
    for row in box.post.published:
        with st.container(border=True, gap="small"):
            if row.out and row.uncovered:
                st.error("Consent withdrawn: take it down.", icon=":material/block:")
            where = f"{escape(row.place)} by {escape(row.actor)}, {escape(ago(row.at))}"
            link = web_link("See it", row.link) if row.link else None
            state = ":blue-badge[Published]" if row.out else ":gray-badge[Withdrawn]"
            st.markdown(f"{state} on {where}")
            if link:
                st.markdown(link)
            if not row.out:
                why = f": {row.withdrawn_why}" if row.withdrawn_why else ""
                st.caption(escape(f"Taken down by {row.withdrawn_by}, {ago(row.withdrawn_at)}{why}."))
            with st.container(horizontal=True):
                with st.popover("The words that went out", key=box.field(f"out_{row.id}")):
                    st.markdown(escape_lines(row.words))
                if row.out:
                    with st.popover("Withdraw", key=box.field(f"withdrawing_{row.id}")):
                        st.caption("Take the post down where it stands, then note it here. Its words are kept.")
                        with st.form(box.key(f"withdraw_{row.id}"), border=False):
                            st.text_input("Why", key=box.field(f"why_{row.id}"), placeholder="Can be left empty")
                            st.form_submit_button("It is taken down", on_click=box.withdraw, args=(row.id,))


def story(box: PostBox) -> None:
    """Who did what to this post, the newest first."""
    field = f"social_content.{box.post.channel}"
    told = [event for event in ledger.events(record(), box.posts.external_id, field) if event.kind != "run"]
    if not told:
        return
    with st.popover("History", key=box.field("story"), type="tertiary", icon=":material/history:"):
        for event in told[:20]:
            why = f" {event.why}" if event.why else ""
            st.markdown(
                f"**{escape(event.done.capitalize())}** by {escape(event.who)}, {escape(ago(event.at))}.{escape(why)}"
            )


def in_doubt(box: PostBox) -> None:
    """The way to the conflict, where a later run wrote the post otherwise."""
    if box.post.conflict:
        label = "A later run wrote it otherwise: decide in Conflicts"
        place = {"conflicts_q": box.posts.external_id}
        st.page_link(_CONFLICTS, label=label, icon=":material/call_split:", query_params=place)
