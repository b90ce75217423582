"""The shell around every page: the name, who is acting, the way about, and the one place where failure is told."""

from pathlib import Path
from typing import NoReturn

import streamlit as st

from pages.parts.guard import admit
from pages.parts.record import house
from pages.parts.text import escape
from services.errors import AftercallError, DatabaseUnavailable
from services.readiness import check_setup

_PAGES = Path(__file__).resolve().parent
_ASSETS = _PAGES / "parts" / "assets"

# Links that have the keyboard's focus are told from others by a faint ground alone, where nothing else is said.
_FOCUS = """<style>
a:focus-visible { outline: 2px solid #1F8A70 !important; outline-offset: 2px; }
[data-testid="stSidebar"] a:focus-visible { outline-color: #A9DCCB !important; }
</style>"""

# A flat list: with sections the sidebar's lists hold what no list may hold.
_NAVIGATION = (
    ("upload.py", "Upload", ":material/upload_file:", "Drop in transcripts and follow them through."),
    ("calls.py", "Calls", ":material/forum:", "Every call with its dialogue and what came of it."),
    ("clients.py", "Clients", ":material/groups:", "Every household with its calls; merge and split them."),
    ("search.py", "Search", ":material/search:", "What was said in all calls, by meaning and by words."),
    ("copilot.py", "Copilot", ":material/support_agent:", "Questions over all calls, answered with their sources."),
    ("deals.py", "Deals", ":material/table_view:", "The CRM fields of all calls, to search and correct."),
    ("emails.py", "Emails", ":material/mail:", "Follow-up e-mails, ready to copy or send."),
    ("social.py", "Social", ":material/campaign:", "Posts that wait for a yes."),
    ("conflicts.py", "Conflicts", ":material/call_split:", "Where a later run contradicts what a person said."),
    ("coaching.py", "Coaching", ":material/school:", "How each adviser leads calls, over time and beside the team."),
    ("overview.py", "Overview", ":material/monitoring:", "How all deals stand, and what is to be done."),
    ("objections.py", "Objections", ":material/thumbs_up_down:", "What clients hold against buying, and what answers."),
    ("runs.py", "Runs", ":material/history:", "What was worked through, how long it took, what failed."),
    ("dry_runs.py", "Dry runs", ":material/science:", "What would change if calls were worked through again."),
    ("trust.py", "Trust", ":material/verified:", "How often people found each field right."),
    ("audit.py", "Audit", ":material/fact_check:", "Every write by a person or a run."),
    ("settings.py", "Settings", ":material/settings:", "Who thinks, the model's connection, and every option."),
)


def main() -> None:
    """Draws the frame and runs the page that was asked for."""
    st.set_page_config(page_title="Aftercall", page_icon=_ASSETS / "icon.png", layout="wide", initial_sidebar_state=220)
    try:
        check_setup()
    except AftercallError as error:
        not_ready("Aftercall is not set up right", error)
    actor = admit()
    pages = [
        st.Page(_PAGES / file, title=title, icon=icon, help=help_line, default=file == "upload.py")
        for file, title, icon, help_line in _NAVIGATION
    ]
    page = st.navigation(pages, position="sidebar", expanded=True)
    st.set_page_config(page_title=f"{page.title} · Aftercall", page_icon=_ASSETS / "icon.png")
    st.html(_FOCUS)
    st.logo(_ASSETS / "logo.svg", size="large", icon_image=_ASSETS / "icon.svg")
    st.sidebar.caption(f"Acting as {escape(actor)}")
    try:
        house()
    except DatabaseUnavailable as error:
        not_ready("The record can't be opened", error)
    try:
        page.run()
    except DatabaseUnavailable as error:
        stop(error)


def not_ready(title: str, error: AftercallError) -> NoReturn:
    """Says what is missing, in place of every page."""
    st.title(title, anchor=False)
    stop(error)


def stop(error: AftercallError) -> NoReturn:
    """Says what went wrong, and offers to try again."""
    st.error(escape(error.sentence))
    st.button("Try again", type="primary", icon=":material/refresh:")
    st.stop()


main()
