"""Words in text boxes until they are saved; where somebody else saved meanwhile, both texts and the choice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import streamlit as st

from pages.parts.text import escape
from pages.parts.times import ago
from pages.parts.word_diff import marked
from services.errors import AftercallError, ChangedElsewhere
from services.last_word import LastWord


@dataclass(frozen=True)
class Words:
    """A text as it is stored, with its state where it has one: neither may change unseen."""

    text: str
    state: str = ""


class Box:
    """The parts of one text, each in a text box.

    What a person typed stays in the boxes until it is saved or discarded, also while they look at another call. Parts
    that they left alone follow what is stored. ``standing`` is what is stored, ``clashing`` the parts that both the
    person and somebody else changed: the person sees both texts, and decides.
    """

    def __init__(self, place: str, fields: Mapping[str, str], standing: Mapping[str, Words]) -> None:
        self.place, self.fields, self.standing = place, fields, standing
        self._seen, self._aside, self._told = f"box_seen_{place}", f"box_aside_{place}", f"box_told_{place}"
        seen = self.seen
        for name, words in standing.items():
            if name not in seen or self.typed[name] in (seen[name].text, words.text):
                self._put(name, words)
        self.clashing = [name for name, words in standing.items() if self.seen[name] != words]

    @property
    def seen(self) -> dict[str, Words]:
        """What was stored when each box was filled."""
        return dict(st.session_state.get(self._seen, {}))

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the boxes."""
        seen = self.seen
        return {name: str(st.session_state.get(self.fields[name], words.text)) for name, words in seen.items()}

    @property
    def changed(self) -> bool:
        """Whether a box holds something else than what was put into it."""
        seen = self.seen
        return any(text != seen[name].text for name, text in self.typed.items())

    @property
    def can_bring_back(self) -> bool:
        """Whether words were taken out of the boxes that were not saved."""
        return self._aside in st.session_state and not self.changed

    def key(self, name: str) -> str:
        """A key for a button that writes: another one once something else is stored.

        A click that was meant for what stood there before then writes nothing.
        """
        told = "\0".join(f"{words.text}\0{words.state}" for words in self.standing.values())
        return f"{name}_{self.place}_{sha256(told.encode(errors='replace')).hexdigest()[:8]}"

    def store(self, write: Callable[[], Mapping[str, Words]], done: str = "") -> None:
        """Writes, and fills the boxes with what is stored then; what goes wrong is told, and the words stay."""
        try:
            standing = write()
        except AftercallError as error:
            self.tell("warning" if isinstance(error, ChangedElsewhere) else "error", error.sentence)
            return
        self._fill(standing)
        st.session_state.pop(self._aside, None)
        if done:
            self.tell("success", done)

    def discard(self) -> None:
        """Puts what is stored into the boxes; what they held can be brought back."""
        st.session_state[self._aside] = self.typed
        self._fill(self.standing)

    def keep_theirs(self) -> None:
        """Leaves what somebody else saved; the person's own words can be brought back."""
        self.discard()
        self.tell("success", "Theirs stands. Your words can be brought back until you leave Aftercall.")

    def bring_back(self) -> None:
        """Puts words that were not saved into the boxes again."""
        for name, text in st.session_state.pop(self._aside, {}).items():
            st.session_state[self.fields[name]] = text

    def tell(self, kind: Literal["success", "warning", "error"], sentence: str) -> None:
        """Keeps a sentence for the next drawing."""
        st.session_state[self._told] = (kind, sentence)

    def told(self) -> None:
        """Says what the last click came to, once. A clash says more than the refusal that it led to."""
        kind, sentence = st.session_state.pop(self._told, (None, ""))
        if kind == "success":
            st.success(escape(sentence), icon=":material/check_circle:")
        elif kind == "error" or (kind and not self.clashing):
            (st.error if kind == "error" else st.warning)(escape(sentence))

    def _fill(self, standing: Mapping[str, Words]) -> None:
        for name, words in standing.items():
            self._put(name, words)

    def _put(self, name: str, words: Words) -> None:
        st.session_state[self._seen] = {**self.seen, name: words}
        st.session_state[self.fields[name]] = words.text


def clash(noun: str, last: LastWord | None, actor: str) -> None:
    """Says that somebody else saved meanwhile."""
    who = "A run" if last is None or last.who is None else last.who
    if who == actor:
        who = f"Somebody else who acts as {actor}"
    when = f", {ago(last.at)}" if last else ""
    st.warning(
        f"{escape(f'{who} changed {noun} while you were writing{when}.')} "
        "Nothing is lost: compare the two, then decide.",
        icon=":material/compare_arrows:",
    )


def standing_words(box: Box, labels: Mapping[str, str]) -> None:
    """What is stored now, with the words marked that the person's lack."""
    typed = box.typed
    with st.container(border=True):
        for name, label in labels.items():
            st.caption(escape(label))
            words = marked(box.standing[name].text, typed[name], "blue") if name in box.clashing else None
            st.markdown(words or marked(box.standing[name].text, box.standing[name].text, "blue") or "–")


def decide(box: Box, save: Callable[[], None]) -> None:
    """The choice between what is stored and what stands in the boxes."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Save mine over it", type="primary", key=box.key("over"), icon=":material/save:", on_click=save)
        st.button("Keep theirs", key=box.key("theirs"), on_click=box.keep_theirs)
        st.caption("Or go on editing yours: it waits in the box until you decide.", width="content")


def ways_back(box: Box) -> None:
    """Discarding what was not saved, or bringing it back."""
    if box.changed:
        st.button("Discard changes", type="tertiary", key=f"discard_{box.place}", on_click=box.discard)
    elif box.can_bring_back:
        st.button("Bring my words back", type="tertiary", key=f"bring_back_{box.place}", on_click=box.bring_back)
