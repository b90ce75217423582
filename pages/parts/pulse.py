"""A page's pulse: its browser asks, now and then, whether anything changed, and only what did is drawn again.

How often depends on how many watch: all of them together ask two or three times a second, one alone every second. A tab
in the background asks nothing until somebody looks at it again.
"""

import threading
import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.parts.text import escape
from services.errors import DatabaseUnavailable

QUICKEST = 1.0  # seconds between two questions of one browser
TOGETHER = 2.5  # questions of all browsers a second
SLOWEST = 20.0
_MOST_WATCHERS = 10_000  # more are not counted one by one

_PULSE = st.components.v2.component(
    "aftercall_pulse",
    html="<span hidden></span>",
    js="""
const clocks = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const stop = () => {
    const { timer, wake } = clocks.get(parentElement) ?? {}
    clearTimeout(timer)
    document.removeEventListener("visibilitychange", wake)
    clocks.delete(parentElement)
  }
  const ask = () => {
    if (document.hidden) return
    set(Math.max(4 * data.pace, 10))
    setTriggerValue("beat", Date.now())
  }
  const set = (seconds) => {
    stop()
    const timer = setTimeout(ask, 1000 * seconds)
    document.addEventListener("visibilitychange", ask)
    clocks.set(parentElement, { timer, wake: ask })
  }
  set(data.pace)
  return stop
}
""",
)


class Audience:
    """Who watches: each with the moment at which it asked last.

    ``together`` is how often all of them ask a second, ``slowest`` the most seconds between two questions of one.
    """

    def __init__(self, together: float = TOGETHER, slowest: float = SLOWEST) -> None:
        self._together, self._slowest = together, slowest
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}

    def pace(self, watcher: str, now: float | None = None) -> float:
        """Seconds until this one is to ask again, by how many have asked lately."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            if len(self._seen) < _MOST_WATCHERS:
                self._seen[watcher] = moment
            gone = [each for each, at in self._seen.items() if moment - at > 1.5 * self._slowest]
            for each in gone:
                del self._seen[each]
            return min(self._slowest, max(QUICKEST, len(self._seen) / self._together))


_audience = Audience()


def pulse(ask: Callable[[], list[str]], *, key: str) -> None:
    """Lets ``ask`` be called now and then; the fragments whose keys it returns are drawn again.

    While the record can't be reached, that is said here, and asking goes on.
    """
    st.fragment(_beat, key=f"{key}_fragment")(ask, key)


def _beat(ask: Callable[[], list[str]], key: str) -> None:
    def beat() -> None:
        try:
            changed = ask()
        except DatabaseUnavailable as error:
            st.session_state[f"{key}_problem"] = error.sentence
            return
        if changed:
            st.rerun([f"{key}_fragment", *changed])

    context = get_script_run_ctx()
    pace = _audience.pace(context.session_id if context else "")
    _PULSE(key=key, data={"pace": pace, "at": time.monotonic()}, on_beat_change=beat)
    if problem := st.session_state.pop(f"{key}_problem", None):
        st.warning(f"What you see is of a moment ago. {escape(problem)}", icon=":material/cloud_off:")
