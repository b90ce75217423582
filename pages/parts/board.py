"""What the Runs page shows, as plain values: its browser draws them, and asks for them again."""

import re
from dataclasses import dataclass
from typing import Any

from pages.parts.progress import before_it, saying, step_words, summary
from pages.parts.text import count, shorten
from pages.parts.times import span, time_left
from services.database import Database
from services.runs import RunState, RunView, StepView
from services.watching import Outlook, outlook

PER_PAGE = 20
MOST_PAGES = 100_000
_NAME, _SENTENCE = 300, 1000  # characters that are shown of what came from outside
_BENDS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turns the words after it around, its own or not


@dataclass(frozen=True)
class Choice:
    """A kind of runs to show: what the filter calls it, the states, and the words for none and for some of them."""

    label: str
    states: tuple[RunState, ...]
    none: str
    some: str


CHOICES: dict[str, Choice] = {
    "all": Choice("All", (), "There is no run.", "{} in all"),
    "waiting": Choice("Waiting", ("queued",), "No run is waiting.", "{} waiting"),
    "held": Choice("Held back", ("paused",), "No run is held back.", "{} held back"),
    "done": Choice("Done", ("done",), "No run is done.", "{} done"),
    "failed": Choice("Failed", ("failed",), "No run has failed.", "{} failed"),
    "cancelled": Choice("Cancelled", ("cancelled",), "No run was cancelled.", "{} cancelled"),
}
_TO_DO: dict[RunState, str] = {"running": "at work", "queued": "waiting", "paused": "held back"}


@dataclass(frozen=True)
class Asked:
    """The kind of runs that is wanted, one of CHOICES, and the page of them, from 1 on."""

    show: str = "all"
    page: int = 1


def board(database: Database, asked: Asked) -> dict[str, Any]:
    """What is to be drawn; of pages that are not there (any more), the last one."""
    states = CHOICES[asked.show].states
    seen = outlook(database, states, PER_PAGE, (asked.page - 1) * PER_PAGE)
    last = max(1, -(-seen.total // PER_PAGE))
    if asked.page > last:
        seen = outlook(database, states, PER_PAGE, (last - 1) * PER_PAGE)
    return drawn(seen, Asked(asked.show, min(asked.page, last)))


def drawn(seen: Outlook, asked: Asked) -> dict[str, Any]:
    """The runs as they were seen. Nothing in it alters by time alone: moments are seconds since 1970."""
    choice = CHOICES[asked.show]
    counts = seen.backlog.counts
    heading = f"{choice.some.format(count(seen.total, 'run'))}, the newest first" if seen.total else ""
    return {
        "show": asked.show,
        "page": asked.page,
        "pages": max(1, -(-seen.total // PER_PAGE)),
        "any": any(counts.values()),
        "moving": seen.moving,
        "failed": counts.get("failed", 0),
        "to_cancel": counts.get("queued", 0) + counts.get("paused", 0),
        "standing": [f"{counts[state]:,} {words}" for state, words in _TO_DO.items() if counts.get(state)],
        "left": time_left(seen.backlog.seconds_left) if seen.moving and not seen.problem else "",
        "problem": seen.problem,
        "tools": tools(seen),
        "at_work": [at_work(run) for run in seen.at_work],
        "heading": heading,
        "none": "" if seen.total else choice.none,
        "rows": [row(run, seen.places) for run in seen.rows if run.state != "running"],
    }


def tools(seen: Outlook) -> list[dict[str, str]]:
    """The buttons for all runs of a kind: what each does, what it says, its icon."""
    counts = seen.backlog.counts
    waits, held, failed = counts.get("queued"), counts.get("paused"), counts.get("failed", 0)
    again = f"Try all {failed:,} failed again" if failed > 1 else "Try the failed one again"
    found = (
        (waits, "hold_back", "Hold back what waits", "pause"),
        (held, "go_on", "Go on with what is held back", "play_arrow"),
        (waits or held, "ask_to_cancel", "Cancel what waits", "close"),
        (failed, "try_failed_again", again, "refresh"),
    )
    return [{"act": act, "label": label, "icon": icon} for offered, act, label, icon in found if offered]


def at_work(run: RunView) -> dict[str, Any]:
    """A run at work; ``began`` lets a clock go on."""
    return _told(run) | {
        "said": " · ".join(filter(None, (_line(saying(run), _SENTENCE), _line(run.worker)))),
        "began": run.started_at.timestamp() if run.started_at else None,
    }


def row(run: RunView, places: dict[str, int]) -> dict[str, Any]:
    """A run that waits or has ended; the moment ``at`` stands between what is ``before`` it and who did it."""
    before = [
        _line(run.filename) if run.title != run.filename else "",
        before_it(places[run.id]) if run.id in places else "",
        f"from {run.start_at} on" if run.start_at else "",
        span(run.seconds) if run.state in ("done", "failed") else "",
    ]
    return _told(run) | {
        "before": [words for words in before if words],
        "at": (run.started_at or run.created_at).timestamp(),
        "actor": _line(run.actor),
        "error": _line(run.error, _SENTENCE),
        "note": _line(run.note, _SENTENCE),
        "call": run.external_id if run.state == "done" else None,
    }


def _told(run: RunView) -> dict[str, Any]:
    folded = run.state in ("queued", "paused")  # no agent was at it
    return {
        "id": run.id,
        "title": _line(run.title),
        "state": run.state,
        "summary": summary(run.steps),
        "steps": [] if folded else _steps(run),
    }


def _steps(run: RunView) -> list[dict[str, str]]:
    return [{"agent": step.agent, "state": step.state, "words": _how(step, run)} for step in run.steps]


def _how(step: StepView, run: RunView) -> str:
    """How a step stands, in words; nothing waits any more in a run that has ended."""
    if step.state == "pending" and run.state in ("failed", "cancelled"):
        return "not reached"
    return _line(step_words(step), _SENTENCE)


def _line(words: str | None, length: int = _NAME) -> str:
    return shorten(_BENDS_DIRECTION.sub("", words or ""), length)
