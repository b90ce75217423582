"""Social: the posts of each call, to read, correct, approve and copy."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from pages.parts.chooser import call_list, slot
from pages.parts.copy import copy_button
from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.record import record
from pages.parts.text import count, escape
from services import social
from services.errors import AftercallError, NotFound
from services.outgoing import OutgoingRow
from services.social import Post, PostsOfCall

ACTOR = guard()
CALLS = Path(__file__).resolve().with_name("calls.py")
_STATES = {"": "All", "draft": "Open", "approved": "Approved"}


def caption(row: OutgoingRow) -> str:
    """How many of one call's posts are approved, in the list."""
    if not row.post_states:
        return "no posts"
    approved = row.post_states.count("approved")
    return (
        f":green[{approved} of {len(row.post_states)} approved]" if approved else count(len(row.post_states), "draft")
    )


class Box:
    """One post in its text box; ``seen`` is the call's posts as they stood when the box was filled."""

    def __init__(self, fresh: PostsOfCall, channel: str) -> None:
        self.channel, place = channel, f"{slot(fresh.external_id)}_{slot(channel)[:4]}"
        self.text, self._seen, self._notice = f"post_{place}", f"post_seen_{place}", f"post_notice_{place}"
        self.place = place
        if not self.is_changed():
            self._fill(fresh)
        self.seen: PostsOfCall = st.session_state[self._seen]

    @property
    def post(self) -> Post:
        """The post as it stood when the box was filled."""
        return self._post(st.session_state[self._seen])

    def is_changed(self) -> bool:
        """Whether the box holds something else than what was put into it."""
        seen = st.session_state.get(self._seen)
        return seen is not None and self.words() != self._post(seen).text

    def words(self) -> str:
        """What stands in the box."""
        return str(st.session_state.get(self.text, self._post(st.session_state[self._seen]).text))

    def save(self) -> None:
        """Writes the words; a changed post waits for a yes again."""
        self._store(lambda: social.save(record(), self.seen, self.channel, self.words(), ACTOR))

    def approve(self) -> None:
        """Writes the words and says yes to them."""
        self._store(lambda: social.approve(record(), self.seen, self.channel, self.words(), ACTOR))

    def withdraw(self) -> None:
        """Takes the yes back."""
        self._store(lambda: social.withdraw(record(), self.seen, self.channel, ACTOR))

    def restore(self) -> None:
        """Gives the post back to what the run wrote."""
        self._store(lambda: social.restore(record(), self.seen, self.channel, ACTOR))

    def discard(self) -> None:
        """Empties the box of what was not saved."""
        self._fill(self.seen)

    def notice(self) -> str | None:
        """What the last click came to, once."""
        sentence: str | None = st.session_state.pop(self._notice, None)
        return sentence

    def _post(self, posts: PostsOfCall) -> Post:
        return next(post for post in posts.posts if post.channel == self.channel)

    def _fill(self, posts: PostsOfCall) -> None:
        st.session_state[self._seen] = posts
        st.session_state[self.text] = self._post(posts).text

    def _store(self, write: Callable[[], PostsOfCall]) -> None:
        try:
            self._fill(write())
        except AftercallError as error:
            st.session_state[self._notice] = error.sentence


def card(box: Box) -> None:
    """One channel's post with what can be done about it."""
    post = box.post
    changed = box.is_changed()
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(escape(post.label), anchor=False)
            st.space("stretch")
            if changed:
                st.badge("Not saved yet", color="orange")
            approved = post.state == "approved" and not changed
            st.badge("Approved" if approved else "Draft", color="green" if approved else "gray")
        st.text_area(
            f"{escape(post.label)} post",
            key=box.text,
            height="content",
            label_visibility="collapsed",
            persist_state="session",
        )
        length = len(box.words().strip())
        over = length > post.limit
        st.caption(
            f":red[{length:,} of {post.limit:,} characters]" if over else f"{length:,} of {post.limit:,} characters"
        )
        actions(box, changed=changed, approved=approved)
        if sentence := box.notice():
            st.error(escape(sentence))


def actions(box: Box, *, changed: bool, approved: bool) -> None:
    """The buttons of one post."""
    with st.container(horizontal=True):
        if approved:
            st.button("Withdraw approval", key=f"withdraw_{box.place}", on_click=box.withdraw)
        else:
            st.button("Approve", type="primary", key=f"approve_{box.place}", on_click=box.approve)
        if changed:
            st.button("Save as draft", key=f"save_{box.place}", on_click=box.save)
            st.button("Discard changes", type="tertiary", key=f"discard_{box.place}", on_click=box.discard)
        with st.container(width=150):
            copy_button("Copy", box.words(), key=f"copy_{box.place}", field=box.text)
        if box.post.edited and not changed and not approved:
            st.button("Restore the draft", type="tertiary", key=f"restore_{box.place}", on_click=box.restore)


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
    for post in fresh.posts:
        card(Box(fresh, post.channel))
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
