"""The record: how quickly batches of calls are stored, and the grid of deals at 1,000, 10,000 and 100,000 calls.

Run ``python -m bench.record``; ``--storing`` stops after the first table, ``--json`` prints the rows as JSON. It has an
embedded server in folders of its own. Three tables:

Storing. Batches through db.transcripts.upsert_many, which the chain stores by, against psycopg2's execute_values with
the very same INSERT ... ON CONFLICT, in turns, on one server; new calls, then the same ones again. The calls are the
samples' turns joined to so many words, worked through by the builtin chain, each row with an id of its own; and the
grid's made-up ones. The best of ``--rounds`` counts; beside it the ratio of the processor's seconds of all rounds.

The grid. What pages/deals.py asks of services.deals, each kind ``--repeat`` times with other values: seconds on the
server's side, drawing left out; "page and totals" is all that one visit of the page asks. The calls are made up: a
client, every field of a deal, a summary, an e-mail and a header, without a dialogue (which the grid does not read).
PostgreSQL's own housekeeping (VACUUM ANALYZE) has been done.

Memory. What is resident of a process that stores those calls, 1,000 a batch, and of one that answers for the grid.

Ends with status 1 where storing is slower than 0.8 of psycopg2, or a kind of the grid takes more than 0.5 s (p95).
"""

import json
import multiprocessing
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.common import arguments, middle_and_slow, open_here, own_record, seconds_of
from bench.made_up import OUTCOMES, PRODUCTS, STAGES, client, made_up
from bench.processes import resident_mb
from bench.storing import BATCH, Stored, compared, product
from services import deals
from services.database import Database
from services.deals import DealFilter

SIZES = (1_000, 10_000, 100_000)
LEAST_RATIO = 0.8
MOST_SECONDS = 0.5


@dataclass(frozen=True)
class Asked:
    """One kind of question of the grid, at one size; seconds."""

    calls: int
    what: str
    found: int
    p50: float
    p95: float


