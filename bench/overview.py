"""The overview and the objections at 1,000, 10,000 and 100,000 calls: what one visit of each page asks, in seconds.

Run ``python -m bench.overview``; ``--json`` prints the rows as JSON. It has an embedded server in a folder of its own
(``--folder`` keeps it, to look at the pages). The calls are made up: those of bench.record with what a run found in
them (amounts of which one in ten no words support, objections with their turns and phases and how they were answered,
next steps), a short dialogue and an adviser each. Every question is asked ``--repeat`` times with no cache; drawing is
left out. ``merged`` has ten merged clients, so that what people decided is asked for too.

Ends with status 1 where the overview takes more than 0.5 s (p95) at any size.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.common import arguments, middle_and_slow, own_record, seconds_of
from bench.made_up import made_up
from bench.storing import BATCH, product
from db import client_decisions, clients
from db.listings import CallFilter
from services import next_steps_due, objections, overview
from services.database import Database
from services.overview import FactFilter
from services.playbooks.loader import load

SIZES = (1_000, 10_000, 100_000)
MOST_SECONDS = 0.5
ADVISERS = ("Nora Quist", "Omar Reyes", "Ida Roe", "Lena Falk", "Jude Kowal", "Priya Nair", "Tom Berg", "Ana Sol")
HANDLINGS = ("resolved", "answered", "acknowledged", "evaded", None)
TURNS = 24


@dataclass(frozen=True)
class Asked:
    """What one visit asks, at one size; seconds."""

    calls: int
    what: str
    p50: float
    p95: float
    most: float


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=20, help="how often each question is asked (default 20)")
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest size (default 100,000)")
    parser.add_argument("--folder", type=Path, help="keeps the record in this folder")
    chosen = parser.parse_args()
    with own_record(chosen.folder) as (_, database):
        asked = measured(database, [size for size in SIZES if size <= chosen.most], chosen.repeat)
    if chosen.json:
        print(json.dumps([asdict(row) for row in asked]))
    else:
        print(f"{'seconds':44} {'calls':>8} {'p50':>8} {'p95':>8} {'most':>8}")
        for row in asked:
            print(f"{row.what:44} {row.calls:8,} {row.p50:8.3f} {row.p95:8.3f} {row.most:8.3f}")
    sys.exit(int(any(row.what == "overview" and row.p95 > MOST_SECONDS for row in asked)))


def measured(database: Database, sizes: list[int], repeat: int) -> list[Asked]:
    """Fills the record step by step and asks at each size."""
    asked: list[Asked] = []
    for before, calls in zip((0, *sizes), sizes, strict=False):
        for start in range(before, calls, BATCH):
            product(database)([call(each) for each in range(start, min(start + BATCH, calls))])
        settle(database)
        for what, question in questions(database):
            asked.append(timed(calls, what, question, repeat))
    merge(database)
    for what, question in questions(database):
        if what in ("overview", "objections"):
            asked.append(timed(sizes[-1], f"{what}, ten clients merged", question, repeat))
    return asked


def settle(database: Database) -> None:
    """PostgreSQL's own housekeeping, which it does by itself after a while."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def merge(database: Database) -> None:
    """Ten pairs of clients become one each."""
    with database.session() as session:
        keys, _ = clients.listing(session, CallFilter(), 20)
        ids = list(clients.ids_of(session, keys).values())
        for first, second in zip(ids[::2], ids[1::2], strict=True):
            client_decisions.merge(session, first, second, {}, actor="bench", reason=None)


def timed(calls: int, what: str, question: Callable[[random.Random], object], repeat: int) -> Asked:
    """One kind of question, once to warm up and then so often as told."""
    chance = random.Random(what)
    times = seconds_of(lambda: question(chance), repeat)
    return Asked(calls, what, *(round(each, 4) for each in (*middle_and_slow(times), max(times))))


