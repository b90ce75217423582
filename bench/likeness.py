"""Counting whom a post's details fit, at so many calls: ``python -m bench.likeness``.

Made-up calls of made-up clients (a state, children, properties, a business, a trade and a town in the words that prove
them), three calls of every fourth client, stored in an embedded server of its own by db.transcripts.upsert_many. Told
are rows a second of storing with the details kept and without (the trigger switched off), and seconds for the score of
some posts on the server's side, the middle of ``--repeat`` and the worst.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from db import transcripts
from services.database import Database, open_record
from services.playbooks.loader import load
from services.post_check import private_of
from services.reidentification import likeness_of
from services.settings import Settings

BATCH = 1_000
POSTS = (
    "A dentist with three LLCs in Tulsa asked the right question.",
    "A widow from Oklahoma with five children owns four rental houses.",
    "A nurse and her twins.",
    "Four children, and a Revocable Living Trust, in Texas.",
)
_TRADES = ("dentist", "nurse", "plumber", "teacher", "farmer", "pilot", "baker", "engineer", "welder", "florist")
_TOWNS = (("Tulsa", "OK"), ("Boise", "ID"), ("Macon", "GA"), ("Salem", "OR"), ("Austin", "TX"), ("Tucson", "AZ"))
_WORDS = (
    "well we talked about it at home and the house is paid off and my brother keeps the books for all of us since the"
    " spring when everything had to be moved into one account that nobody looks at"
).split()


def row(number: int, chance: random.Random) -> dict[str, Any]:
    """A made-up call with the facts that count."""
    town, state = chance.choice(_TOWNS)
    trade, children, houses = chance.choice(_TRADES), chance.randrange(6), chance.randrange(5)
    client = number - number % 4 + max(number % 4 - 2, 0)
    words = " ".join(chance.choices(_WORDS, k=40))
    values = {
        "client_state": (state, f"We are in {town}, {words}."),
        "children_count": (children, f"We have {children} children, {words}."),
        "real_estate_count": (houses, f"There are {houses} houses, {words}."),
        "marital_status": (chance.choice(("Married", "Single", "Widowed")), words),
        "business_interests": ([f"Company {client} {each}" for each in range(chance.randrange(4))], f"As a {trade}."),
    }
    facts = {
        name: {"value": value, "state": "verified", "evidence": [{"turn": 1, "quote": quote}]}
        for name, (value, quote) in values.items()
    }
    crm = {name: value for name, (value, _) in values.items()}
    crm |= {
        "client_name": f"Client {client}",
        "client_email": f"c{client}@made.example",
        "products_discussed": ["Will"],
    }
    return {"external_id": f"made-{number}", "crm_data": crm, "extracted_data": {"facts": facts}}


def store(database: Database, numbers: range) -> float:
    """Stores calls; rows a second."""
    chance, seconds = random.Random(numbers.start), 0.0
    for first in range(numbers.start, numbers.stop, BATCH):
        rows = [row(number, chance) for number in range(first, min(first + BATCH, numbers.stop))]
        begun = time.perf_counter()
        with database.session() as session:
            transcripts.upsert_many(session, rows)
        seconds += time.perf_counter() - begun
    return len(numbers) / seconds


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        database = open_record(Settings(data_dir=Path(folder), database_url=None))
        try:
            trial = min(asked.calls, 5_000)
            with database.session() as session:
                session.execute(text("ALTER TABLE transcripts DISABLE TRIGGER aftercall_new_details"))
            without = store(database, range(10**7, 10**7 + trial))
            with database.session() as session:
                session.execute(text("SELECT set_config('aftercall.erasing', 'on', true)"))
                session.execute(text("DELETE FROM transcripts"))
                session.execute(text("ALTER TABLE transcripts ENABLE TRIGGER aftercall_new_details"))
            print(
                f"rows a second without the details: {without:,.0f}; with: {store(database, range(asked.calls)):,.0f}"
            )
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
            scores(database, asked.repeat)
        finally:
            database.close()


def scores(database: Database, repeat: int) -> None:
    """Prints the score and its seconds of every post."""
    with database.session() as session:
        call = transcripts.find(session, "made-8")
    assert call is not None
    private = private_of(call)
    assert private.playbook is load()
    for post in POSTS:
        seconds = []
        for _ in range(repeat):
            begun = time.perf_counter()
            found = likeness_of(database, call.id, post, private)
            seconds.append(time.perf_counter() - begun)
        told = found.sentence if found else "nothing telling"
        print(f"{statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s: {told}")


if __name__ == "__main__":
    main()
