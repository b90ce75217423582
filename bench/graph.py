"""The knowledge graph and the clients: how long a rebuild takes, what a question costs.

Run ``python -m bench.graph``; ``--calls`` made-up calls (10,000), ``--repeat`` times each question (30), ``--bolt URI``
``--user`` ``--password`` ``--database`` for a server in place of the embedded graph, ``--json`` for one JSON object.

The record is an embedded PostgreSQL in a folder of its own. A call is one of bench.record's, with 40 turns, one to
three advisers' names out of eight, up to three products and two objections with their quotes, businesses out of two
hundred; three calls in two are of a client that has another one. A rebuild is what ``python -m services reindex --only
graph`` does. Times are of the processor: of this process, and of PostgreSQL beside it; what a Bolt server uses is not
seen. The questions are those of services/memory/graph_queries.py and graph_related.py, about other clients each time;
those of the clients' page are of services/clients.py.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.common import arguments, middle_and_slow, own_record
from bench.made_up import made_up
from bench.processes import database_cpu, resident_mb
from bench.storing import BATCH
from db import transcripts
from services import clients, deals
from services.database import Database
from services.deals import DealFilter
from services.memory import copies
from services.memory import graph_queries as queries
from services.memory.graph import Engine, Graph, engine_of
from services.memory.graph_copy import GraphCopy
from services.memory.graph_related import related_clients
from services.settings import Settings

ADVISERS = [f"{name} Quist" for name in ("Nora", "Jude", "Bea", "Omar", "Ines", "Lou", "Cal", "Dee")]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild took, in seconds, and what the graph holds then; megabytes of this process and of the file."""

    calls: int
    process_cpu: float
    database_cpu: float
    wall: float
    nodes: int
    edges: int
    resident_mb: float
    file_mb: float


@dataclass(frozen=True)
class Asked:
    """One kind of question; milliseconds of this process's and PostgreSQL's processor time together."""

    what: str
    p50: float
    p95: float


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--calls", type=int, default=10_000, help="made-up calls (default 10,000)")
    parser.add_argument("--repeat", type=int, default=30, help="how often each question is asked (default 30)")
    parser.add_argument("--bolt", help="a server's address, as bolt://127.0.0.1:7687; it must hold nothing")
    parser.add_argument("--user", default="neo4j")
    parser.add_argument("--password")
    parser.add_argument("--database")
    chosen = parser.parse_args()
    with own_record() as (folder, database):
        graph = GraphCopy(database, lambda: _engine(chosen, folder))
        try:
            fill(database, chosen.calls)
            rebuilt = rebuild(database, graph, chosen.calls, folder)
            asked = list(ask(graph.graph, database, folder, chosen.repeat))
        finally:
            graph.close()
    if chosen.json:
        print(json.dumps({"rebuilt": asdict(rebuilt), "asked": [asdict(row) for row in asked]}))
    else:
        show(rebuilt, asked)
    sys.exit(0)


def _engine(chosen: argparse.Namespace, folder: Path) -> Engine:
    server = {
        "neo4j_uri": chosen.bolt,
        "neo4j_user": chosen.user,
        "neo4j_password": chosen.password,
        "neo4j_database": chosen.database,
    }
    return engine_of(Settings(data_dir=folder, **server), folder / "graph")


def call(number: int) -> dict[str, Any]:
    """A made-up call of which every value of the record has its proof in the dialogue."""
    chance = random.Random(f"graph {number}")
    row = made_up(number)
    crm = row["crm_data"]
    crm["business_interests"] = [f"Business {chance.randrange(200)}"] if chance.random() < 0.3 else None
    adviser = chance.choice(ADVISERS)
    words = [f"Words of turn {turn}: " + "and what one says of it " * 4 for turn in range(40)]
    voices = [(crm["client_name"], "client"), (adviser, "advisor")]
    dialogue = [
        {"speaker": voices[turn % 2][0], "side": voices[turn % 2][1], "start": 9.0 * turn, "phase": None, "text": text}
        for turn, text in enumerate(words)
    ]

    def proved(**said: Any) -> dict[str, Any]:
        turns = sorted(chance.sample(range(0, 40, 2), 2))
        quotes = [{"turn": turn, "quote": words[turn][:80]} for turn in turns]
        return {**said, "state": "verified", "evidence": quotes, "source": "builtin"}

    facts = "spouse_name children_count real_estate_count real_estate_locations business_interests deal_amount".split()
    row["extracted_data"] = {
        "facts": {name: proved(value=crm[name]) for name in facts if crm[name] is not None},
        "outcome": proved(value=crm["outcome"]),
        "objections": [proved(category=each) for each in crm["objections"]],
        "products_discussed": [proved(value=each) for each in crm["products_discussed"]],
    }
    return {**row, "dialogue": dialogue}


