"""One channel's post in its text box, and everything that can be done with it."""

from collections.abc import Callable, Mapping
from hashlib import sha256

import streamlit as st

from pages.parts.box import Box, Words
from pages.parts.chooser import slot
from pages.parts.record import record
from pages.parts.text import BadgeColour
from services import consents, social
from services.errors import AftercallError
from services.post_check import PostCheck
from services.social import Post, PostsOfCall

STATES: Mapping[str, tuple[BadgeColour, str]] = {
    "draft": ("gray", "Draft"),
    "approved": ("green", "Approved"),
    "published": ("blue", "Published"),
    "withdrawn": ("gray", "Withdrawn"),
}


def badge_of(state: str) -> tuple[BadgeColour, str]:
    """Colour and words of a post's state; an older system's word for it is shown as it is."""
    return STATES.get(state, ("gray", state.capitalize()))


class PostBox(Box):
    """A post as the page holds it. ``check`` is the guard's word on what stands in the box."""

    def __init__(self, posts: PostsOfCall, post: Post, actor: str) -> None:
        self.posts, self.post, self.actor = posts, post, actor
        place = f"{slot(posts.external_id)}_{slot(post.channel)[:4]}"
        self.text, self._offered = f"post_{place}", f"post_offered_{place}"
        super().__init__(place, {"text": self.text}, stored(posts, post.channel))
        self.check: PostCheck = social.guarded(record(), posts, post.channel, self.words())

    def words(self) -> str:
        """What stands in the box."""
        return self.typed["text"]

    @property
    def stands_by(self) -> bool:
        """Whether somebody said yes to the very words in the box."""
        return self.post.state in social.SAID_YES and not self.changed

    def field(self, name: str) -> str:
        """A key for a field of this post."""
        return f"post_{name}_{self.place}"

    def looked(self) -> str:
        """The key of the tick that a person looked at what was found: of these words, and no others."""
        told = "\0".join((self.words(), *self.check.to_look_at))
        return f"post_looked_{self.place}_{sha256(told.encode(errors='replace')).hexdigest()[:8]}"

    def use(self, words: str) -> None:
        """Puts a safer wording into the box; nothing is saved, and what stood there can be put back."""
        st.session_state[self._offered] = (words, self.words())
        st.session_state[self.text] = words

    def use_all(self) -> None:
        """Puts the wording into the box in which everything is mended that can be."""
        better = self.check.all_safer()
        if better is None:
            self.tell("warning", "No safer words were found: take out what is marked.")
        else:
            self.use(better)

    @property
    def can_undo(self) -> bool:
        """Whether the box holds a wording that was offered."""
        offered, _ = st.session_state.get(self._offered, (None, None))
        return bool(offered == self.words())

    def undo(self) -> None:
        """Puts back what the last offered wording took the place of."""
        st.session_state[self.text] = st.session_state.pop(self._offered)[1]

    def save(self) -> None:
        """Writes the words; a changed post waits for a yes again."""
        self._write(lambda channel: social.save(record(), self.posts, channel, self.words(), self.actor))

    def approve(self) -> None:
        """Writes the words and says yes to them."""
        looked = bool(st.session_state.get(self.looked()))
        self._write(
            lambda channel: social.approve(record(), self.posts, channel, self.words(), self.actor, looked=looked)
        )

    def take_back(self) -> None:
        """Takes the yes back."""
        self._write(lambda channel: social.take_back(record(), self.posts, channel, self.actor))

    def publish(self) -> None:
        """Notes that the post went out."""
        place, link = (str(st.session_state.get(self.field(name)) or "") for name in ("place", "link"))
        looked = bool(st.session_state.get(self.looked()))
        self._write(
            lambda channel: social.publish(record(), self.posts, channel, place, link, self.actor, looked=looked)
        )

    def withdraw(self, published: int) -> None:
        """Notes that a published post was taken down."""
        why = str(st.session_state.get(self.field(f"why_{published}")) or "")
        self._write(lambda channel: social.withdraw(record(), self.posts, channel, published, why, self.actor))

    def revoke(self, consent: int) -> None:
        """Notes that the client took a consent back."""
        why = str(st.session_state.get(self.field(f"revoked_{consent}")) or "")
        try:
            consents.revoke(record(), self.posts.external_id, consent, why, self.actor)
        except AftercallError as error:
            self.tell("error", error.sentence)

    def restore(self) -> None:
        """Gives the post back to what the run wrote."""
        self._write(lambda channel: social.restore(record(), self.posts, channel, self.actor))

    def _write(self, write: Callable[[str], PostsOfCall]) -> None:
        channel = self.post.channel
        self.store(lambda: stored(write(channel), channel))


def stored(posts: PostsOfCall, channel: str) -> dict[str, Words]:
    """A post as a box takes it."""
    post = next(post for post in posts.posts if post.channel == channel)
    return {"text": Words(post.text, post.state)}
