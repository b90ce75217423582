"""The ways in of the upload page: files, folders, zip archives, pasted text. What comes is handed over at once."""

from math import ceil

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.parts.record import record
from pages.parts.text import count, escape, tab_labels
from services import batches, uploads
from services.archives import is_clutter
from services.batches import BatchView, Content, Taken
from services.settings import settings

_ROUND = "upload_round"
_TAKEN = "upload_taken"
_PASTED = "Pasted text.txt"


def take_in(actor: str, into: BatchView | None) -> None:
    """Draws the ways in. What lies in them goes into the list, or a new one, and no bytes of it stay here."""
    files, pasted = _gather()
    if files or pasted:
        many = count(len(files) or 1, "file")
        with st.spinner(f"Taking {many} in…"):
            # A rerun that waits cuts a script off wherever it touches Streamlit: so everything is done in one go.
            given: list[tuple[str, Content]] = [(file.name, file) for file in files if not is_clutter(file.name)]
            given += [(_PASTED, pasted)] if pasted else []
            batch_id = into.id if into else batches.open_batch(record(), actor)
            taken = batches.add_all(record(), batch_id, given)
            _let_go(files)
            st.session_state[_TAKEN] = taken
        st.rerun()


def tell_what_was_taken() -> None:
    """Says what of the last files was not added, and why."""
    taken: Taken | None = st.session_state.pop(_TAKEN, None)
    if taken and taken.refused:
        most = settings().max_files
        st.error(
            f"{count(taken.refused, 'file')} did not fit in: a list has {most:,} at most (MAX_FILES). "
            "Process this list, then hand in the others."
        )
    if taken and taken.known:
        lie = "lies" if taken.known == 1 else "lie"
        st.info(f"{count(taken.known, 'file')} {lie} in the list already, and did not come in twice.")


def _gather() -> tuple[list[UploadedFile], bytes | None]:
    """Draws the ways in; the files that lie in them, and the text that was pasted, if it can be read."""
    number = int(st.session_state.setdefault(_ROUND, 0))
    size = min(ceil(max(settings().max_file_mb, settings().max_zip_mb)), int(st.get_option("server.maxUploadSize")))
    files, folder, paste = st.tabs(tab_labels(["Files", "Folder", "Paste text"]))
    with files:
        dropped = st.file_uploader(
            "Drop files or zip archives here, as many as you like",
            accept_multiple_files=True,
            key=f"upload_files_{number}",
            max_upload_size=size,
        )
    with folder:
        dropped += st.file_uploader(
            "Choose a folder; hidden files are left out",
            accept_multiple_files="directory",
            key=f"upload_folder_{number}",
            max_upload_size=size,
        )
    with paste:
        text = st.text_area(
            "The transcript's text",
            key=f"upload_text_{number}",
            height=220,
            placeholder="Ann Lee: Good morning, thank you for taking the time.\nSam Roe: Of course.",
        )
        st.button("Read this text", icon=":material/visibility:", key="upload_read_text")
        return dropped, _readable(text)


def _readable(text: str | None) -> bytes | None:
    """The text's bytes. What can't be read stays in the box, with the reason under it."""
    if not text or not text.strip():
        return None
    content = text.encode(errors="replace")
    found = uploads.preview(record(), _PASTED, content)
    if found.status == "unreadable":
        st.error(escape(found.sentence))
        return None
    return content


def _let_go(files: list[UploadedFile]) -> None:
    """Takes the files' bytes out of the session and empties the ways in."""
    context = get_script_run_ctx()
    release = getattr(context.uploaded_file_mgr, "remove_file", None) if context else None
    if context and release:
        for file in files:
            release(session_id=context.session_id, file_id=file.file_id)
    st.session_state[_ROUND] = int(st.session_state[_ROUND]) + 1
