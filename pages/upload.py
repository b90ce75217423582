"""Upload: transcripts come in, are looked at, worked through and lead to their results."""

from math import ceil

import streamlit as st

from pages.parts.empty import sample_button
from pages.parts.guard import guard
from pages.parts.live import follow, live_runs
from pages.parts.progress import run_row
from pages.parts.record import record
from pages.parts.staged import Choice, Staged, decision, let_go, look, staged_row, widget_round
from pages.parts.text import count, escape, tab_labels
from services import records, runs, uploads
from services.errors import AftercallError
from services.records import CallFilter
from services.settings import settings

ACTOR = guard()
_PER_PAGE = 20
_LATELY = 5
_REFUSED = "upload_refused"


def gather() -> list[Staged]:
    """Draws the two ways in, and returns what lies in them."""
    number = widget_round()
    files, paste = st.tabs(tab_labels(["Files", "Paste text"]))
    with files:
        dropped = st.file_uploader(
            "Drop files here, as many as you like",
            accept_multiple_files=True,
            key=f"upload_files_{number}",
            max_upload_size=ceil(settings().max_file_mb),
        )
    with paste:
        text = st.text_area(
            "The transcript's text",
            key=f"upload_text_{number}",
            height=220,
            placeholder="Ann Lee: Good morning, thank you for taking the time.\nSam Roe: Of course.",
        )
        st.button("Read this text", icon=":material/visibility:", key="upload_read_text")
    staged = [Staged(file.file_id, file.name, file.getvalue()) for file in dropped]
    if text and text.strip():
        staged.append(Staged(f"pasted-{number}", "Pasted text.txt", text.encode()))
    return staged


def decide(staged: list[Staged]) -> None:
    """Draws a row for every staged file, a page of them at a time, and the button that sets the chosen ones going."""
    found = look(record(), staged)
    heading = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    heading.header(f"{count(len(staged), 'file')} to look at", anchor=False)
    rows = st.container(gap="small")
    pages = -(-len(staged) // _PER_PAGE)
    shown = st.pagination(pages, key="upload_page") if pages > 1 else 1
    chosen: list[Choice] = []
    seen: set[str] = set()
    for position, file in enumerate(staged):
        preview = found[file.identity]
        twice = preview.external_id in seen
        if preview.external_id:
            seen.add(preview.external_id)
        if position // _PER_PAGE == shown - 1:
            with rows:
                staged_row(file, preview, twice=twice)
        choice = decision(file, preview, twice=twice)
        if choice:
            chosen.append(choice)
    with heading:
        label = f"Process {count(len(chosen), 'call')}" if chosen else "Nothing to process"
        if st.button(label, type="primary", disabled=not chosen, key="upload_process", icon=":material/play_arrow:"):
            hand_over(chosen, staged)


def hand_over(chosen: list[Choice], staged: list[Staged]) -> None:
    """Gives the chosen files to the chain; a file that is refused is told of and does not stop the others."""
    database = record()
    run_ids: list[str] = []
    refused: list[tuple[str, str]] = []
    # A rerun that waits cuts a script off wherever it touches Streamlit: so everything is handed over first.
    for choice in chosen:
        try:
            run_ids.append(uploads.submit(database, choice.file.name, choice.file.content, choice.options, ACTOR))
        except AftercallError as error:
            refused.append((choice.file.name, error.sentence))
    let_go(staged)
    st.session_state[_REFUSED] = refused
    follow(run_ids)
    st.rerun()


def lately() -> None:
    """The calls that were worked through last; on an empty record the invitation to look around."""
    done = runs.recent(record(), _LATELY, 0, ("done",))
    if done:
        st.space("small")
        st.header("Latest calls", anchor=False)
        for run in done:
            run_row(run, key=f"lately_{run.id}")
    elif not runs.total(record()) and not records.list_calls(record(), CallFilter(), size=1)[1]:
        welcome()


def welcome() -> None:
    """The invitation to load the sample calls."""
    st.space("small")
    with st.container(border=True):
        words, button = st.columns([4, 1.2], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            st.markdown("**New here?**")
            st.markdown(
                "Load ten sample calls and see what becomes of them: the deal's fields with the words they come from, "
                "a follow-up e-mail, posts and coaching."
            )
        with button, st.container(horizontal_alignment="right"):
            sample_button(ACTOR, key="upload_samples")


def main() -> None:
    """The page."""
    st.title("Upload calls", anchor=False)
    st.markdown(
        "Transcripts of your calls, as Zoom, Teams, Meet, Otter, Fathom, Fireflies, Gong and others export them, "
        "or as Word or plain text. You see what each one is before anything is worked through."
    )
    staged = gather()
    for name, sentence in st.session_state.pop(_REFUSED, []):
        st.error(f"**{escape(name)}** was not taken. {escape(sentence)}")
    if staged:
        decide(staged)
    if not live_runs(ACTOR) and not staged:
        lately()


with st.container(width=1080):
    main()
