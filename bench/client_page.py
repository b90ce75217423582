"""The page of one client among many calls: ``python -m bench.client_page``.

``--calls`` made-up calls (100,000) are stored with every field of their CRM record in the ledger, in an embedded server
of its own. Among them are households of 2, 20, 200 and 1,000 calls, whose calls disagree about the estate's value.
For each: the seconds until all that the page shows of it is read (``services.clients.get`` and
``services.client_page.get``; drawing left out), p50 and p95 of ``--repeat`` rounds, and the processor's time of this
process, the server's left out. Every statement's plan is looked at. Of 1,000 calls the page reads the newest 200.

Ends with status 1 where a household of 20 calls takes more than 0.1 s of the processor, or a plan reads a table whole.
"""

import json
import sys
import time
from typing import Any

from sqlalchemy import event, text

from bench.common import arguments, middle_and_slow, own_record, seconds_of
from bench.made_up import made_up
from db import transcripts
from services import client_page, clients
from services.database import Database

BATCH = 1_000
SIZES = (2, 20, 200, 1_000)
LEAST = 50 * sum(SIZES)  # every fiftieth call is a household's
MOST_SECONDS = 0.1  # of the processor
LEDGER = text(
    "INSERT INTO field_values (transcript_id, write_id, external_id, field, value, source, kind, state, quotes, actor)"
    " SELECT call.id, md5(call.external_id)::uuid, call.external_id, 'crm_data.' || said.key, said.value, 'builtin',"
    " 'run', 'verified', '[{\"turn\": 3, \"quote\": \"what the client said about it\"}]', 'bench'"
    " FROM transcripts AS call, jsonb_each(crm_data) AS said WHERE said.value <> 'null'"
)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--calls", type=int, default=100_000, help="how many calls there are (default 100,000)")
    parser.add_argument("--repeat", type=int, default=20, help="how often each page is read (default 20)")
    chosen = parser.parse_args()
    if chosen.calls < LEAST:
        parser.error(f"the largest household needs {LEAST:,} calls around it")
    slow = False
    rows = []
    with own_record() as (_, database):
        ledger = fill(database, chosen.calls)
        for size in SIZES:
            p50, p95, cpu, disagreeing, whole = ask(database, size, chosen.repeat)
            slow = slow or bool(whole) or (size == 20 and cpu > MOST_SECONDS)
            rows.append({"calls": size, "p50": p50, "p95": p95, "cpu": cpu, "fields": disagreeing, "whole": whole})
            told = f"p50 {p50:.4f} s, p95 {p95:.4f} s, this process {cpu:.4f} s of processor"
            if not chosen.json:
                print(f"{size:5,} calls: {told}; {disagreeing} fields disagree; read whole: {whole or 'nothing'}")
    if chosen.json:
        print(json.dumps({"calls": chosen.calls, "ledger": ledger, "pages": rows}))
    else:
        print(f"Among {chosen.calls:,} calls, {ledger:,} rows of the ledger.")
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
    began = time.process_time()
    times = seconds_of(lambda: client_page.get(database, clients.get(database, client)), repeat)
    cpu = (time.process_time() - began) / (repeat + 1)
    return *middle_and_slow(times), cpu, len(page.disagreements), read_whole(database, client)


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
