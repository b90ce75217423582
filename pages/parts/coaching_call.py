"""The coaching of one call: what the coach says, what it counted, how worries were answered, and the scorecard."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from pages.parts import coaching_score
from pages.parts.coaching_turns import buttons, turn_buttons, turns_of
from pages.parts.phases import label
from pages.parts.proof import Pick
from pages.parts.text import BadgeColour, count, escape
from pages.parts.times import span
from services.call_view import CallView
from services.coaching.figures import FIGURES, stored_figures
from services.json_words import finite, is_missing, plain

_REMARKS = (("What went well", "strengths"), ("To work on", "opportunity"), ("Next time", "suggestion"))
_FEW_TURNS = 3
_SAME_TURNS = ("open_share", "longest_monologue")  # as the figure before it
_HANDLINGS: Mapping[str, tuple[BadgeColour, str]] = {
    "resolved": ("green", "answered, and the client took the answer."),
    "answered": ("blue", "an answer was given; whether the client took it is not said."),
    "acknowledged": ("orange", "it was heard, and got no answer."),
    "evaded": ("red", "the subject was changed, or it was passed over."),
}


def show(call: CallView, coaching: Mapping[str, Any], pick: Pick) -> None:
    """Everything that the coach has of a call; each remark and each count leads to its turns."""
    measures = coaching["measures"]
    _remarks(call, coaching, pick)
    coaching_score.scorecard(call, measures, pick)
    if isinstance(measures.get("figures"), dict):
        _figures(call, measures, pick)
        _worries(call, measures, pick)
        _phases(call, measures, pick)
    else:
        _older(measures)
        _skipped(measures.get("phases_missing"), len(call.dialogue))


def _remarks(call: CallView, coaching: Mapping[str, Any], pick: Pick) -> None:
    for title, key in _REMARKS:
        held = coaching.get(key)
        remarks = [one for one in (held if isinstance(held, list) else [held]) if not is_missing(one)]
        if remarks:
            st.subheader(title, anchor=False)
        for number, remark in enumerate(remarks):
            told = remark if isinstance(remark, dict) else {"text": remark}
            with st.container(gap=None):
                st.markdown(escape(plain(told.get("text"))))
                turn_buttons(told.get("turns"), f"coach_{key}_{number}", call, pick)


def _figures(call: CallView, measures: Mapping[str, Any], pick: Pick) -> None:
    st.subheader("Counted", anchor=False)
    values = stored_figures(measures)
    with st.container(gap=None):
        for figure in FIGURES:
            value = values[figure.name]
            why = figure.about if value is not None else f"{figure.about} Not known here: {figure.unknown}"
            words = f"**{escape(figure.words(value))}**{_unit(figure.unit, value)}{_beside(figure.name, measures)}"
            with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
                st.markdown(f"{escape(figure.label)}: {words}", help=escape(why), width="content")
                if value is not None and figure.name not in _SAME_TURNS:
                    known = turns_of(list(figure.turns(measures)), call)
                    buttons(known, f"coach_figure_{figure.name}", pick, _FEW_TURNS)


def _unit(unit: str, value: float | None) -> str:
    return f" {unit}" if value is not None and unit in ("words", "words a minute") else ""


def _beside(name: str, measures: Mapping[str, Any]) -> str:
    """What belongs beside a figure: closed questions, the client's interruptions, pauses, which fillers."""
    asked, heard = _part(measures, "questions"), _part(measures, "interruptions")
    match name:
        case "open_questions" if asked:
            return f" :gray[and {len(asked.get('closed') or [])} closed]"
        case "interruptions" if heard:
            by_marks = ", as far as the transcript marks them" if heard.get("told_by") == "marks" else ""
            return f" :gray[and {len(heard.get('by_client') or [])} by the client{by_marks}]"
        case "silence_seconds" if pauses := _part(measures, "silences"):
            return f" :gray[in {escape(count(int(finite(pauses.get('number')) or 0), 'pause'))}]"
        case "fillers_per_100" if words := _part(_part(measures, "fillers"), "words"):
            often = sorted(words.items(), key=lambda one: (-(finite(one[1]) or 0), one[0]))
            most = [f"{word} {number}" for word, number in often[:4]]
            return f" :gray[{escape(', '.join(most))}]"
        case "next_steps_fixed" if steps := _part(measures, "next_steps"):
            left = int(finite(steps.get("left_out")) or 0)
            more = f", {left} more left out: no words of the call support them" if left else ""
            return f" :gray[of {int(finite(steps.get('number')) or 0)}{more}]"
        case _:
            return ""


