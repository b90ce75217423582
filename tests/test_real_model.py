"""The whole chain with a real, small model on this machine; left out where there is none. How well it reads is no test.

Run ``make test-model``; what was asked, and how long it took, is printed.
"""

from collections.abc import Iterator

import pytest

from services import model_ledger, uploads
from services.database import Database
from services.records import get_call
from services.settings import settings
from tests import small_model
from tests.conftest import Rows
from tests.own_calls import plain, stellar
from tests.working import process, said, wait_for, working

pytestmark = pytest.mark.model
PATIENCE = 2400.0  # seconds for one run: a small machine reads some twenty words a second
WITH_A_MODEL = ("Knowledge Analyst", "Email", "Social", "Sales Coach", "CRM")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The small model, served on a port of its own."""
    if reason := small_model.missing():
        pytest.skip(reason)
    with process("tests.small_model", str(small_model.model_file()), "0") as server:
        yield said(server)


@pytest.fixture
def thinking(address: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A record whose chain thinks with the small model."""
    chosen = {
        "OPENAI_BASE_URL": address,
        "MODEL": "small",
        "MODEL_CONTEXT": str(small_model.CONTEXT),
        "MODEL_MAX_TOKENS": "1024",
        "MODEL_TIMEOUT": "1800",
        "MODEL_CONCURRENCY": "1",
        "MODEL_PRICES": '{"small": [0, 0]}',
        "EMBEDDINGS": "false",
    }
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return database


def test_three_short_calls_go_through_the_chain(thinking: Database, rows: Rows) -> None:
    ids = [uploads.submit(thinking, f"{n}.txt", content, {}, "Ann") for n, content in enumerate(CALLS)]
    with working(thinking, threads=1):
        done = [wait_for(thinking, run_id, seconds=PATIENCE) for run_id in ids]
    spent = model_ledger.spent_by(thinking, "agent", run_ids=ids)
    for run in done:
        print(f"{run.title}: {run.state} in {run.seconds or 0:.0f} s;", {s.agent: s.note for s in run.steps if s.note})
    for (agent,), took in spent.items():
        print(f"{agent}: {took}")
    assert [(run.state, run.error) for run in done] == [("done", None)] * 3
    assert rows.of("transcripts") == 3
    assert set(WITH_A_MODEL) <= {agent for (agent,) in spent}
    assert all(took.tokens_in > 0 and took.money == 0 for took in spent.values())
    assert rows.of("model_answers") > 0
    for run in done:
        assert run.external_id is not None
        assert get_call(thinking, run.external_id).deal_stage


CALLS = (stellar(), plain(), plain(7))
