"""Errors that reach the edge of a page: a sentence for the reader, the rest for the log, words of calls for neither."""

import logging
import traceback
from uuid import uuid4

import streamlit as st

from pages.parts.text import escape
from services.errors import AftercallError

_REFERENCE = "_aftercall_reference"


class WithoutWords(logging.Filter):
    """Rewrites what Streamlit logs of an uncaught error: its class, the places in the code and a reference.

    The error's message stays out of the log, since it may hold words of a call.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, AftercallError):
            record.msg, record.args = "A page could not be drawn: %s", (error.sentence,)
            record.exc_info = record.exc_text = None
        elif error is not None:
            places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
            record.msg = "A page failed, reference %s: %s\n%s"
            record.args = (reference_of(error), type(error).__name__, places)
            record.exc_info = record.exc_text = None
        return True


def reference_of(error: BaseException) -> str:
    """The short reference under which the log has this error; the same whenever it is asked."""
    if not hasattr(error, _REFERENCE):
        setattr(error, _REFERENCE, uuid4().hex[:8])
    return str(getattr(error, _REFERENCE))


def tell(error: Exception) -> bool:
    """Shows an error that no page foresaw. Returns True: there is nothing more to show."""
    if isinstance(error, AftercallError):
        st.error(escape(error.sentence))
    else:
        st.error(
            "Something went wrong on this page; what was saved before is safe. "
            f"If it happens again, report the reference {reference_of(error)}."
        )
    return True


def keep_words_out_of_the_log() -> None:
    """Puts the filter before Streamlit's log of uncaught errors; once is enough."""
    log = logging.getLogger("streamlit.error_util")
    if not any(isinstance(known, WithoutWords) for known in log.filters):
        log.addFilter(WithoutWords())
