"""Calls a minute through the whole builtin chain and into the record, and how long one waits for a single call.

Run ``python -m bench.throughput``; ``--json`` prints the rows as JSON, ``--without-embeddings`` leaves the slow half
out. Every case has an embedded server in a folder of its own and workers that are processes of their own (``python -m
services worker``), as many as the case says; calls have ``--words`` words each (5,000), ``--calls`` of them are handed
in before the clock starts to run. The time is that from the first call's begin to the last call's end, as the record
has it, so that a worker's start is not in it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.chain import long_call
from bench.processes import cpu_seconds, database_cpu, resident_mb
from services import ingestion, runs, uploads
from services.database import Database, open_record
from services.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Row:
    """One case: calls a minute where many wait; seconds from handing in to the end where one comes alone.

    ``worker_cpu`` and ``database_cpu`` are seconds of processor time a call, of all workers and of PostgreSQL.
    """

    embeddings: bool
    workers: int
    calls: int
    words: int
    calls_a_minute: float
    worker_cpu: float
    database_cpu: float
    single_p50: float
    single_p95: float
    worker_mb: float


@contextmanager
def workers(folder: Path, number: int, *, embeddings: bool) -> Iterator[list[subprocess.Popen[str]]]:
    """Worker processes on the folder's record, at work; told to stop at the end."""
    environment = {**os.environ, "DATA_DIR": str(folder), "EMBEDDINGS": str(embeddings)}
    environment.pop("DATABASE_URL", None)
    with ExitStack() as stack:
        started = []
        for _ in range(number):
            worker = subprocess.Popen(
                [sys.executable, "-m", "services", "worker"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.callback(_stop, worker)
            started.append(worker)
        for worker in started:
            if worker.stdout is None or "at work" not in worker.stdout.readline():
                raise SystemExit("A worker did not start.")
        yield started


def _stop(worker: subprocess.Popen[str]) -> None:
    worker.terminate()
    worker.communicate()


def measure(calls: int, words: int, number: int, *, embeddings: bool) -> Row:
    """Hands the calls in at once, then twenty of them one by one."""
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # root runs the server as another user, who must be able to enter
        database = open_record(Settings(data_dir=folder, database_url=None))
        try:
            text = long_call(words)
            with workers(folder, number, embeddings=embeddings) as started:
                done(database, [hand_in(database, text, "warm", each) for each in range(number * 2)])
                before = used(started, folder)
                ids = [hand_in(database, text, "many", each) for each in range(calls)]
                seconds = span(database, ids)
                spent = [after - before for after, before in zip(used(started, folder), before, strict=True)]
                alone = sorted(single(database, text, each) for each in range(20))
                memory = statistics.mean(resident_mb(worker.pid) for worker in started)
        finally:
            database.close()
    p95 = statistics.quantiles(alone, n=20)[-1]
    return Row(
        embeddings=embeddings,
        workers=number,
        calls=calls,
        words=words,
        calls_a_minute=calls * 60 / seconds,
        worker_cpu=spent[0] / calls,
        database_cpu=spent[1] / calls,
        single_p50=statistics.median(alone),
        single_p95=p95,
        worker_mb=round(memory),
    )


def used(started: Sequence[subprocess.Popen[str]], folder: Path) -> tuple[float, float]:
    """Seconds of processor time that the workers used so far, and PostgreSQL."""
    return sum(cpu_seconds(worker.pid) for worker in started), database_cpu(folder)


def hand_in(database: Database, text: bytes, kind: str, number: int) -> str:
    """One more call: the same words, and a turn that makes it another's."""
    own = f"Nora Whitfield: This is call {number} of the {kind} ones.\n".encode()
    return uploads.submit(database, f"{kind} {number}.txt", own + text, None, "bench")


def span(database: Database, ids: Sequence[str]) -> float:
    """Seconds from the first begin to the last end of the runs."""
    ended = done(database, ids)
    began = min(run.started_at for run in ended if run.started_at)
    return (max(run.finished_at for run in ended if run.finished_at) - began).total_seconds()


def single(database: Database, text: bytes, number: int) -> float:
    """Seconds from handing one call in to its end, with nothing else to do."""
    began = time.perf_counter()
    run_id = hand_in(database, text, "single", number)
    while not runs.ended(database, [run_id]):
        time.sleep(0.01)
    return time.perf_counter() - began


def done(database: Database, ids: Sequence[str]) -> list[runs.RunView]:
    """The runs at their end. Ends the measurement where one failed."""
    ended = list(ingestion.ended(database, ids))
    for run in ended:
        if run.state != "done":
            raise SystemExit(f"A run ended as {run.state}: {run.error}")
    return ended


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=150, help="calls of a case without embeddings (default 150)")
    parser.add_argument("--words", type=int, default=5_000, help="words of a call (default 5,000)")
    parser.add_argument("--without-embeddings", action="store_true", help="only the cases without embeddings")
    parser.add_argument("--json", action="store_true", help="print the rows as one JSON list")
    chosen = parser.parse_args()
    rows = []
    for embeddings in (False,) if chosen.without_embeddings else (False, True):
        for number in (1, 2):
            calls = max(8, chosen.calls // 4) if embeddings else chosen.calls
            row = measure(calls, chosen.words, number, embeddings=embeddings)
            rows.append(asdict(row))
            if not chosen.json:
                how = f"{number} worker{'s' * (number > 1)}, {'with' if embeddings else 'without'} embeddings"
                print(
                    f"{how:32} {row.calls:4} calls {row.calls_a_minute:7.0f} a minute   "
                    f"processor a call {row.worker_cpu:5.3f} s, PostgreSQL {row.database_cpu:5.3f} s   "
                    f"one alone p50 {row.single_p50:5.2f} s  p95 {row.single_p95:5.2f} s  {row.worker_mb:4.0f} MB each",
                    flush=True,
                )
    if chosen.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
