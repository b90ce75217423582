"""kill -9 in every step, of the process, of the database, and of both: every call is stored once, nothing is redone."""

import os
import signal
from pathlib import Path
from typing import Literal

import pytest

from db.engine import Database, open_database
from db.transcripts import known
from services import runs, uploads
from services.runs import RunView
from tests.own_calls import stellar
from tests.test_stages import ALL_AGENTS
from tests.working import process, said, until

ROOT = Path(__file__).parents[1]
Victim = Literal["process", "database", "both"]

# Of each kind some in every test run; all of them with `make test-full`.
SMOKE = {
    ("Parser", "before", "process"),
    ("Persistence", "after", "process"),
    ("Email", "after", "both"),
    ("CRM", "before", "database"),
}
CASES = [
    pytest.param(agent, moment, victim, marks=() if (agent, moment, victim) in SMOKE else (pytest.mark.full,))
    for agent in ALL_AGENTS
    for moment in ("before", "after")
    for victim in ("process", "database", "both")
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a server of its own; root may have to run it as another user, who must be able to enter."""
    for each in [tmp_path, *tmp_path.parents[:3]]:
        each.chmod(each.stat().st_mode | 0o011)
    return tmp_path / "data"


def kill_the_database(folder: Path) -> None:
    pid = int((folder / "postgres/cluster/postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)


def end_of(database: Database, run_id: str) -> RunView:
    until(lambda: runs.get(database, run_id).state in runs.ENDED, 120)
    return runs.get(database, run_id)


@pytest.mark.parametrize(("agent", "moment", "victim"), CASES)
def test_a_kill_in_any_step_leaves_the_call_stored_once(folder: Path, agent: str, moment: str, victim: Victim) -> None:
    database = open_database(None, folder)
    try:
        run_id = uploads.submit(database, "nolan.txt", stellar(), {}, "Ann")
        with process("tests.halting", agent, moment, DATA_DIR=str(folder)) as halting:
            assert (said(halting), said(halting)) == ("at work", "halted")
            if victim != "process":
                kill_the_database(folder)
            if victim != "database":
                halting.kill()
                halting.wait()
                with process("services", "worker", DATA_DIR=str(folder)):
                    done = end_of(database, run_id)
            else:
                assert halting.stdin is not None
                halting.stdin.write("\n")
                halting.stdin.flush()
                done = end_of(database, run_id)
        assert (done.state, done.error) == ("done", None)
        assert {step.state for step in done.steps} == {"done"}
        again = {step.agent for step in done.steps if step.attempts > 1}
        beside = {"Email", "Social", "Sales Coach"} if agent in ("Email", "Social", "Sales Coach") else set()
        beside |= {"Knowledge Analyst", "Embedder"} if agent in ("Knowledge Analyst", "Embedder") else set()
        assert again <= {agent} | beside
        with database.session() as session:
            assert known(session, ["4410027123"])["4410027123"].version == 1
    finally:
        database.close()
