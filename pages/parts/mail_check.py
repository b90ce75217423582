"""An e-mail held against its call: each sentence with its mark, what it binds somebody to, and what has no proof."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from pages.parts.proof import quote_links
from pages.parts.text import BadgeColour, count, escape, shorten
from services.call_view import QuoteView
from services.email_gate import CheckedEmail, fingerprint
from services.sentence_check import CheckedSentence, Claim, ClaimKind, Mark
from services.wording import listed

MARKS: Mapping[Mark, tuple[BadgeColour, str, str]] = {
    "agreed": ("green", "handshake", "agreed"),
    "corrected": ("green", "edit", "corrected"),
    "said by us": ("blue", "support_agent", "said by us"),
    "said by the client": ("violet", "person", "said by the client"),
    "not in the call": ("orange", "warning", "not in the call"),
    "plain": ("gray", "remove", "without a claim"),
}
_LISTS: Sequence[tuple[str, tuple[ClaimKind, ...]]] = (
    ("Prices", ("price",)),
    ("Dates", ("date",)),
    ("Promises", ("promise",)),
    ("Legal wording", ("legal",)),
    ("Names, links and numbers nobody gave", ("name", "link")),
)
_WHY: Mapping[ClaimKind, str] = {
    "price": "the amount {words} is not this call's",
    "date": "{words} is not a day of this call's next steps",
    "promise": "{words} promises more than the call does",
    "legal": "{words} is for a lawyer to say",
    "name": "nobody on the call is called {words}",
    "link": "{words} was not given on the call",
    "value": "a person says otherwise in the record",
}


def mark_badge(mark: Mark, by: Sequence[str] = ()) -> str:
    """A mark as a Markdown badge: colour, icon and words; ``by`` are the people who set what a sentence says."""
    colour, icon, words = MARKS[mark]
    told = f"{words} by {escape(listed(by))}" if by else words
    return f":{colour}-badge[:material/{icon}: {told}]"


def stood_by(checked: CheckedEmail, place: str) -> set[str]:
    """The fingerprints of the sentences that are ticked now."""
    return {fingerprint(one) for one in checked.unsupported if st.session_state.get(_key(one, place)) is True}


def why_not(checked: CheckedEmail, ticked: set[str]) -> str:
    """What stands against leaving, in a sentence; "" for nothing."""
    left = len(checked.open(ticked))
    if not left:
        return ""
    verb, them = ("is", "it") if left == 1 else ("are", "each")
    return f"{count(left, 'sentence')} {verb} not in the call: stand by {them} below, or change the words."


def draw_check(checked: CheckedEmail, external_id: str, place: str) -> None:
    """The whole check, the open sentences first."""
    st.subheader("Checked against the call", anchor=False)
    kinds = Counter(one.mark for one in checked.sentences)
    st.markdown(" ".join(_counted(mark, kinds[mark]) for mark in MARKS if kinds[mark]))
    for one in checked.unsupported:
        _to_stand_by(one, place)
    _bindings(checked)
    plain = [one for one in checked.sentences if one.mark == "plain"]
    for number, one in enumerate(checked.sentences):
        if one.supported and one.mark != "plain":
            _sentence(one, f"{place}_{number}", external_id)
    if plain:
        with st.expander(f"{count(len(plain), 'sentence')} without a claim", icon=":material/remove:"):
            st.markdown("\n".join(f"- {escape(one.text)}" for one in plain))


def _counted(mark: Mark, number: int) -> str:
    colour, icon, words = MARKS[mark]
    return f":{colour}-badge[:material/{icon}: {number} {words}]"


def _to_stand_by(one: CheckedSentence, place: str) -> None:
    """A sentence that is not in the call, why, and the tick that lets it leave."""
    with st.container(border=True, gap="small", key=f"open_{place}_{fingerprint(one)}"):
        st.markdown(f"{mark_badge(one.mark)} {escape(one.text)}")
        reasons = [_why(claim) for claim in one.claims if not claim.supported]
        told = "; ".join(dict.fromkeys(reasons)) or "nobody said so"
        st.caption(escape(f"{told[:1].upper()}{told[1:]}."))
        st.checkbox("I stand by this", key=_key(one, place), help=f"Lets this sentence leave: {shorten(one.text, 80)}")


def _why(claim: Claim) -> str:
    words = f"“{claim.words}”"
    if claim.since:
        return f"{'this' if claim.kind == 'value' else words} was {claim.since}"
    return _WHY[claim.kind].format(words=words)


def _key(one: CheckedSentence, place: str) -> str:
    return f"stand_{place}_{fingerprint(one)}"


def _bindings(checked: CheckedEmail) -> None:
    """What the e-mail binds somebody to, a line a kind."""
    lines = []
    for label, kinds in _LISTS:
        found = checked.claims(*kinds)
        if kinds == ("name", "link"):
            found = [(one, claim) for one, claim in found if not claim.supported]
        if found:
            told = dict.fromkeys(_claim(one, claim) for one, claim in found)
            lines.append(f"**{label}**  \n{' '.join(told)}")
    if lines:
        st.markdown("\n\n".join(lines))
    missing = [label.lower() for label, kinds in _LISTS[:4] if not checked.claims(*kinds)]
    if missing:
        st.caption(f"No {', no '.join(missing)}.")


def _claim(one: CheckedSentence, claim: Claim) -> str:
    """What is claimed; of a promise the sentence that makes it."""
    colour, icon = ("green", "check") if claim.supported else ("orange", "warning")
    words = one.text if claim.kind == "promise" else claim.words
    return f":{colour}-badge[:material/{icon}: {escape(shorten(words, 70))}]"


def _sentence(one: CheckedSentence, key: str, external_id: str) -> None:
    """A sentence with its mark; its words of the call open beside it, each with the way to its turn."""
    with st.container(key=f"sentence_{key}", horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.markdown(f"{mark_badge(one.mark, one.by)} {escape(shorten(one.text, 400))}", width="stretch")
        if one.evidence:
            quotes = [QuoteView(quote["turn"], quote["quote"]) for quote in one.evidence]
            with st.popover(count(len(quotes), "quote"), type="tertiary", key=f"quotes_{key}"):
                quote_links(quotes, external_id)
