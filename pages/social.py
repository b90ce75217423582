"""Social: the posts of each call, to read, correct, approve, take along, and note as published."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.box import clash, decide, standing_words, ways_back
from pages.parts.chooser import call_list
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.post_box import STATES, PostBox, badge_of
from pages.parts.post_consent import consent_part, take_down_first
from pages.parts.post_guard import guard_panel
from pages.parts.post_states import in_doubt, published, story, take_along
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.word_diff import marked
from services import social
from services.errors import NotFound
from services.outgoing import OutgoingRow
from services.social import Post

ACTOR = guard()
CALLS = Path(__file__).resolve().with_name("calls.py")
_VERBS = {"confirm": "confirmed", "keep": "kept", "take": "took over", "revert": "put back"}
_FILTERS = {"": "All", "draft": "Draft", "approved": "Approved", "published": "Published", "withdrawn": "Withdrawn"}
_DONE = {"approved": "approved", "published": "published", "withdrawn": "took down"}


def caption(row: OutgoingRow) -> str:
    """How far one call's posts are, in the list."""
    if not row.post_states:
        return "no posts"
    told = []
    for state, colour in (("published", "blue"), ("approved", "green"), ("withdrawn", "gray")):
        if number := row.post_states.count(state):
            told.append(f":{colour}[{number} of {len(row.post_states)} {STATES[state][1].lower()}]")
    return ", ".join(told) or count(len(row.post_states), "draft")


def card(box: PostBox) -> None:
    """One channel's post with what can be done about it."""
    with st.container(border=True):
        head(box)
        words(box)
        length = len(box.words().strip())
        told = f"{length:,} of {box.post.limit:,} characters"
        st.caption(f":red[{told}: {length - box.post.limit:,} too many]" if length > box.post.limit else told)
        if box.post.edited and not box.clashing:
            st.caption(escape(whose(box.post)))
        guard_panel(box)
        consent_part(box)
        actions(box)
        in_doubt(box)
        box.told()
        published(box)


def head(box: PostBox) -> None:
    """The channel, and how the post stands."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(escape(box.post.label), anchor=False)
        st.space("stretch")
        if box.changed:
            st.badge("Not saved yet", color="orange")
        if box.check.locked:
            st.badge("Locked", icon=":material/lock:", color="orange")
        colour, state = badge_of("draft" if box.changed else box.post.state)
        st.badge(state, color=colour)


def whose(post: Post) -> str:
    """Who made the post what it is: 'You approved it.'"""
    who = "You" if post.last is None or post.last.who in (None, ACTOR) else str(post.last.who)
    did = _DONE.get(post.state) or _VERBS.get(post.last.kind if post.last else "", "wrote")
    return f"{who} {did} it; no run overwrites it."


def words(box: PostBox) -> None:
    """The box; beside it what stands, where somebody else saved while the person wrote."""
    mine: DeltaGenerator = st.container()
    if box.clashing:
        clash(f"the {box.post.label} post", box.post.last, ACTOR)
        theirs, mine = st.columns(2)
        with theirs:
            colour, label = badge_of(box.post.state)
            state = f" :{colour}-badge[{escape(label)}]" if box.post.state != "draft" else ""
            st.markdown(f"**Stands now**{state}")
            standing_words(box, {"text": "Post"})
        mine.markdown("**Yours, not saved**")
    mine.text_area(
        f"{escape(box.post.label)} post",
        key=box.text,
        height="content",
        label_visibility="collapsed",
        persist_state="session",
    )


def actions(box: PostBox) -> None:
    """The buttons of one post."""
    if box.clashing:
        decide(box, box.save)
        return
    with st.container(horizontal=True):
        if box.post.state == "approved" and not box.changed:
            st.button("Take the approval back", key=box.key("take_back"), on_click=box.take_back)
        elif not box.stands_by:
            icon = ":material/lock:" if box.check.locked else None
            st.button(
                "Approve", type="primary", key=box.key("approve"), icon=icon, disabled=box.check.locked,
                on_click=box.approve,
            )  # fmt: skip
        if box.changed:
            st.button("Save as draft", key=box.key("save"), on_click=box.save)
        take_along(box)
        ways_back(box)
        if box.post.edited and not box.changed and not box.stands_by:
            give_back(box)
        story(box)


def give_back(box: PostBox) -> None:
    """What the run wrote, and the way back to it."""
    with st.popover("Restore the draft", icon=":material/undo:", key=f"back_{box.place}"):
        st.caption("The last run wrote")
        st.markdown(marked(box.post.run, box.post.text, "blue") or "Nothing.")
        st.button("Restore it", key=box.key("restore"), on_click=box.restore)


def posts(external_id: str) -> None:
    """The posts of one call."""
    try:
        fresh = social.get_posts(record(), external_id)
    except NotFound as error:
        st.info(error.sentence)
        return
    st.header(escape(fresh.client), anchor=False)
    st.markdown("What this call can teach others. A post never names a client, and waits for your yes.")
    if not fresh.posts and not fresh.older:
        st.info("This call led to no post: nothing in it fits an insight of the playbook.")
    if fresh.written and not all(post.edited for post in fresh.posts):
        st.caption(escape(fresh.written))
    for post in fresh.posts:
        card(PostBox(fresh, post, ACTOR))
    for line in fresh.older:
        st.caption(escape(line))
    st.page_link(CALLS, label="See the call", icon=":material/forum:", query_params={"call": external_id})


def main() -> None:
    """The page."""
    st.title("Social", anchor=False)
    take_down_first()
    left, right = st.columns([1, 2], gap="large")
    with left:
        chosen, filtered = call_list("post", _FILTERS, caption)
    with right:
        if chosen:
            posts(chosen)
        elif filtered:
            nothing_found("No post here. Clear the search, or choose 'All' to see every one.")
        else:
            empty_record("No posts yet", "Every call leads to a post a channel here.", ACTOR, key="social")


main()