def _part(measures: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    held = measures.get(name)
    return held if isinstance(held, dict) else {}


def _worries(call: CallView, measures: Mapping[str, Any], pick: Pick) -> None:
    items = [one for one in measures.get("objections") or [] if isinstance(one, dict)]
    left = int(finite(measures.get("objections_left_out")) or 0)
    if not items and not left:
        return
    st.subheader("How objections were answered", anchor=False)
    meaning = "\n".join(f"- **{name}**: {about}" for name, (_, about) in _HANDLINGS.items())
    for number, item in enumerate(items):
        colour, _ = _HANDLINGS.get(item.get("handling") or "", ("gray", ""))
        turns = [*(item.get("raised") or [])[:2], *(item.get("turns") or [])]
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(f"**{escape(plain(item.get('category')))}**", width="content")
            st.badge(plain(item.get("handling")) or "nobody replied", color=colour, help=meaning)
            buttons(turns_of(turns, call), f"coach_worry_{number}", pick)
    if left:
        st.caption(
            f"{count(left, 'objection')} left out: no words of the call support {'it' if left == 1 else 'them'}."
        )


def _phases(call: CallView, measures: Mapping[str, Any], pick: Pick) -> None:
    items = [one for one in measures.get("phases") or [] if isinstance(one, dict)]
    if not items:
        return
    st.subheader("Time in each phase", anchor=False)
    timed = all(one.get("seconds") is not None for one in items)
    rows = [
        f"| {escape(label(one.get('phase')))} | {escape(span(finite(one.get('seconds')))) if timed else '–'} "
        f"| {finite(one.get('share')) or 0:.0%} | {int(finite(one.get('turns')) or 0)} |"
        for one in items
    ]
    st.markdown("\n".join(["| Phase | Time | Words | Turns |", "| --- | ---: | ---: | ---: |", *rows]))
    if not timed:
        st.caption("The transcript has no times, so the parts are told by their words alone.")
    _skipped(measures.get("phases_skipped"), len(call.dialogue))
    for number, late in enumerate(one for one in measures.get("phases_late") or [] if isinstance(one, dict)):
        st.markdown(f"Out of order: {escape(late.get('phase'))} came only after {escape(late.get('after'))}.")
        turn_buttons([late.get("turn")], f"coach_late_{number}", call, pick)


def _skipped(missing: Any, turns: int) -> None:
    if isinstance(missing, list) and missing and turns:
        st.caption(f"Phases not reached: {escape(', '.join(map(plain, missing)))}")


def _older(measures: Mapping[str, Any]) -> None:
    """The measures of a call that an older version coached, as it counted them."""
    questions, longest = _part(measures, "questions"), _part(measures, "longest_monologue")
    words, share = finite(longest.get("words")), finite(measures.get("talk_share"))
    asked = [len(_listed(questions.get(kind))) for kind in ("open", "closed")]
    with st.container(horizontal=True, gap="medium"):
        for label, value, meaning in (
            ("Talk share", "–" if share is None else f"{share:.0%}", "The adviser's part of all words of both sides."),
            ("Open questions", f"{asked[0]} of {sum(asked)}", "Of the adviser's turns that ask something."),
            ("Longest turn", "–" if words is None else f"{words:.0f} words", "The adviser's."),
        ):
            st.metric(label, value, help=meaning, width="content")
    st.caption("An older version coached this call. Run it again for all measures and the scorecard.")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
