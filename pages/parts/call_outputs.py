"""What came of one call, a tab a kind: facts with their words, the CRM record, e-mail, posts, coaching."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from pages.parts import coaching_call
from pages.parts.proof import MEANINGS, STATES, Pick, quote_line
from pages.parts.text import escape, escape_lines, shorten
from services.agents.contract import State
from services.call_view import CallView, FactView
from services.deal_fields import NOT_DISCUSSED
from services.json_words import is_missing, plain

_PAGES = Path(__file__).resolve().parents[1]
_CHANNELS = {"linkedin": "LinkedIn", "facebook": "Facebook", "x": "X"}


def state_badge(state: State | None) -> None:
    """The state of a finding; pointing at it tells what the states mean. Older records say none."""
    if state:
        st.badge(state, color=STATES[state][0], help=MEANINGS)
    else:
        st.badge("no state recorded", color="gray", help="An older record: it does not say what the value rests on.")


def facts_tab(call: CallView, pick: Pick) -> None:
    """Every finding with its state and the words that it came from; a click on words shows them in the dialogue."""
    if call.facts or call.findings or call.next_steps:
        with st.popover("What the states mean", type="tertiary", icon=":material/help:"):
            st.markdown(MEANINGS)
    _of_people(call)
    said = [fact for fact in call.facts if fact.value != NOT_DISCUSSED]
    groups = (
        ("", said),
        ("Products and objections", call.findings),
        ("Next steps", call.next_steps),
    )
    for title, findings in groups:
        if findings and title:
            st.subheader(title, anchor=False)
        for number, finding in enumerate(findings):
            _finding(finding, f"{title}_{number}", call, pick, labelled=title != "Next steps")
    quiet = [fact.label for fact in call.facts if fact.value == NOT_DISCUSSED]
    if quiet:
        st.subheader("Not discussed", anchor=False)
        st.markdown(escape(", ".join(quiet)))
    if call.older:
        st.subheader("From an older record", anchor=False)
        for line in call.older:
            st.markdown(escape(line))
    if not (call.facts or call.findings or call.next_steps or call.older):
        st.markdown("Nothing was found in this call.")


def _of_people(call: CallView) -> None:
    """Says at the top which values people wrote otherwise: below stands what the run found."""
    found = {fact.field: fact.value for fact in (*call.facts, *call.findings)}
    other = [line for line in call.crm if line.edited and found.get(line.field, line.proposed) != line.value]
    if other:
        told = ", ".join(f"{escape(line.label)} **{escape(shorten(line.value, 80))}**" for line in other)
        st.markdown(f":violet-badge[edited] A person wrote {told}, which stands. Below is what the run found.")


def _finding(finding: FactView, place: str, call: CallView, pick: Pick, *, labelled: bool) -> None:
    with st.container(gap=None, key=f"fact_{place}_{finding.field}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            value = f"**{escape(finding.value)}**"
            st.markdown(f"{escape(finding.label)}: {value}" if labelled else value, width="content")
            state_badge(finding.state)
            if finding.source == "model":
                st.badge("model", color="gray", help="A language model found it; its words were checked as all are.")
        for number, quote in enumerate(finding.quotes):
            quote_line(quote, f"quote_{place}_{finding.field}_{number}", call, pick)


def written(call: CallView, part: str) -> None:
    """Which mind wrote a part of the call, and why it was not the model, where one is configured."""
    if words := call.written.get(part):
        st.caption(escape(words))


def email_tab(call: CallView) -> None:
    """The e-mail draft, as it would be sent."""
    if not call.email_draft:
        st.markdown("No e-mail was drafted for this call.")
        return
    written(call, "email")
    head, _, body = call.email_draft.partition("\n\n")
    subject = head.removeprefix("Subject:").strip() if head.startswith("Subject:") else ""
    with st.container(border=True):
        if subject:
            st.markdown(f"**{escape(subject)}**")
        st.markdown(escape_lines(body if subject else call.email_draft))
    if call.email_sent_at:
        st.caption(f"Marked as sent on {escape(call.email_sent_at[:10])}.")
    link(call, "emails.py", "Edit, copy or send it", ":material/mail:", "call")


def link(call: CallView, page: str, label: str, icon: str, parameter: str) -> None:
    """A way to the page that edits this, opened on the call."""
    st.page_link(_PAGES / page, label=label, icon=icon, query_params={parameter: call.external_id})


def posts_tab(call: CallView) -> None:
    """The posts, a card a channel; whatever an older system left is shown as lines."""
    social = call.social
    posts = social.get("posts") if isinstance(social, dict) else None
    if posts:
        written(call, "social")
    for post in posts if isinstance(posts, list) else []:
        known: Mapping[str, Any] = post if isinstance(post, dict) else {"text": plain(post)}
        text = known.get("text")
        with st.container(border=True):
            channel = plain(known.get("channel")) or "Post"
            state = plain(known.get("state")) or "draft"
            colour = "green" if state == "approved" else "gray"
            st.markdown(f"**{escape(_CHANNELS.get(channel, channel))}** :{colour}-badge[{escape(state)}]")
            st.markdown(escape_lines(text if isinstance(text, str) else plain(text)))
    older = {key: value for key, value in social.items() if key != "posts"} if isinstance(social, dict) else social
    if not is_missing(older):
        _json_lines(older)
    if is_missing(social) or posts == []:
        st.markdown("No post was drafted for this call.")
    elif posts:
        link(call, "social.py", "Edit, approve or copy them", ":material/campaign:", "call")


def coaching_tab(call: CallView, pick: Pick) -> None:
    """The coach's measures, remarks and scorecard; each leads to the turns that show it."""
    coaching = call.coaching
    if is_missing(coaching):
        st.markdown("There is no coaching for this call.")
        return
    if not isinstance(coaching, dict) or not isinstance(coaching.get("measures"), dict):
        _json_lines(coaching)
        return
    written(call, "coaching")
    coaching_call.show(call, coaching, pick)


def _json_lines(value: Any) -> None:
    pairs: Iterable[tuple[str, Any]] = value.items() if isinstance(value, dict) else [("", value)]
    for name, held in pairs:
        line = escape(plain(held))
        st.markdown(f"{escape(name)}: {line}" if name else line)


def warnings(lines: Sequence[str]) -> None:
    """What the reader of the file had to say about it."""
    for line in lines:
        st.warning(escape(line), icon=":material/warning:")
