"""The facts of a household: each with what stands, the day it was said, its words, and what was said before."""

from pathlib import Path

import streamlit as st

from pages.parts.proof import quote_links, state_mark
from pages.parts.text import count, escape, shorten
from pages.parts.times import ago, day
from services.client_page import Answer, ClientPage, HeldFact, Saying, question_for

_CALLS = Path(__file__).resolve().parents[1] / "calls.py"
_WHY: dict[Answer, str] = {
    "changed": "it changed, a person says",
    "corrected": "it was corrected, a person says",
    "older_misheard": "an earlier call was misheard, a person says",
    "newer_misheard": "a later call was misheard, a person says",
}


def said_on(saying: Saying) -> str:
    """When and where a value was said: 'said on May 3, 2026 in First meeting'."""
    when = day(saying.call.day)
    where = f"in {shorten(saying.call.title, 80)}"
    return f"said on {when} {where}" if when else f"said {where}, which has no date"


def saying_line(saying: Saying) -> None:
    """A value of one call: its day, whose word it is, and its quotes with the way to where they were said."""
    if saying.human:
        st.caption(escape(f"{saying.who} wrote or confirmed it, {ago(saying.at)}; {said_on(saying)}"))
    else:
        st.caption(escape(said_on(saying)))
    quote_links(saying.quotes, saying.call.external_id)
    if not any(quote.turn is not None for quote in saying.quotes):
        place = {"call": saying.call.external_id}
        st.page_link(_CALLS, label=":small[See the call]", icon=":material/forum:", query_params=place)


def value_line(saying: Saying, extra: str = "") -> None:
    """A value in bold with its state, or that it is a person's word."""
    mark = ":green-badge[a person's word]" if saying.human else state_mark(saying.state)
    st.markdown(f"**{escape(shorten(saying.words, 300))}** {mark} {extra}".strip())


def one_fact(fact: HeldFact, *, key: str, folded: bool = True) -> None:
    """All that is known of a field. ``folded``: what was said before is shown on demand."""
    if fact.standing is None:
        st.markdown(":gray[Nobody said it yet.]")
    else:
        extra = ":orange-badge[calls disagree]" if fact.open else ""
        value_line(fact.standing, extra)
        if fact.answer:
            st.caption(f"Stands because {_WHY[fact.answer]}.")
        saying_line(fact.standing)
    if fact.earlier:
        label = f"Also said: {count(len(fact.earlier), 'time')}"
        with st.expander(label, type="compact", key=f"{key}_earlier", expanded=not folded):
            for each in fact.earlier:
                value_line(each)
                saying_line(each)
    for each in fact.beside:
        st.markdown(
            f":orange-badge[not counted] :gray[{escape(shorten(each.words, 200))}: "
            f"{'no words of the call stand for it' if each.state else 'nobody knows where it is from'}, "
            f"{escape(said_on(each).removeprefix('said '))}]"
        )


def facts(page: ClientPage) -> None:
    """The facts that somebody said, field by field; how many claims are left out."""
    known = sorted(
        (fact for fact in page.facts.values() if fact.standing or fact.beside), key=lambda fact: fact.standing is None
    )
    st.header("What is known", anchor=False)
    if not known:
        st.caption("No call of this client has said any of the playbook's facts yet.")
    left_out = sum(1 for fact in known if fact.standing is None)
    if left_out:
        st.caption(f"{count(left_out, 'fact')} without words to stand on: shown apart, never counted.")
    if page.left_out:
        st.caption(f"Out of the newest calls; {page.left_out:,} older ones are not looked at.")
    half = -(-len(known) // 2)
    for place, part in zip(st.columns(2, gap="medium"), (known[:half], known[half:]), strict=True):
        with place:
            for fact in part:
                with st.container(border=True, gap="xxsmall", key=f"client_fact_{fact.field}"):
                    st.caption(escape(fact.label))
                    one_fact(fact, key=f"client_fact_{fact.field}")


def panel(fact: HeldFact | None, page: ClientPage) -> None:
    """What a node of the map opens: the quotes of its fact, or the question that is still to be asked."""
    if fact is None:
        st.markdown(
            ":gray[Choose a field of the map: its quotes are shown here, or the question that is still to be asked.]"
        )
        return
    st.subheader(escape(fact.label), anchor=False)
    one_fact(fact, key="client_node", folded=False)
    if fact.standing is None:
        asked = next((each.question for each in page.questions if each.field == fact.field), None)
        words = asked or question_for(fact.field)
        if words:
            st.markdown(f"**For the next call:** {escape(words)}")
