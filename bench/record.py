"""The record: how quickly batches of calls are stored, and the grid of deals at 1,000, 10,000 and 100,000 calls.

Run ``python -m bench.record``; ``--json`` prints the rows as one JSON object. It has an embedded server in a folder of
its own. Three tables:

Storing. Batches through db.transcripts.upsert_many, which the chain stores by, against psycopg2's execute_values with
the very same INSERT ... ON CONFLICT, in turns, on one server; new calls, then the same ones again. The calls are the
samples' turns joined to so many words, worked through by the builtin chain, each row with an id of its own; and the
grid's made-up ones. The best of ``--rounds`` counts.

The grid. What pages/deals.py asks of services.deals, each kind ``--repeat`` times with other values: seconds on the
server's side, drawing left out; "page and totals" is all that one visit of the page asks. The calls are made up: a
client, every field of a deal, a summary, an e-mail and a header, without a dialogue (which the grid does not read).
PostgreSQL's own housekeeping (VACUUM ANALYZE) has been done.

Memory. What is resident of a process that stores those calls, 1,000 a batch, and of one that answers for the grid.

Ends with status 1 where storing is slower than 0.8 of psycopg2, or a kind of the grid takes more than 0.5 s (p95).
"""

import argparse
import json
import multiprocessing
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from psycopg2.extras import execute_values
from sqlalchemy import event

from bench.chain import long_call
from bench.processes import resident_mb
from db import transcripts
from services import deals, stages
from services.agents.persistence import row_of
from services.database import Database, open_record
from services.deals import DealFilter
from services.settings import Settings

