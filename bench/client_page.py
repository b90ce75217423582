"""The page of one client among many calls: ``python -m bench.client_page``.

``--calls`` made-up calls (100,000) are stored with every field of their CRM record in the ledger, in an embedded server
of its own. Among them are households of 2, 20, 200 and 1,000 calls, whose calls disagree about the estate's value.
For each: the seconds until all that the page shows of it is read (``services.clients.get`` and
``services.client_page.get``; drawing left out), p50 and p95 of ``--repeat`` rounds, and the processor's time of this
process, the server's left out. Every statement's plan is looked at. Of 1,000 calls the page reads the newest 200.

Ends with status 1 where a household of 20 calls takes more than 0.1 s of the processor, or a plan reads a table whole.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from bench.record import made_up, open_here
from db import transcripts
from services import client_page, clients
from services.database import Database

BATCH = 1_000
SIZES = (2, 20, 200, 1_000)
MOST_SECONDS = 0.1  # of the processor
LEDGER = text(
    "INSERT INTO field_values (transcript_id, write_id, external_id, field, value, source, kind, state, quotes, actor)"
    " SELECT call.id, md5(call.external_id)::uuid, call.external_id, 'crm_data.' || said.key, said.value, 'builtin',"
    " 'run', 'verified', '[{\"turn\": 3, \"quote\": \"what the client said about it\"}]', 'bench'"
    " FROM transcripts AS call, jsonb_each(crm_data) AS said WHERE said.value <> 'null'"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000, help="how many calls there are (default 100,000)")
    parser.add_argument("--repeat", type=int, default=20, help="how often each page is read (default 20)")
    chosen = parser.parse_args()
    slow = False
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # root runs the server as another user, who must be able to enter
        database = open_here(folder)
        try:
            print(f"{chosen.calls:,} calls, {fill(database, chosen.calls):,} rows of the ledger")
            for size in SIZES:
                p50, p95, cpu, disagreeing, whole = ask(database, size, chosen.repeat)
                slow = slow or bool(whole) or (size == 20 and cpu > MOST_SECONDS)
                told = f"p50 {p50:.4f} s, p95 {p95:.4f} s, this process {cpu:.4f} s of processor"
                print(f"{size:5,} calls: {told}; {disagreeing} fields disagree; read whole: {whole or 'nothing'}")
        finally:
            database.close()
    sys.exit(int(slow))


def fill(database: Database, calls: int) -> int:
    """Stores the calls, the households' among them, and their ledger; gives the ledger's rows."""
    owners = [f"household-{size}@example.com" for size in SIZES for _ in range(size)]
    for start in range(0, calls, BATCH):
        rows = [_call(number, owners) for number in range(start, min(start + BATCH, calls))]
        with database.session() as session:
            transcripts.upsert_many(session, rows)
    with database.session() as session:
        session.execute(LEDGER)
        found = session.scalar(text("SELECT count(*) FROM field_values"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return int(found or 0)


def _call(number: int, owners: list[str]) -> dict[str, Any]:
    """A made-up call; every fiftieth is the next household's, as long as one has too few."""
    row = {**made_up(number), "external_id": f"call {number:06}"}
    place, rest = divmod(number, 50)
    if rest == 0 and place < len(owners):
        crm = row["crm_data"]
        row["crm_data"] = {**crm, "client_email": owners[place], "estate_value": 500_000 + 1_000 * (number % 7)}
    return row


def ask(database: Database, size: int, repeat: int) -> tuple[float, float, float, int, list[str]]:
    """p50, p95, this process's time of the processor, the fields that disagree, and the tables that are read whole."""
    with database.session() as session:
        owner = {"owner": f"household-{size}@example.com"}
        call = session.scalar(
            text("SELECT external_id FROM transcripts WHERE crm_data ->> 'client_email' = :owner LIMIT 1"), owner
        )
    client = clients.household_of(database, str(call)).id
    page = client_page.get(database, clients.get(database, client))
    assert len(page.household.calls) == size
    times, began = [], time.process_time()
    for _ in range(repeat):
        start = time.perf_counter()
        client_page.get(database, clients.get(database, client))
        times.append(time.perf_counter() - start)
    cpu = (time.process_time() - began) / repeat
    p95 = statistics.quantiles(times, n=20)[-1]
    return statistics.median(times), p95, cpu, len(page.disagreements), read_whole(database, client)


def read_whole(database: Database, client: int) -> list[str]:
    """The tables of which a plan reads every row."""
    asked: list[tuple[str, Any]] = []

    def listen(*told: Any) -> None:
        asked.append((told[2], told[3]))

    event.listen(database.engine, "before_cursor_execute", listen)
    client_page.get(database, clients.get(database, client))
    event.remove(database.engine, "before_cursor_execute", listen)
    plans = ""
    with database.engine.connect() as connection:
        for statement, values in asked:
            if statement.startswith("SELECT"):
                plans += "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
    return [table for table in ("transcripts", "field_values") if f"Seq Scan on {table}" in plans]


if __name__ == "__main__":
    main()
