"""The launcher: ``streamlit run app.py`` serves the dashboard, with the record and the chain open from the start."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pages.parts.headers import SecurityHeaders
from pages.parts.live_route import live_routes
from pages.parts.mishaps import keep_words_out_of_the_log, tell
from pages.parts.record import health, house, leave
from services.errors import AftercallError
from services.readiness import check_setup

logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("aftercall")
_TIDY_SECONDS = 20.0


def _open() -> None:
    """Opens the record and starts the chain; on failure the pages say why and every visit tries again."""
    try:
        check_setup()
        house()
    except AftercallError as error:
        log.error("Aftercall is not ready: %s", error.sentence)


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    await to_thread.run_sync(_open)
    # What is loaded by now need not be walked again by the collector.
    gc.collect()
    gc.freeze()
    tidying = asyncio.create_task(_tidy_up())
    try:
        yield {}
    finally:
        tidying.cancel()
        await to_thread.run_sync(leave)


async def _tidy_up() -> None:
    """Collects garbage now and then, instead of after every run of a page, where it is most of what a glance costs."""
    while True:
        await asyncio.sleep(_TIDY_SECONDS)
        gc.collect()


async def _health(_request: Request) -> JSONResponse:
    """200 with ``{"status": "ok"}`` while the record answers, else 503 with the sentence."""
    problem = await to_thread.run_sync(health)
    if problem:
        return JSONResponse({"status": "down", "reason": problem}, status_code=503)
    return JSONResponse({"status": "ok"})


keep_words_out_of_the_log()
app = st.App(
    Path(__file__).resolve().parent / "pages" / "shell.py",
    lifespan=_lifespan,
    routes=[Route("/healthz", _health), *live_routes()],
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=tell,
)
