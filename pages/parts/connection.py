"""The connection to the language model: its test, which runs behind the page, and what it found."""

import streamlit as st

from pages.parts.record import record
from pages.parts.text import escape
from pages.parts.times import ago, span
from services.database import Database
from services.errors import AftercallError
from services.model_probe import ConnectionTest, Report
from services.model_probe_steps import Finding
from services.settings import settings

_ICONS = {
    "good": ":green[:material/check_circle:]",
    "note": ":gray[:material/info:]",
    "bad": ":red[:material/error:]",
}
_VERDICTS = {"yes": _ICONS["good"], "partly": ":orange[:material/warning:]", "no": _ICONS["bad"]}
_BEAT = 1.0  # seconds between two looks at a test that runs


def connection(actor: str) -> None:
    """The button, and the test that runs or the last one."""
    test = connection_test()
    report = test.report
    running = report is not None and report.running
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        label = "Testing" if running else "Test the connection"
        pressed = st.button(label, type="primary", icon=":material/cable:", key="settings_test", disabled=running)
        st.caption(
            "A few small questions, which cost next to nothing; none of them holds words of a call.", width="content"
        )
    if pressed:
        try:
            test.begin(settings(), actor)
        except AftercallError as error:
            st.error(escape(error.sentence))
            return
        st.rerun()
    if report is not None:
        st.fragment(_report, run_every=_BEAT if running else None, key="settings_report")(running)


def connection_test() -> ConnectionTest:
    """The test of this process: everybody who looks sees the same one."""
    database = record()
    return _connection_test(id(database), database)


@st.cache_resource(show_spinner=False, max_entries=1)
def _connection_test(of: int, _database: Database) -> ConnectionTest:
    return ConnectionTest(_database)


def _report(was_running: bool) -> None:
    report = connection_test().report
    if report is None:
        return
    if was_running and not report.running:
        st.rerun()  # the whole page, which asks no more
    with st.container(border=True, gap="small", key="settings_findings"):
        _headline(report)
        for each in report.findings:
            _finding(each)


def _headline(report: Report) -> None:
    """How the test stands."""
    when = f"{ago(report.began)}, by {report.actor}"
    if report.running:
        st.markdown(f":blue[:material/progress_activity:] **Testing** :small[:gray[{escape(when)}]]")
        return
    icon = _VERDICTS[report.works]
    told = f"{when} · {span(report.seconds)}"
    st.markdown(f"{icon} **{escape(report.verdict)}** :small[:gray[{escape(told)}]]")


def _finding(one: Finding) -> None:
    """One line: what was found, and what to do about it."""
    took = f" :small[:gray[{escape(span(one.seconds))}]]" if one.seconds is not None else ""
    todo = f"  \n:small[{escape(one.todo)}]" if one.todo else ""
    about, words = st.columns([0.17, 0.83])
    about.markdown(f"{_ICONS[one.state]} {escape(one.about)}")
    words.markdown(f"{escape(one.words)}{took}{todo}")
