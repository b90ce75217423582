"""What the guard found in a post: marked in its words, each with where it was said and a safer wording."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import streamlit as st

from pages.parts.post_box import PostBox
from pages.parts.text import BadgeColour, escape, shorten
from services.post_check import Mark, PostCheck

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
_COLOURS: Mapping[str, BadgeColour] = {"never": "red", "consent": "orange", "look": "violet"}
_DETAIL: BadgeColour = "blue"
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_MOST_SHOWN = 12


def guard_panel(box: PostBox) -> None:
    """What was found in the words of the box, what it takes, and what could stand there instead."""
    check = box.check
    if not check.marks and check.likeness is None:
        st.caption(":material/verified_user: The guard finds nothing of the call in these words.")
        _undo(box)
        return
    with st.container(border=True, gap="small", key=box.field("guard")):
        st.markdown("**What the guard finds**")
        st.markdown(highlighted(check))
        for number, mark in enumerate(check.marks[:_MOST_SHOWN]):
            _finding(box, mark, number)
        if len(check.marks) > _MOST_SHOWN:
            st.caption(f"And {len(check.marks) - _MOST_SHOWN} more.")
        _likeness(check)
        with st.container(horizontal=True):
            if not all(mark.covered for mark in check.marks) or check.identifies:
                icon = ":material/shield:"
                st.button("Make it all safer", key=box.field("safer"), icon=icon, on_click=box.use_all)
            _undo(box)
        _takes(box)


def highlighted(check: PostCheck) -> str:
    """The post's words as Markdown, what was found on a coloured ground."""
    spans = sorted(_spans(check), key=lambda span: span[0])  # of two that begin together the finding, not the detail
    pieces, place = [], 0
    for start, end, colour in spans:
        if start >= place:
            found = " ".join(escape(line) for line in check.words[start:end].splitlines())
            pieces += [_plain(check.words[place:start]), f":{colour}-background[{found}]"]
            place = end
    return "".join([*pieces, _plain(check.words[place:])])


def _spans(check: PostCheck) -> Iterator[tuple[int, int, BadgeColour]]:
    for mark in check.marks:
        yield mark.start, mark.end, "green" if mark.covered else _COLOURS[mark.rule]
    for detail in check.likeness.details if check.likeness else ():
        yield detail.start, detail.end, _DETAIL


def _plain(words: str) -> str:
    """Words between two findings: their line ends and the blanks at their ends stay."""
    lines = words.split("\n")
    told = [
        f"{' ' if line[:1] == ' ' else ''}{escape(line)}{' ' if line.strip() and line[-1:] == ' ' else ''}"
        for line in lines
    ]
    return "  \n".join(told)


def _finding(box: PostBox, mark: Mark, number: int) -> None:
    """One finding: what it is, its words, its turn in the call, and the way to better ones."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        colour = "green" if mark.covered else _COLOURS[mark.rule]
        covered = ", covered by a consent" if mark.covered else ""
        st.markdown(f":{colour}-badge[{mark.label}{covered}] {escape(shorten(mark.words, 90))}", width="content")
        if mark.turn is not None:
            place = {"call": box.posts.external_id, "turn": str(mark.turn + 1)}
            st.page_link(_CALLS, label=f":small[Turn {mark.turn + 1}]", query_params=place, width="content")
        better = None if mark.covered else box.check.safer(mark)
        if better is not None:
            st.button(
                "Use a safer wording",
                key=box.field(f"safer_{number}"),
                help=escape(_instead(box.check.words, better)),
                type="tertiary",
                icon=":material/shield:",
                on_click=box.use,
                args=(better,),
            )


def _instead(words: str, better: str) -> str:
    """What a safer wording would put in, as the sentence that is new."""
    before = {sentence.strip() for sentence in _SENTENCE.findall(words)}
    new = [sentence.strip() for sentence in _SENTENCE.findall(better) if sentence.strip() not in before]
    return shorten(" ".join(new), 200) if new else "The sentence goes out."


def _likeness(check: PostCheck) -> None:
    """How many clients the details would fit."""
    if check.likeness is None:
        return
    colour = "green" if check.likeness_covered else "orange" if check.identifies else _DETAIL
    st.markdown(f":{colour}-badge[Who it would fit] {escape(check.likeness.sentence)}")


def _undo(box: PostBox) -> None:
    if box.can_undo:
        st.button("Put my words back", key=box.field("undo"), type="tertiary", on_click=box.undo)


def _takes(box: PostBox) -> None:
    """What it takes before the post may go out."""
    check = box.check
    if check.barred:
        st.error("What is marked red is never published: take it out.", icon=":material/block:")
    if check.locked:
        st.warning(
            "Locked: these words, or details that fit one client alone, need the client's consent on file.",
            icon=":material/lock:",
        )
    if check.to_look_at and not check.barred:
        label = "I have looked at what is marked: it tells nobody who the client is."
        st.checkbox(label, key=box.looked())
