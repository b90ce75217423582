"""Consents to a post: on file, put on file, revoked."""

import datetime
from pathlib import Path

import streamlit as st

from pages.parts.post_box import PostBox
from pages.parts.record import record
from pages.parts.text import escape, escape_lines
from pages.parts.times import ago, day, zone
from services import consents
from services.consents import ConsentRow
from services.errors import AftercallError

_HERE = Path(__file__).resolve().parents[1] / "social.py"
_HOW = {"written": "In writing", "e-mail": "By e-mail", "recorded": "On a recording"}


def consent_part(box: PostBox) -> None:
    """The consents to this channel's posts, and the way to another where one is needed."""
    asked = box.check.locked and not box.check.barred
    if asked and st.button("Put a consent on file", key=box.field("consent"), icon=":material/contract:"):
        _form(box)
    for consent in box.post.consents:
        _line(box, consent)


def _line(box: PostBox, consent: ConsentRow) -> None:
    how = _HOW.get(consent.how, consent.how).lower()
    told = f"{consent.given_by} consented on {day(consent.given_on)}, {how}; put on file by {consent.actor}."
    if not consent.stands:
        why = f": {consent.revoked_why}" if consent.revoked_why else ""
        st.caption(escape(f"{told} Revoked {ago(consent.revoked_at)}, noted by {consent.revoked_by}{why}."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/contract: {escape(told)}", width="content")
        with st.popover("Consent", key=box.field(f"consent_{consent.id}"), type="tertiary"):
            st.caption("The words that were shown")
            st.markdown(escape_lines(consent.words))
            st.caption("What the client was told")
            st.markdown(escape_lines(consent.disclosure))
            why = box.field(f"revoked_{consent.id}")
            with st.form(box.key(f"revoke_{consent.id}"), border=False):
                st.text_input("Why it is revoked", key=why, placeholder="Can be left empty")
                st.form_submit_button("Note that it was revoked", on_click=box.revoke, args=(consent.id,))


@st.dialog("A client's consent to a post", width="medium")
def _form(box: PostBox) -> None:
    """Who consented, when, how, and what they were told; the words are those in the box."""
    words = box.words().strip()
    st.markdown(f"The consent covers these words of the {escape(box.post.label)} post, and no others:")
    with st.container(border=True):
        st.markdown(escape_lines(words))
    today = datetime.datetime.now(zone()).date()
    with st.form(box.field("consent_form"), border=False):
        who = st.text_input("Who consented", value=box.posts.client, key=box.field("consent_who"))
        left, right = st.columns(2)
        when = left.date_input("When", value=today, max_value=today, key=box.field("consent_when"))
        how = right.radio("How", consents.HOW, format_func=_HOW.__getitem__, key=box.field("consent_how"))
        told = st.text_area("What they were told", value=consents.DISCLOSURE, key=box.field("consent_told"), height=150)
        done = st.form_submit_button("Put it on file", type="primary")
    if not done:
        return
    try:
        consents.give(
            record(),
            box.posts.external_id,
            channel=box.post.channel,
            words=words,
            given_by=who,
            given_on=when,
            how=how,
            disclosure=told,
            actor=box.actor,
        )
    except AftercallError as error:
        st.error(escape(error.sentence))
    else:
        box.tell("success", "The consent is on file: it covers the words that were shown.")
        st.rerun()


def take_down_first() -> None:
    """Says of which calls a published post has to be taken down, for its consent was revoked."""
    calls = consents.to_take_down(record())
    if not calls:
        return
    with st.container(border=True, key="posts_take_down"):
        st.error(
            "Consent withdrawn: posts of these calls are published still. Take them down.", icon=":material/block:"
        )
        with st.container(horizontal=True):
            for external_id, client in calls:
                st.page_link(
                    _HERE, label=escape(client or external_id), query_params={"call": external_id}, width="content"
                )
