"""Where two calls of a household disagree: both with their words, and the person's answer; what was answered."""

import streamlit as st

from pages.parts.client_facts import saying_line, value_line
from pages.parts.household import notice, say
from pages.parts.record import record
from pages.parts.text import count, escape, shorten
from pages.parts.times import ago, day
from services import client_answers
from services.client_page import NOTE_LENGTH, Answer, ClientPage, Disagreement, HeldFact, Settled
from services.errors import AftercallError

_WAYS: tuple[tuple[Answer, str, str, str], ...] = (
    ("changed", "Changed", ":material/update:", "Both were right when they were said; the later holds from then on."),
    ("corrected", "Corrected", ":material/edit_note:", "The client put it right: the earlier one was wrong all along."),
    ("older_misheard", "Earlier misheard", ":material/hearing_disabled:",
     "It was never said so in the earlier call: the later one stands, there too."),
    ("newer_misheard", "Later misheard", ":material/hearing_disabled:",
     "It was never said so in the later call: the earlier one stands, there too."),
)  # fmt: skip
_HERE = "_answers"
_TOLD: dict[Answer, str] = {
    "changed": "changed",
    "corrected": "corrected by the client",
    "older_misheard": "the earlier call was misheard",
    "newer_misheard": "the later call was misheard",
}


def open_ones(page: ClientPage, actor: str) -> None:
    """A card a field of which two calls say different things."""
    found = page.disagreements
    if not found:
        notice(_HERE)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Two calls disagree", anchor=False, width="content")
        st.badge(count(len(found), "question"), color="orange")
    notice(_HERE)
    for fact in found:
        if fact.open:
            _card(fact, fact.open, page, actor)


def _card(fact: HeldFact, seen: Disagreement, page: ClientPage, actor: str) -> None:
    with st.container(border=True, gap="small", key=f"client_disagree_{fact.field}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(escape(fact.label), anchor=False, width="content")
            st.markdown(":gray[Did it change, did the client correct it, or was one of them misheard?]")
        for place, saying in zip(st.columns(2, gap="medium"), (seen.older, seen.newer), strict=True):
            with place, st.container(gap="xxsmall"):
                value_line(saying)
                saying_line(saying)
        key = f"client_note_{fact.field}"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for answer, label, icon, tip in _WAYS:
                st.button(label, key=f"client_{answer}_{fact.field}", icon=icon, help=tip,
                          on_click=_settle, args=(fact, seen, answer, key, page, actor))  # fmt: skip
            st.text_input(f"Note on {fact.label}", key=key, max_chars=NOTE_LENGTH, label_visibility="collapsed",
                          placeholder="What makes you say so? (kept with the answer)")  # fmt: skip
        stands = shorten(fact.standing.words, 80) if fact.standing else ""
        more = f" {count(seen.more, 'more disagreement')} about it will follow." if seen.more else ""
        st.caption(f"Until somebody answers, {escape(stands)} stands.{more}")


def _settle(fact: HeldFact, seen: Disagreement, answer: Answer, key: str, page: ClientPage, actor: str) -> None:
    try:
        client_answers.settle(record(), page.household, seen, answer, actor, st.session_state.get(key) or "")
    except AftercallError as error:
        say("error", error.sentence, _HERE)
        return
    st.session_state.pop(key, None)
    right = seen.older if answer == "newer_misheard" else seen.newer
    say("success", f"{fact.label} is {shorten(right.words, 100)}: {_TOLD[answer]}. It can be undone below.", _HERE)


def settled(page: ClientPage, actor: str) -> None:
    """What people answered, the newest first, each to be taken back."""
    if not page.settled:
        return
    st.header("Settled disagreements", anchor=False)
    for each in page.settled:
        with st.container(border=True, gap="xxsmall", key=f"client_settled_{each.id}"):
            with st.container(horizontal=True, vertical_alignment="center", wrap=False):
                st.markdown(f"**{escape(each.label)}**: {escape(_TOLD[each.answer])}", width="stretch")
                st.button("Undo", key=f"client_undo_{each.id}", help=f"Ask again about {escape(each.label)}",
                          on_click=_undo, args=(each, page, actor))  # fmt: skip
            st.markdown(escape(_sides(each)))
            why = f": {each.note}" if each.note else ""
            st.caption(escape(f"{each.actor}, {ago(each.at)}{why}"))
            with st.expander("Both quotes", type="compact", key=f"client_settled_quotes_{each.id}"):
                for side in (each.older, each.newer):
                    value_line(side)
                    saying_line(side)


def _sides(each: Settled) -> str:
    older, newer = (f"{shorten(side.words, 80)} ({_when(side.call.day)})" for side in (each.older, each.newer))
    return f"{newer} stands, not {older}" if each.answer != "newer_misheard" else f"{older} stands, not {newer}"


def _when(iso: str | None) -> str:
    return day(iso) or "no date"


def _undo(each: Settled, page: ClientPage, actor: str) -> None:
    try:
        client_answers.undo(record(), page.household, each.id, actor)
    except AftercallError as error:
        say("error", error.sentence, _HERE)
        return
    say("success", f"{each.label}: the answer is undone, the two calls disagree again.", _HERE)