def fill(database: Database, calls: int) -> None:
    """Stores the calls, and lets PostgreSQL do its own housekeeping."""
    for first in range(0, calls, BATCH):
        with database.session() as session:
            transcripts.upsert_many(session, map(call, range(first, min(first + BATCH, calls))))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def rebuild(database: Database, graph: GraphCopy, calls: int, folder: Path) -> Rebuilt:
    """Makes the graph anew from the record."""
    began = time.process_time(), database_cpu(folder), time.perf_counter()
    copies.rebuild(database, graph)
    ended = time.process_time(), database_cpu(folder), time.perf_counter()
    process, postgres, wall = (round(after - before, 1) for before, after in zip(began, ended, strict=True))
    counts = graph.graph.counts()
    edges = sum(count for name, count in counts.items() if name.isupper())
    size = sum(file.stat().st_size for file in folder.glob("graph/graph.kgl*")) / 1e6
    resident = round(resident_mb("self"))
    return Rebuilt(calls, process, postgres, wall, sum(counts.values()) - edges, edges, resident, round(size, 1))


def ask(graph: Graph, database: Database, folder: Path, repeat: int) -> Iterator[Asked]:
    """Each kind of question, about other clients and words each time."""
    chance = random.Random(7)
    known = [int(row["key"]) for row in graph.ask("MATCH (c:Client) RETURN c.key AS key")]
    names = {label: [row["name"] for row in graph.ask(f"MATCH (n:{label}) RETURN n.name AS name")]
             for label in ("Objection", "Product")}  # fmt: skip
    one: Callable[[], int] = lambda: chance.choice(known)  # noqa: E731
    kinds: dict[str, Callable[[], object]] = {
        "objections of a client": lambda: queries.objections_of_client(graph, one()),
        "who else raised it": lambda: queries.who_raised(graph, chance.choice(names["Objection"]), but=one()),
        "objections by outcome": lambda: queries.objections_by_outcome(graph),
        "advisers of a client": lambda: queries.advisers_of(graph, one()),
        "people of a household": lambda: queries.household_of(graph, one()),
        "what a client owns": lambda: queries.holdings_of(graph, one()),
        "calls of a client": lambda: queries.meetings_of(graph, one()),
        "related by product": lambda: related_clients(graph, one(), "product"),
        "related by business": lambda: related_clients(graph, one(), "business"),
        "related by adviser": lambda: related_clients(graph, one(), "adviser"),
        "products with one": lambda: queries.products_together(graph, chance.choice(names["Product"])),
        "products, any two": lambda: queries.products_together(graph),
        "clients by name": lambda: queries.find_clients(graph, chance.choice(("ann", "lee", "bo r"))),
        "page: list of clients": lambda: clients.listing(database, page=chance.randint(1, 20)),
        "page: search of clients": lambda: clients.listing(database, chance.choice(("ann", "lee", "oh"))),
        "page: one client": lambda: clients.get(database, one()),
        "page: what may be the same": lambda: clients.suggestions_for(database, one()),
        "page: totals, nobody merged": lambda: deals.totals(database, DealFilter()),
    }
    for what, question in kinds.items():
        yield timed(what, question, repeat, folder)
    clients.merge(database, known[0], known[1], "bench")
    yield timed("page: totals, somebody merged", lambda: deals.totals(database, DealFilter()), repeat, folder)
    yield timed("page: list, somebody merged", lambda: clients.listing(database), repeat, folder)
    yield timed("page: all that may be the same", lambda: clients.suggestions(database), 3, folder)


def timed(what: str, question: Callable[[], object], repeat: int, folder: Path) -> Asked:
    """The middle and the slowest but for one in twenty; of PostgreSQL, whose clock ticks slowly, the mean is added."""
    question()
    postgres, own = database_cpu(folder), []
    for _ in range(repeat):
        began = time.process_time()
        question()
        own.append(1000 * (time.process_time() - began))
    mean = 1000 * (database_cpu(folder) - postgres) / repeat
    middle, slow = middle_and_slow(own)
    return Asked(what, round(middle + mean, 1), round(slow + mean, 1))


def show(rebuilt: Rebuilt, asked: list[Asked]) -> None:
    """Prints the rows as two tables."""
    print(f"{rebuilt.calls:,} calls rebuilt in {rebuilt.process_cpu} s of this process and {rebuilt.database_cpu} s of")
    print(f"PostgreSQL ({rebuilt.wall} s by the clock): {rebuilt.nodes:,} nodes, {rebuilt.edges:,} edges,")
    print(f"{rebuilt.resident_mb:,.0f} MB resident, {rebuilt.file_mb} MB on disk.\n")
    print(f"{'question':34} {'p50 ms':>8} {'p95 ms':>8}")
    for row in asked:
        print(f"{row.what:34} {row.p50:>8} {row.p95:>8}")


if __name__ == "__main__":
    main()
