"""Runs: what is at work and what waits, what was worked through and how that ended; holding back, and another try."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.parts.empty import empty_record, nothing_found
from pages.parts.guard import guard
from pages.parts.progress import before_it, call_link, saying, state_words, step_lines, track
from pages.parts.pulse import pulse
from pages.parts.record import record
from pages.parts.text import count, escape
from pages.parts.times import ago, span, time_left
from services import runs
from services.errors import AftercallError
from services.runs import RunState, RunView
from services.watching import LOOKOUT, Outlook

ACTOR = guard()
_PER_PAGE = 20
_SEEN, _TOLD, _ASKED = "runs_seen", "runs_told", "runs_asked"
_CHOICES: dict[str, tuple[RunState, ...]] = {
    "All": (),
    "Waiting": ("queued",),
    "Held back": ("paused",),
    "Done": ("done",),
    "Failed": ("failed",),
    "Cancelled": ("cancelled",),
}
_NONE = {"Failed": "has failed", "Cancelled": "was cancelled"}
_TO_DO: dict[RunState, str] = {"running": "at work", "queued": "waiting", "paused": "held back"}
_ICONS = {"Try again": ":material/refresh:", "Cancel": ":material/close:"}


def look(*, afresh: bool) -> Outlook:
    """The runs of the chosen filter and page, kept for the parts of the page to draw."""
    chosen = st.session_state.get("runs_show") or "All"
    place = f"runs_page_{chosen}"
    asked = (chosen, st.session_state.get(place, 1))
    kept: tuple[tuple[str, int], Outlook] | None = st.session_state.get(_SEEN)
    seen = kept[1] if kept and kept[0] == asked and not afresh else keep(asked, afresh=True)
    last = max(1, -(-seen.total // _PER_PAGE))
    if asked[1] <= last:
        return seen
    st.session_state[place] = last  # there were more a moment ago
    return keep((chosen, last), afresh=True)


def keep(asked: tuple[str, int], *, afresh: bool) -> Outlook:
    """Looks, and keeps what was seen for this session."""
    chosen, shown = asked
    seen = LOOKOUT.look(record(), _CHOICES[chosen], _PER_PAGE, (shown - 1) * _PER_PAGE, afresh=afresh)
    st.session_state[_SEEN] = (asked, seen)
    return seen


def changed() -> list[str]:
    """Looks again, at most once a second for all who watch; the parts of the page that are to be drawn anew."""
    kept: tuple[tuple[str, int], Outlook] | None = st.session_state.get(_SEEN)
    if kept is None:
        return []
    before, after = kept[1], keep(kept[0], afresh=False)
    if not after.moving:
        st.rerun()  # the whole page, which asks no more
    return [name for name, (drawn, _) in _PARTS.items() if drawn(before) != drawn(after)]


def standing(seen: Outlook) -> str:
    """What there is to do, in a line of Markdown; nothing where there is nothing to do."""
    counts = seen.backlog.counts
    parts = [f"**{counts[state]:,} {words}**" for state, words in _TO_DO.items() if counts.get(state)]
    if seen.moving and not seen.problem:
        parts.append(escape(time_left(seen.backlog.seconds_left)))
    return " · ".join(parts)


def told(act: Callable[[], object]) -> None:
    """Does what a button stands for and draws the whole page anew; what goes wrong is said there."""
    try:
        act()
    except AftercallError as error:
        st.session_state[_TOLD] = error.sentence
    st.rerun()


def again(run_id: str) -> None:
    """Puts a failed or cancelled run on its way once more."""
    told(lambda: runs.retry(record(), run_id, ACTOR))


def cancel(run_id: str) -> None:
    """Ends one run."""
    told(lambda: runs.cancel(record(), ACTOR, [run_id]))


def hold_back() -> None:
    """Holds back whatever waits."""
    told(lambda: runs.pause(record(), ACTOR))


def go_on() -> None:
    """Lets what was held back wait for its turn."""
    told(lambda: runs.go_on(record(), ACTOR))


def again_all() -> None:
    """Puts every failed run on its way once more."""
    told(lambda: runs.retry_failed(record(), ACTOR))


def cancel_waiting() -> None:
    """Ends whatever waits or is held back."""
    told(lambda: runs.cancel(record(), ACTOR, only_waiting=True))


def ask_to_cancel() -> None:
    """Opens the question."""
    st.session_state[_ASKED] = True
    st.rerun()


@st.dialog("Cancel what waits?")
def cancel_question(number: int) -> None:
    """Asks before everything that waits is ended."""
    st.markdown(
        f"{count(number, 'call')} will not be worked through. What is at work goes on to its end, what is done stays, "
        "and a cancelled call can be tried again."
    )
    with st.container(horizontal=True):
        st.button(f"Cancel {count(number, 'call')}", type="primary", key="runs_cancel_yes", on_click=cancel_waiting)
        if st.button("Let them wait", key="runs_cancel_no"):
            st.rerun()


def words(seen: Outlook) -> None:
    """How much there is to do, how long that may take, and what is in its way."""
    if line := standing(seen):
        st.markdown(line)
    if seen.problem:
        st.warning(escape(seen.problem), icon=":material/warning:")


def tools(seen: Outlook) -> None:
    """The buttons for all runs of a kind."""
    if not any(offered(seen)):
        return
    waits, held, failed = offered(seen)
    with st.container(horizontal=True, gap="small"):
        if waits:
            st.button("Hold back what waits", key="runs_pause", icon=":material/pause:", on_click=hold_back)
        if held:
            st.button("Go on with what is held back", key="runs_go_on", icon=":material/play_arrow:", on_click=go_on)
        if waits or held:
            st.button("Cancel what waits", key="runs_cancel", icon=":material/close:", on_click=ask_to_cancel)
        if failed:
            label = f"Try all {failed:,} failed again" if failed > 1 else "Try the failed one again"
            st.button(label, key="runs_retry_failed", icon=":material/refresh:", on_click=again_all)


def offered(seen: Outlook) -> tuple[bool, bool, int]:
    """Whether runs wait, whether any is held back, and how many failed."""
    counts = seen.backlog.counts
    return bool(counts.get("queued")), bool(counts.get("paused")), counts.get("failed", 0)


def at_work(seen: Outlook) -> None:
    """The runs at work, each with its agents."""
    for run in seen.at_work:
        with st.container(border=True, gap="xsmall", key=f"runs_{run.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
                by = f" · {escape(run.worker)}" if run.worker else ""
                st.markdown(
                    f"**{escape(run.title)}** {state_words(run.state)}  \n:small[:gray[{escape(saying(run))}{by}]]",
                    width="stretch",
                )
                agents(run)
                action("Cancel", cancel, run)
            track(run.steps, key=f"runs_track_{run.id}", seconds=run.seconds)


def agents(run: RunView) -> None:
    """The run's agents, to unfold."""
    steps = st.popover("Agents", type="tertiary", key=f"runs_steps_{run.id}", on_change="rerun")
    if steps.open:
        with steps:
            step_lines(run.steps)


