"""Where the Runs page's browser asks how the runs stand, and what models took for one: JSON, for that page alone.

Both answer whoever shows the pass that the page was given, which another site's page does not know and may not send.
One look at the record serves all who ask the same within a second, and a crowd, whose turns are far apart, for longer;
the bytes of the answer too.
"""

import gzip
import hashlib
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from anyio import CapacityLimiter, to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pages.parts.board import CHOICES, MOST_PAGES, Asked, board
from pages.parts.costs import line
from pages.parts.pulse import Audience
from pages.parts.record import record
from services.database import Database
from services.errors import AftercallError
from services.faults import unforeseen
from services.model_costs import costs, summed
from services.watching import Lookout

PATH = "/live/runs"
COSTS = "/live/run-costs"
PASS = secrets.token_urlsafe(24)  # of this process: the page hands it to the browsers that it admits
AUDIENCE = Audience(together=6.0, slowest=10.0)
STILL = 30.0  # seconds between two questions while nothing waits and nothing is at work
_ONE_AT_A_TIME = CapacityLimiter(1)
_HEADERS = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin", "Vary": "Accept-Encoding"}
_TOKEN = re.compile(r"[0-9a-zA-Z_-]{1,40}")


@dataclass(frozen=True)
class Answer:
    """What is told at one moment: the values, and the bytes of it. ``same`` is for those who have the values.

    ``now`` is the moment, in seconds since 1970.
    """

    board: dict[str, Any]
    now: float
    full: bytes
    packed: bytes
    same: bytes
    tag: str


def answer(database: Database, asked: Asked) -> Answer:
    """Looks, and makes the bytes. Raises DatabaseUnavailable, or Fault on an error that nobody foresaw."""
    try:
        seen = board(database, asked)
    except AftercallError:
        raise
    except Exception as error:
        raise unforeseen("The look at the runs", error) from error
    now = time.time()
    body = json.dumps(seen, ensure_ascii=False, separators=(",", ":"))
    tag = hashlib.sha256(body.encode()).hexdigest()[:16]
    same = f'{{"tag":"{tag}","now":{now:.2f}}}'
    full = f'{same[:-1]},"board":{body}}}'.encode()
    return Answer(seen, now, full, gzip.compress(full, 5, mtime=0), same.encode(), tag)


LOOKOUT: Lookout[Asked, Answer] = Lookout(answer)


Answers = Callable[[Request], Awaitable[Response]]


def for_the_page(answers: Answers) -> Answers:
    """Answers those alone who show the pass; what goes wrong is told in a sentence."""

    async def guarded(request: Request) -> Response:
        shown = request.headers.get("x-aftercall-pass", "")
        if not secrets.compare_digest(shown.encode(), PASS.encode()):
            return _problem(403, "This address answers the Runs page alone. Open it anew.")
        try:
            return await answers(request)
        except ValueError as error:
            return _problem(400, str(error))
        except AftercallError as error:
            return _problem(503, error.sentence)

    return guarded


async def live_runs(request: Request) -> Response:
    """How the runs stand, with the seconds until the next question in the header X-Ask-In."""
    asked, watcher = _asked(request.query_params)
    pace = AUDIENCE.pace(watcher)
    within = max(1.0, 0.3 * pace)
    told = LOOKOUT.lately(asked, within)
    if told is None:
        told = await to_thread.run_sync(_look, asked, within, limiter=_ONE_AT_A_TIME)
    headers = _HEADERS | {"X-Ask-In": f"{pace if told.board['moving'] else max(pace, STILL):.1f}"}
    if request.query_params.get("have") == told.tag:
        return Response(told.same, media_type="application/json", headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(told.packed, media_type="application/json", headers=headers)
    return Response(told.full, media_type="application/json", headers=headers)


async def run_costs(request: Request) -> Response:
    """What language models took for one run, in words; nothing where it asked none."""
    run_id = request.query_params.get("run", "")
    if not _TOKEN.fullmatch(run_id):
        raise ValueError("'run' is the id of a run.")
    told = await to_thread.run_sync(_costs, run_id, limiter=_ONE_AT_A_TIME)
    return JSONResponse(told, headers=_HEADERS)


def live_routes() -> list[Route]:
    """Both addresses, and the same below the base path where one is set."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    found = [(PATH, for_the_page(live_runs)), (COSTS, for_the_page(run_costs))]
    below = [(f"/{base}{path}", answers) for path, answers in found] if base else []
    return [Route(path, answers, methods=["GET"]) for path, answers in found + below]


def _look(asked: Asked, within: float) -> Answer:
    return LOOKOUT.look(record(), asked, within)


def _costs(run_id: str) -> dict[str, Any]:
    found = costs(record(), [run_id])
    return {
        "summed": summed(found) if found else "",
        "lines": [{"agent": one.agent, "words": line(one)} for one in found],
    }


def _asked(query: QueryParams) -> tuple[Asked, str]:
    """What is asked for, and by whom. Raises ValueError with a sentence."""
    show, page, watcher = query.get("show", "all"), query.get("page", "1"), query.get("who", "")
    if show not in CHOICES:
        raise ValueError(f"'show' is one of {', '.join(CHOICES)}.")
    if not (page.isascii() and page.isdigit() and 1 <= len(page) <= 6 and 1 <= int(page) <= MOST_PAGES):
        raise ValueError(f"'page' is a whole number from 1 to {MOST_PAGES:,}.")
    if not _TOKEN.fullmatch(watcher):
        raise ValueError("'who' is a name of up to 40 letters and digits that a browser makes up for itself.")
    return Asked(show, int(page)), watcher


def _problem(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"problem": sentence}, status_code=status, headers=_HEADERS)