BATCH = 1_000
SIZES = (1_000, 10_000, 100_000)
LEAST_RATIO = 0.8
MOST_SECONDS = 0.5
Row = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """Rows a second of one kind of batch, by the product and by bare psycopg2, and the first over the second."""

    what: str
    batch: int
    kilobytes_a_row: float
    product: float
    bare: float
    ratio: float


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=20, help="how often each question is asked (default 20)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each batch; the best counts (default 5)")
    parser.add_argument("--json", action="store_true", help="print the rows as one JSON object")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aftercall-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)  # root runs the server as another user, who must be able to enter
        database = open_here(folder)
        try:
            storing = [
                row
                for what, batch in ((None, BATCH), (500, BATCH), (5_000, BATCH // 10))
                for row in compared(database, what, batch, chosen.rounds)
            ]
            with database.session() as session:
                session.connection().exec_driver_sql("TRUNCATE transcripts CASCADE")
            asked, resident = sizes(folder, database, chosen.repeat)
        finally:
            database.close()
    if chosen.json:
        tables: dict[str, Sequence[Stored | Asked | Resident]] = {"storing": storing, "grid": asked, "memory": resident}
        print(json.dumps({name: [asdict(row) for row in rows] for name, rows in tables.items()}))
    else:
        show(storing, asked, resident)
    slow = any(row.ratio < LEAST_RATIO for row in storing) or any(row.p95 > MOST_SECONDS for row in asked)
    sys.exit(int(slow))


def open_here(folder: Path) -> Database:
    """The record of the folder, whatever the settings of this machine say."""
    return open_record(Settings(data_dir=folder, database_url=None))


# Storing


def compared(database: Database, words: int | None, batch: int, rounds: int) -> Iterator[Stored]:
    """New rows and the same rows again, by both ways in turns: calls of so many words, or the grid's made-up rows."""
    call = row_of(stages.analyze("call.txt", long_call(words), None, embeddings=False)) if words else made_up(0)
    bare = Bare(database, call)
    times: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds):
        ways: list[tuple[str, Callable[[Sequence[Row]], None]]] = [("product", product(database)), ("bare", bare.store)]
        for way, store in ways if number % 2 else reversed(ways):
            rows = [
                {**(call if words else made_up(each)), "external_id": f"{way} {words} {number} {each:05}"}
                for each in range(batch)
            ]
            for what in ("new", "again"):
                began = time.perf_counter()
                store(rows)
                times.setdefault((what, way), []).append(time.perf_counter() - began)
    bare.close()
    size = len(json.dumps(call, ensure_ascii=False)) / 1024
    of = f"calls of {words:,} words" if words else "made-up rows"
    for what in ("new", "again"):
        ours, theirs = (batch / min(times[what, way]) for way in ("product", "bare"))
        yield Stored(f"{of}, {what}", batch, round(size, 1), round(ours), round(theirs), round(ours / theirs, 2))


def product(database: Database) -> Callable[[Sequence[Row]], None]:
    def store(rows: Sequence[Row]) -> None:
        with database.session() as session:
            if len(transcripts.upsert_many(session, rows)) != len(rows):
                raise SystemExit("Not every row was stored.")

    return store


class Bare:
    """execute_values on a connection of its own, with the statement that the product was heard to send."""

    def __init__(self, database: Database, row: Row) -> None:
        heard: list[tuple[str, dict[str, Any]]] = []

        def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            heard.append((statement, values))

        event.listen(database.engine, "before_cursor_execute", hear)
        product(database)([{**row, "external_id": "heard"}])
        event.remove(database.engine, "before_cursor_execute", hear)
        ((statement, values),) = [each for each in heard if each[0].startswith("INSERT INTO transcripts")]
        begin, template, end = re.split(
            r"(?<=VALUES )(\(.*?\))(?= ON CONFLICT)", statement, maxsplit=1, flags=re.DOTALL
        )
        self._connection: Any = database.engine.raw_connection()
        self._cursor = self._connection.cursor()
        rest = self._cursor.mogrify(end, values).decode().replace("%", "%%")
        self._statement = f"{begin}%s{rest}"
        self._template = re.sub(r"%\((\w+?)(__0)?\)s", r"%(\1)s", template)
        self._columns = re.findall(r"%\((\w+)\)s", self._template)

    def store(self, rows: Sequence[Row]) -> None:
        """Writes the rows in one statement and commits."""
        values = [self._values(row) for row in rows]
        found = execute_values(self._cursor, self._statement, values, self._template, page_size=len(rows), fetch=True)
        self._connection.commit()
        if len(found) != len(rows):
            raise SystemExit("Not every row was stored.")

    def _values(self, row: Row) -> Row:
        values = {name: row.get(name) for name in self._columns}
        values["proposed"] = {name: row[name] for name in ("crm_data", "email_draft", "social_content") if name in row}
        for name in (*transcripts.JSONS, "proposed"):
            if values[name] is not None:
                values[name] = json.dumps(values[name], ensure_ascii=False)
        return values

    def close(self) -> None:
        """Gives the connection back."""
        self._connection.close()


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
        times = []
        for _ in range(repeat):
            began = time.perf_counter()
            question(chance)
            times.append(time.perf_counter() - began)
        p95 = statistics.quantiles(times, n=20)[-1]
        asked.append(Asked(calls, what, found, round(statistics.median(times), 4), round(p95, 4)))
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


STAGES = ("New", "Qualified", "Proposal", "Follow-up", "Won", "Lost")
OUTCOMES = ("Won", "Lost", "Follow-up Scheduled", "Needs More Info", "Pending")
PRODUCTS = ("Revocable Living Trust", "Pour-over Will", "Power of Attorney", "Health Care Directive", "Deed Transfer")
OBJECTIONS = ("Price", "Spouse or family must decide", "Needs time", "Has another adviser", "Trust")
STATES = ("OH", "TX", "NC", "CA", "NY", "FL", "WA", "CO", "GA", "MI")
_BEGINNINGS = (
    "Al Ber Cor Dan El Fran Gre Har Is Jo Kar Lin Mar Nor Ol Pet Quin Ros Sam Ted Ul Vic Wil Xan Yor Zel".split()
)
_MIDDLES = ("a", "e", "i", "o", "u", "an", "en", "in", "or", "er")
_ENDS = ("berg", "cott", "dale", "ford", "gren", "holm", "ley", "man", "ner", "quist", "sen", "ton", "vik", "wood")

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


def client(number: int) -> str:
    """The name of a made-up client; two calls in three are a client's first."""
    chance = random.Random(f"client {number * 2 // 3}")
    first = chance.choice(_BEGINNINGS) + chance.choice(_MIDDLES)
    return f"{first} {chance.choice(_BEGINNINGS)}{chance.choice(_MIDDLES)}{chance.choice(_ENDS)}"


def made_up(number: int) -> Row:
    """One call of nobody: what the grid reads of it, an e-mail, a header. The same for the same number."""
    chance = random.Random(number)
    name = client(number)
    product_names = chance.sample(PRODUCTS, chance.randint(1, 3))
    amount = chance.choice((None, *range(1_500, 9_000, 250)))
    outcome = chance.choice(OUTCOMES)
    day = date(2023, 10, 1) + timedelta(days=chance.randrange(1_150))
    crm = {
        "client_name": name,
        "client_email": f"{name.replace(' ', '.').lower()}{number * 2 // 3}@mail.example",
        "client_phone": f"+1 555 {chance.randrange(10**7):07}",
        "client_state": chance.choice(STATES),
        "spouse_name": client(chance.randrange(10**6)).split()[0] if chance.random() < 0.6 else None,
        "marital_status": chance.choice(("Married", "Single", "Widowed", None)),
        "children_count": chance.choice((None, 0, 1, 2, 3, 4)),
        "estate_value": chance.choice((None, *range(200_000, 4_000_000, 50_000))),
        "real_estate_count": chance.choice((None, 1, 2, 3)),
        "real_estate_locations": chance.sample(STATES, chance.randint(0, 2)),
        "business_interests": None,
        "products_discussed": product_names,
        "objections": chance.sample(OBJECTIONS, chance.randint(0, 2)),
        "deal_amount": amount,
        "deposit_amount": None if amount is None or chance.random() < 0.4 else amount / 2,
        "outcome": outcome,
        "deal_stage": outcome if outcome in STAGES else chance.choice(STAGES[:4]),
        "next_steps": [
            {"owner": "advisor", "action": "send the engagement letter", "due": "Friday", "due_date": str(day)},
            {"owner": "client", "action": "send the deed", "due": "next week", "due_date": None},
        ],
        "meeting_title": f"Meeting {chance.randint(1, 4)} with {name}",
        "meeting_date": str(day),
        "meeting_url": f"https://meetings.example/{number}",
        "duration_minutes": chance.randint(10, 90),
        "summary": f"{name} met with us about {' and '.join(product_names)}. " + "They spoke of what they own. " * 8,
        "transcript_id": f"made-up-{number:06}",
    }
    return {
        "external_id": f"made-up-{number:06}",
        "filename": f"call {number:06}.vtt",
        "content_hash": f"{number:016x}",
        "crm_data": crm,
        "email_draft": f"Subject: Our meeting\n\nDear {name},\n\n" + "thank you for your time today. " * 20,
        "social_content": {"posts": [{"channel": "linkedin", "text": "A plan is a gift.", "state": "draft"}]},
        "call": {"header": {"meeting_title": crm["meeting_title"]}, "speakers": [], "source_format": "zoom-vtt"},
    }


def show(storing: Sequence[Stored], asked: Sequence[Asked], resident: Sequence[Resident]) -> None:
    """Prints the three tables."""
    print("Storing: rows a second                                     product   psycopg2   ratio")
    for one in storing:
        what = f"{one.what}, {one.kilobytes_a_row:.0f} KB, {one.batch:,} a batch"
        print(f"{what:57} {one.product:8,.0f} {one.bare:10,.0f} {one.ratio:7.2f}")
    print("\nThe grid: seconds                                calls       found      p50      p95")
    for ask_ in asked:
        print(f"{ask_.what:42} {ask_.calls:11,} {ask_.found:11,} {ask_.p50:8.3f} {ask_.p95:8.3f}")
    print("\nMemory: megabytes resident of a process that ...       at start      after")
    for memory in resident:
        print(f"{memory.what:9} with {memory.calls:9,} calls {memory.at_start:37,.0f} {memory.after:10,.0f}")


if __name__ == "__main__":
    main()