def action(label: str, act: Callable[[str], None], run: RunView) -> None:
    """A button of one run."""
    key = f"{label.split()[0].lower()}_{run.id}"
    st.button(label, key=key, type="tertiary", icon=_ICONS[label], on_click=act, args=(run.id,))


def about(run: RunView, places: dict[str, int]) -> str:
    """What is to be said of a run that is not at work."""
    parts = [run.filename] if run.title != run.filename else []
    if run.id in places:
        parts.append(before_it(places[run.id]))
    if run.start_at:
        parts.append(f"from {run.start_at} on")
    if run.state in ("done", "failed"):
        parts.append(span(run.seconds))
    return " · ".join(escape(part) for part in (*parts, ago(run.started_at or run.created_at), run.actor) if part)


def row(run: RunView, places: dict[str, int]) -> None:
    """One run that waits or has ended."""
    lines = [f"**{escape(run.title)}** {state_words(run.state)}", f":small[:gray[{about(run, places)}]]"]
    lines += [f":red[{escape(run.error)}]"] if run.error else []
    lines += [f":small[{escape(run.note)}]"] if run.note else []
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium", key=f"runs_{run.id}"):
        st.markdown("  \n".join(lines), width="stretch")
        if run.state in ("queued", "paused"):
            action("Cancel", cancel, run)
            return
        agents(run)
        if run.state in ("failed", "cancelled"):
            action("Try again", again, run)
        call_link(run)


def listing(seen: Outlook) -> None:
    """One page of runs of the chosen kind, without those at work, which stand above."""
    chosen = st.session_state.get("runs_show") or "All"
    if not seen.total:
        nothing_found(f"No run {_NONE.get(chosen, f'is {chosen.lower()}')}.")
        return
    what = {"All": "{} in all", "Waiting": "{} waiting"}.get(chosen, "{} " + chosen.lower())
    st.caption(f"{what.format(count(seen.total, 'run'))}, the newest first")
    for run in seen.rows:
        if run.state != "running":
            row(run, seen.places)
    pages = -(-seen.total // _PER_PAGE)
    if pages > 1:
        st.pagination(pages, key=f"runs_page_{chosen}")


def _rows(seen: Outlook) -> Any:
    rows = [(run.id, run.state, run.title, run.error, run.note) for run in seen.rows]
    return rows, seen.total, {run_id: before_it(place) for run_id, place in seen.places.items()}


def _agents_at_work(seen: Outlook) -> Any:
    return [(run.id, [(step.state, step.attempts, step.error) for step in run.steps]) for run in seen.at_work]


# Each part of the page: what it depends on, and how it is drawn.
_PARTS: dict[str, tuple[Callable[[Outlook], Any], Callable[[Outlook], None]]] = {
    "runs_words": (lambda seen: (standing(seen), seen.problem), words),
    "runs_tools": (offered, tools),
    "runs_at_work": (_agents_at_work, at_work),
    "runs_list": (_rows, listing),
}


def part(name: str) -> None:
    """Draws a part of the page; it can be drawn again by itself."""
    st.fragment(_draw, key=name)(name)


def _draw(name: str) -> None:
    _PARTS[name][1](look(afresh=False))


def main() -> None:
    """The page: how it stands, what is at work, and one page of the others; kept fresh while anything moves."""
    seen = look(afresh=True)
    with st.container(gap=None):
        st.title("Runs", anchor=False)
        if seen.moving:
            pulse(changed, key="runs_pulse")
    if not sum(seen.backlog.counts.values()):
        empty_record(
            "No runs yet",
            "Every call that is worked through leaves a line here: how long it took, and what went wrong if it failed.",
            ACTOR,
            key="runs",
        )
        return
    if problem := st.session_state.pop(_TOLD, None):
        st.error(escape(problem))
    with st.container(gap="small"):
        part("runs_words")
        part("runs_tools")
        part("runs_at_work")
    st.radio("Show", list(_CHOICES), key="runs_show", horizontal=True, label_visibility="collapsed")
    part("runs_list")
    if st.session_state.pop(_ASKED, False):
        counts = seen.backlog.counts
        cancel_question(counts.get("queued", 0) + counts.get("paused", 0))


with st.container(width=1080):
    main()
