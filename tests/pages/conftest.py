"""Pages are run as the shell runs them, in this process, on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from db.engine import Database

ROOT = Path(__file__).resolve().parents[2]
SHELL = ROOT / "pages" / "shell.py"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What one test opened is closed before the next one begins."""
    for kept in (st.cache_resource, st.cache_data):
        kept.clear()
    yield
    for kept in (st.cache_resource, st.cache_data):
        kept.clear()


@pytest.fixture
def dashboard(database: Database) -> Callable[[], AppTest]:
    """Opens the dashboard as a new visitor does; the chain works behind it."""

    def visit() -> AppTest:
        return AppTest.from_file(str(SHELL), default_timeout=30).run()

    return visit


def open_at(dashboard: Callable[[], AppTest], name: str, **address: Any) -> AppTest:
    """A page of the dashboard, by its file's name, with these parameters in its address."""
    page = dashboard()
    for parameter, value in address.items():
        page.query_params[parameter] = value
    page.switch_page(str(ROOT / "pages" / f"{name}.py")).run()
    assert not page.exception
    return page