def questions(database: Database) -> Iterator[tuple[str, Callable[[random.Random], object]]]:
    """All that one visit of a page asks."""

    def page(wanted: FactFilter) -> None:
        overview.advisers(database)
        overview.look(database, wanted)
        next_steps_due.counts(database, wanted)
        next_steps_due.steps(database, wanted, "overdue")

    def worries(wanted: FactFilter, by: objections.Group) -> None:
        overview.advisers(database)
        found = objections.look(database, wanted, by)
        objections.said(database, wanted, found.found[0].name, by=by, group=found.groups[0])

    def quarter(chance: random.Random) -> FactFilter:
        since = date(2024, 1, 1) + timedelta(days=chance.randint(0, 900))
        return FactFilter(date_from=since, date_to=since + timedelta(days=91))

    def narrow(chance: random.Random) -> FactFilter:
        return FactFilter(advisers=(chance.choice(ADVISERS),), products=(chance.choice(("Will", "Power of Attorney")),))

    yield "overview", lambda _: page(FactFilter())
    yield "overview, a quarter", lambda chance: page(quarter(chance))
    yield "overview, an adviser and a product", lambda chance: page(narrow(chance))
    yield "objections", lambda _: worries(FactFilter(), "phase")
    yield "objections, by product", lambda _: worries(FactFilter(), "product")
    yield "objections, by adviser, a quarter", lambda chance: worries(quarter(chance), "adviser")


def call(number: int) -> dict[str, Any]:
    """bench.record's call of this number, as a run would have left it."""
    row, chance, book = made_up(number), random.Random(f"found {number}"), load()
    crm = row["crm_data"]
    raised = chance.sample([objection.name for objection in book.objections], chance.randint(0, 2))
    crm["objections"] = raised or None
    outcome = {"value": crm["outcome"], **proof(chance, 20)}
    step_day = date(2026, 11, 23) + timedelta(days=chance.randint(-300, 60))
    crm["next_steps"][0]["due_date"] = str(step_day) if chance.random() < 0.4 else None
    row["extracted_data"] = {
        "facts": {"deal_amount": {"value": crm["deal_amount"], **proof(chance, 12, doubt=0.1)}},
        "products_discussed": [{"value": name, **proof(chance, 9)} for name in crm["products_discussed"]],
        "objections": [{"category": name, **proof(chance, 14 + 2 * place)} for place, name in enumerate(raised)],
        "outcome": outcome,
        "next_steps": [{**step, **proof(chance, 22)} for step in crm["next_steps"]],
    }
    if row["extracted_data"]["facts"]["deal_amount"]["state"] == "unsupported":
        crm["deal_amount"] = None
    row["dialogue"] = [turn(place, chance) for place in range(TURNS)]
    sides = ((chance.choice(ADVISERS), "advisor"), (crm["client_name"], "client"))
    row["call"]["speakers"] = [{"name": name, "side": side} for name, side in sides]
    row["coaching"] = {
        "measures": {
            "objections": [
                {"category": name, "raised": [14 + 2 * place], "handling": chance.choice(HANDLINGS), "turns": [15]}
                for place, name in enumerate(raised)
            ]
        }
    }
    return row


def proof(chance: random.Random, number: int, doubt: float = 0.0) -> dict[str, Any]:
    """A state with a quote; of so many in one nothing supports it."""
    if chance.random() < doubt:
        return {"state": "unsupported", "evidence": [], "source": "builtin"}
    state = "verified" if chance.random() < 0.8 else "paraphrased"
    return {"state": state, "evidence": [{"turn": number, "quote": "That is what was said."}], "source": "builtin"}


def turn(place: int, chance: random.Random) -> dict[str, Any]:
    """One turn of nobody's dialogue."""
    phases = [phase.name for phase in load().phases]
    phase = phases[place * len(phases) // TURNS] if chance.random() < 0.8 else chance.choice(phases)
    side = "client" if place % 2 == 0 else "advisor"
    return {"speaker": side, "side": side, "start": None, "end": None, "text": "That is what was said.", "phase": phase}


if __name__ == "__main__":
    main()