@dataclass(frozen=True)
class Resident:
    """Megabytes resident of a process at one size; ``at_start`` before it did anything."""

    calls: int
    what: str
    at_start: float
    after: float


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=20, help="how often each question is asked (default 20)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each batch; the best counts (default 5)")
    parser.add_argument("--storing", action="store_true", help="the first table alone")
    chosen = parser.parse_args()
    asked: list[Asked] = []
    resident: list[Resident] = []
    with own_record() as (folder, database):
        storing = [
            row
            for what, batch in ((None, BATCH), (500, BATCH), (5_000, BATCH // 10))
            for row in compared(database, folder, what, batch, chosen.rounds)
        ]
    if not chosen.storing:
        with own_record() as (folder, database):
            asked, resident = sizes(folder, database, chosen.repeat)
    if chosen.json:
        tables: dict[str, Sequence[Stored | Asked | Resident]] = {"storing": storing, "grid": asked, "memory": resident}
        print(json.dumps({name: [asdict(row) for row in rows] for name, rows in tables.items()}))
    else:
        show(storing, asked, resident)
    slow = any(row.ratio < LEAST_RATIO for row in storing) or any(row.p95 > MOST_SECONDS for row in asked)
    sys.exit(int(slow))


# The grid


def sizes(folder: Path, database: Database, repeat: int) -> tuple[list[Asked], list[Resident]]:
    """Fills the record step by step, and asks at each size, in a process of its own."""
    asked: list[Asked] = []
    resident: list[Resident] = []
    work = multiprocessing.get_context("spawn")
    for before, calls in zip((0, *SIZES), SIZES, strict=False):
        with work.Pool(1) as pool:
            resident.append(Resident(calls, "stores", *pool.apply(fill, (folder, before, calls))))
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE transcripts")
        with work.Pool(1) as pool:
            found, memory = pool.apply(ask, (folder, calls, repeat))
        asked += found
        resident.append(Resident(calls, "answers", *memory))
    return asked, resident


def fill(folder: Path, first: int, last: int) -> tuple[float, float]:
    """Stores the calls from the first up to the last; what is resident before and after."""
    database = open_here(folder)
    at_start = resident_mb("self")
    for start in range(first, last, BATCH):
        product(database)([made_up(each) for each in range(start, min(start + BATCH, last))])
    after = resident_mb("self")
    database.close()
    return round(at_start), round(after)


def ask(folder: Path, calls: int, repeat: int) -> tuple[list[Asked], tuple[float, float]]:
    """Every kind of question, once to warm up and then so often as told; what is resident before and after."""
    database = open_here(folder)
    at_start = resident_mb("self")
    asked = []
    for what, question in questions(database, calls):
        chance = random.Random(what)
        found = question(chance)
        times = [round(each, 4) for each in middle_and_slow(seconds_of(partial(question, chance), repeat))]
        asked.append(Asked(calls, what, found, *times))
    after = resident_mb("self")
    database.close()
    return asked, (round(at_start), round(after))


def questions(database: Database, calls: int) -> Iterator[tuple[str, Callable[[random.Random], int]]]:
    """What the page of deals asks; each question gives how many deals it found."""
    last = -(-calls // deals.PAGE_SIZE)

    def page(sort: str = deals.NEWEST, number: Callable[[random.Random], int] = lambda _: 1) -> Any:
        return lambda chance: deals.search(database, DealFilter(), sort=sort, page=number(chance)).total

    def rows(made: Callable[[random.Random], DealFilter], sort: str = deals.NEWEST) -> Any:
        return lambda chance: deals.search(database, made(chance), sort=sort).total

    def sums(made: Callable[[random.Random], DealFilter]) -> Any:
        return lambda chance: deals.totals(database, made(chance)).calls

    def whole(made: Callable[[random.Random], DealFilter]) -> Any:
        def page_and_totals(chance: random.Random) -> int:
            wanted = made(chance)
            found = deals.totals(database, wanted).calls
            return deals.search(database, wanted, counted=found).total

        return page_and_totals

    yield "first page", page()
    yield "any page", page(number=lambda chance: chance.randint(1, last))
    yield "last page", page(number=lambda _: last)
    yield "sorted: last changed", page("-updated_at")
    yield "sorted: client", page("client_name")
    yield "sorted: highest amount", page("-deal_amount")
    yield "sorted by client, any page", page("client_name", lambda chance: chance.randint(1, last))
    for what, made in FILTERS.items():
        yield f"filter: {what}", rows(made)
    yield "filter: a stage, by amount", rows(FILTERS["a stage"], "-deal_amount")
    yield "totals of all", sums(lambda _: DealFilter())
    for what in ("a stage", "a quarter", "a product's name", "a client's name"):
        yield f"totals of {what}", sums(FILTERS[what])
    yield "page and totals, no filter", whole(lambda _: DealFilter())
    for what in ("a stage", "two letters", "a client's name", "a product's name"):
        yield f"page and totals, {what}", whole(FILTERS[what])


def _quarter(chance: random.Random) -> DealFilter:
    since = date(2024, 1, 1) + timedelta(days=chance.randint(0, 900))
    return DealFilter(date_from=since, date_to=since + timedelta(days=91))


def _amounts(chance: random.Random) -> DealFilter:
    low = chance.randint(20, 60) * 100
    return DealFilter(value_min=low, value_max=low + 1_000)


def _several(chance: random.Random) -> DealFilter:
    since = date(2024, 1, 1) + timedelta(days=chance.randint(0, 600))
    until = since + timedelta(days=365)
    return DealFilter("trust", ("Proposal", "Won"), ("Won", "Pending"), since, until, 2_000, 6_000)


FILTERS: dict[str, Callable[[random.Random], DealFilter]] = {
    "a stage": lambda chance: DealFilter(stages=(chance.choice(STAGES),)),
    "an outcome": lambda chance: DealFilter(outcomes=(chance.choice(OUTCOMES),)),
    "a quarter": _quarter,
    "amounts": _amounts,
    "a client's name": lambda chance: DealFilter(search=client(chance.randrange(1_000))),
    "a product's name": lambda chance: DealFilter(search=chance.choice(PRODUCTS)),
    "two letters": lambda chance: DealFilter(search=chance.choice(("ro", "an", "zq", "40"))),
    "a word of none": lambda chance: DealFilter(search=f"nobody{chance.randrange(1_000)}"),
    "all at once": _several,
}


def show(storing: Sequence[Stored], asked: Sequence[Asked], resident: Sequence[Resident]) -> None:
    """Prints the three tables."""
    print("Storing: rows a second                                     product   psycopg2   ratio   of the processor")
    for one in storing:
        what = f"{one.what}, {one.kilobytes_a_row:.0f} KB, {one.batch:,} a batch"
        print(f"{what:57} {one.product:8,.0f} {one.bare:10,.0f} {one.ratio:7.2f} {one.processor:18.2f}")
    if not asked:
        return
    print("\nThe grid: seconds                                calls       found      p50      p95")
    for ask_ in asked:
        print(f"{ask_.what:42} {ask_.calls:11,} {ask_.found:11,} {ask_.p50:8.3f} {ask_.p95:8.3f}")
    print("\nMemory: megabytes resident of a process that ...       at start      after")
    for memory in resident:
        print(f"{memory.what:9} with {memory.calls:9,} calls {memory.at_start:37,.0f} {memory.after:10,.0f}")


if __name__ == "__main__":
    main()
