"""The ledger: how quickly calls are stored with every value's origin, against the bare upsert of their rows.

Run ``python -m bench.ledger``; ``--json`` prints the rows as one JSON object. It has an embedded server in a folder of
its own. 1,000 made-up calls of 42 values each, 1,000 a batch: ``transcripts.upsert_many`` alone, new and again;
then ``ledger.write_many`` for new calls, for an unchanged re-run, and for a re-run in which every value is another. The
best of ``--rounds`` counts; the processor time is that of this process, without the server's.

Ends with status 1 where an unchanged re-run writes a row of the ledger or is slower than half of the bare upsert, or
where fewer than 100 calls a second are stored with every value changed.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text

from bench.common import arguments, own_record
from bench.made_up import Row, made_up
from bench.storing import BATCH, product
from db import ledger
from db.ledger import Said
from services.database import Database
from services.minds import Mind
from services.sayings import said_in

LEAST_RATIO = 0.5
LEAST_CHANGED = 100
MIND = Mind("builtin", "builtin", "1", "0" * 16)
PROVED = "children_count estate_value deal_amount deposit_amount spouse_name client_state marital_status".split()


@dataclass(frozen=True)
class Written:
    """Calls a second of one way; ``values`` are the rows of the ledger that one batch wrote."""

    what: str
    calls: int
    values: int
    a_second: float
    processor_seconds: float


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--calls", type=int, default=BATCH, help=f"calls in the batch (default {BATCH:,})")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each way; the best counts (default 3)")
    chosen = parser.parse_args()
    with own_record() as (_, database):
        written = measured(database, chosen.calls, chosen.rounds)
    if chosen.json:
        print(json.dumps({"ledger": [asdict(one) for one in written]}))
    else:
        show(written)
    sys.exit(int(too_slow(written)))


def measured(database: Database, calls: int, rounds: int) -> list[Written]:
    """Every way, in turns, each round with calls of its own."""
    best: dict[str, Written] = {}
    for number in range(rounds):
        plain, first, other = (batch(calls, f"{kind} {number}") for kind in ("plain", "said", "said"))
        other = [otherwise(row) for row in other]
        bare, told = product(database), writer(database)
        ways: list[tuple[str, Callable[[Sequence[Row]], None], list[Row]]] = [
            ("bare upsert, new", bare, plain),
            ("bare upsert, again", bare, plain),
            ("with the ledger, new", told, first),
            ("with the ledger, nothing changed", told, first),
            ("with the ledger, every value changed", told, other),
        ]
        for what, store, rows in ways:
            one = timed(database, what, store, rows)
            if what not in best or best[what].a_second < one.a_second:
                best[what] = one
    return list(best.values())


def timed(database: Database, what: str, store: Callable[[Sequence[Row]], None], rows: list[Row]) -> Written:
    """One batch by one way."""
    before, began, worked = values(database), time.perf_counter(), time.process_time()
    store(rows)
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    return Written(what, len(rows), values(database) - before, round(len(rows) / seconds, 1), round(work, 2))


def writer(database: Database) -> Callable[[Sequence[Row]], None]:
    """Stores as the chain does: what the rows say is taken from them, and goes with them."""

    def store(rows: Sequence[Row]) -> None:
        with database.session() as session:
            stored = ledger.write_many(session, [(row, said(row)) for row in rows], run_id="bench", actor="bench")
            if len(stored) != len(rows):
                raise SystemExit("Not every row was stored.")

    return store


def said(row: Row) -> list[Said]:
    return said_in(row, MIND)


def batch(calls: int, kind: str) -> list[Row]:
    """Made-up calls with the proof of their facts, coaching and speakers: 42 values each."""
    return [{**with_proof(made_up(each)), "external_id": f"{kind} {each:05}"} for each in range(calls)]


def with_proof(row: Row) -> Row:
    """The row with what the analyst would have found, and with what it says beside the record."""
    crm, name = row["crm_data"], row["crm_data"]["client_name"]
    quote = {"turn": 7, "quote": "forty-five hundred dollars for the whole of it, and half of it today"}
    facts = {
        field: {"value": crm[field], "state": "verified", "evidence": [quote], "source": "builtin"}
        for field in PROVED
        if crm[field] is not None
    }
    objections = [{"category": each, "state": "verified", "evidence": [quote]} for each in crm["objections"]]
    header = {"meeting_title": crm["meeting_title"], "meeting_time": "09:30", "meeting_date": crm["meeting_date"]}
    points = ("measures", "strengths", "opportunity", "suggestion", "source", "phases", "questions")
    return {
        **row,
        "extracted_data": {"facts": facts, "objections": objections},
        "coaching": {point: {"text": f"{point} of {name}", "turns": [1, 2]} for point in points},
        "call": {
            "header": {**header, "client_name": name, "client_email": crm["client_email"], "duration_minutes": 42},
            "speakers": [{"name": name, "side": "client"}, {"name": "Nora Quist", "side": "advisor"}],
        },
    }


def otherwise(row: Row) -> Row:
    """The same call as a mind would say it that says every value otherwise."""
    quote = {"turn": 8, "quote": "other words"}
    facts = {field: {"value": 1, "state": "paraphrased", "evidence": [quote]} for field in row["crm_data"]}
    call = row["call"]
    return {
        **row,
        "crm_data": {field: f"{value} otherwise" for field, value in row["crm_data"].items()},
        "extracted_data": {"facts": facts},
        "email_draft": "Subject: Another\n\n" + "Other words. " * 40,
        "social_content": {"posts": [{"channel": "linkedin", "text": "Other words.", "state": "draft"}]},
        "coaching": {point: {"text": "otherwise", "turns": [3]} for point in row["coaching"]},
        "call": {
            "header": {field: f"{value} otherwise" for field, value in call["header"].items()},
            "speakers": [{**speaker, "side": "other"} for speaker in call["speakers"]],
        },
    }


def values(database: Database) -> int:
    """How many rows the ledger has."""
    with database.session() as session:
        return int(session.scalar(text("SELECT count(*) FROM field_values")) or 0)


def too_slow(written: Sequence[Written]) -> bool:
    """Whether one of the bounds is broken."""
    by_name = {one.what: one for one in written}
    same = by_name["with the ledger, nothing changed"]
    slow = same.a_second < LEAST_RATIO * by_name["bare upsert, again"].a_second
    return bool(same.values) or slow or by_name["with the ledger, every value changed"].a_second < LEAST_CHANGED


def show(written: Sequence[Written]) -> None:
    """Prints the table."""
    print("Storing calls with the origin of every value      calls  rows of the ledger  calls/s  processor s")
    for one in written:
        print(f"{one.what:45} {one.calls:9,} {one.values:19,} {one.a_second:8,.0f} {one.processor_seconds:12.2f}")
    by_name = {one.what: one.a_second for one in written}
    ratio = by_name["with the ledger, nothing changed"] / by_name["bare upsert, again"]
    print(f"\nAn unchanged re-run against the bare upsert of rows that are there: {ratio:.2f}")


if __name__ == "__main__":
    main()
