"""Social: the posts of each call, to read, correct, approve and copy."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.box import Box, Words, clash, decide, standing_words, ways_back
from pages.parts.chooser import call_list, slot
from pages.parts.copy import copy_button
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.word_diff import marked
from services import social
from services.errors import NotFound
from services.outgoing import OutgoingRow
from services.social import Post, PostsOfCall

ACTOR = guard()
CALLS = Path(__file__).resolve().with_name("calls.py")
CONFLICTS = CALLS.with_name("conflicts.py")
_VERBS = {"confirm": "confirmed", "keep": "kept", "take": "took over", "revert": "put back"}
_STATES = {"": "All", "draft": "Open", "approved": "Approved"}


def caption(row: OutgoingRow) -> str:
    """How many of one call's posts are approved, in the list."""
    if not row.post_states:
        return "no posts"
    approved = row.post_states.count("approved")
    return (
        f":green[{approved} of {len(row.post_states)} approved]" if approved else count(len(row.post_states), "draft")
    )


class PostBox(Box):
    """One channel's post in its text box, and what can be done with it."""

    def __init__(self, posts: PostsOfCall, post: Post) -> None:
        self.posts, self.post = posts, post
        place = f"{slot(posts.external_id)}_{slot(post.channel)[:4]}"
        self.text = f"post_{place}"
        super().__init__(place, {"text": self.text}, stored(posts, post.channel))

    def save(self) -> None:
        """Writes the words; a changed post waits for a yes again."""
        self._write(lambda channel: social.save(record(), self.posts, channel, self.words(), ACTOR))

    def approve(self) -> None:
        """Writes the words and says yes to them."""
        self._write(lambda channel: social.approve(record(), self.posts, channel, self.words(), ACTOR))

    def withdraw(self) -> None:
        """Takes the yes back."""
        self._write(lambda channel: social.withdraw(record(), self.posts, channel, ACTOR))

    def restore(self) -> None:
        """Gives the post back to what the run wrote."""
        self._write(lambda channel: social.restore(record(), self.posts, channel, ACTOR))

    def words(self) -> str:
        """What stands in the box."""
        return self.typed["text"]

    def _write(self, write: Callable[[str], PostsOfCall]) -> None:
        channel = self.post.channel
        self.store(lambda: stored(write(channel), channel))


def stored(posts: PostsOfCall, channel: str) -> dict[str, Words]:
    """A post as a box takes it."""
    post = next(post for post in posts.posts if post.channel == channel)
    return {"text": Words(post.text, post.state)}


def card(box: PostBox) -> None:
    """One channel's post with what can be done about it."""
    post = box.post
    changed = box.changed
    approved = post.state == "approved" and not changed
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(escape(post.label), anchor=False)
            st.space("stretch")
            if changed:
                st.badge("Not saved yet", color="orange")
            st.badge("Approved" if approved else "Draft", color="green" if approved else "gray")
        words(box)
        length = len(box.words().strip())
        over = length > post.limit
        st.caption(
            f":red[{length:,} of {post.limit:,} characters]" if over else f"{length:,} of {post.limit:,} characters"
        )
        if post.edited and not box.clashing:
            st.caption(escape(whose(post)))
        actions(box, changed=changed, approved=approved)
        box.told()


def whose(post: Post) -> str:
    """Who made the post what it is: 'You approved it.'"""
    who = "You" if post.last is None or post.last.who in (None, ACTOR) else str(post.last.who)
    did = "approved" if post.state == "approved" else _VERBS.get(post.last.kind if post.last else "", "wrote")
    return f"{who} {did} it; no run overwrites it."


def words(box: PostBox) -> None:
    """The box; beside it what stands, where somebody else saved while the person wrote."""
    mine: DeltaGenerator = st.container()
    if box.clashing:
        clash(f"the {box.post.label} post", box.post.last, ACTOR)
        theirs, mine = st.columns(2)
        with theirs:
            state = " :green-badge[Approved]" if box.post.state == "approved" else ""
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


def actions(box: PostBox, *, changed: bool, approved: bool) -> None:
    """The buttons of one post."""
    if box.clashing:
        decide(box, box.save)
        return
    with st.container(horizontal=True):
        if approved:
            st.button("Withdraw approval", key=box.key("withdraw"), on_click=box.withdraw)
        else:
            st.button("Approve", type="primary", key=box.key("approve"), on_click=box.approve)
        if changed:
            st.button("Save as draft", key=box.key("save"), on_click=box.save)
        with st.container(width=150):
            copy_button("Copy", box.words(), key=f"copy_{box.place}", field=box.text)
        ways_back(box)
        if box.post.edited and not changed and not approved:
            give_back(box)
    if box.post.conflict:
        link = {"conflicts_q": box.posts.external_id}
        label = "A later run wrote it otherwise: decide in Conflicts"
        st.page_link(CONFLICTS, label=label, icon=":material/call_split:", query_params=link)


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
        card(PostBox(fresh, post))
    for line in fresh.older:
        st.caption(escape(line))
    st.page_link(CALLS, label="See the call", icon=":material/forum:", query_params={"call": external_id})


def main() -> None:
    """The page."""
    st.title("Social", anchor=False)
    left, right = st.columns([1, 2], gap="large")
    with left:
        chosen, filtered = call_list("post", _STATES, caption)
    with right:
        if chosen:
            posts(chosen)
        elif filtered:
            nothing_found("No post here. Choose 'All' to see every one.")
        else:
            empty_record("No posts yet", "Every call leads to a post a channel here.", ACTOR, key="social")


main()
