"""How quickly batches of calls are stored, beside psycopg2's execute_values with the very same statement."""

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg2.extras import execute_values
from sqlalchemy import event

from bench.chain import long_call
from bench.made_up import Row, made_up
from bench.processes import database_cpu
from db import transcripts
from services import stages
from services.agents.persistence import row_of
from services.database import Database

BATCH = 1_000


@dataclass(frozen=True)
class Stored:
    """Rows a second of one kind of batch, by the product and by bare psycopg2, and the first over the second.

    ``processor`` is the same of the seconds of the processor, this process's and PostgreSQL's: what other work on the
    machine touches least.
    """

    what: str
    batch: int
    kilobytes_a_row: float
    product: float
    bare: float
    ratio: float
    processor: float


def compared(database: Database, folder: Path, words: int | None, batch: int, rounds: int) -> Iterator[Stored]:
    """New rows and the same rows again, by both ways in turns: calls of so many words, or the grid's made-up rows."""
    call = row_of(stages.analyze("call.txt", long_call(words), None, embeddings=False)) if words else made_up(0)
    bare = Bare(database, call)
    times: dict[tuple[str, str], list[float]] = {}
    work: dict[tuple[str, str], float] = {}
    for number in range(rounds):
        ways: list[tuple[str, Callable[[Sequence[Row]], None]]] = [("product", product(database)), ("bare", bare.store)]
        for way, store in ways if number % 2 else reversed(ways):
            rows = [
                {**(call if words else made_up(each)), "external_id": f"{way} {words} {number} {each:05}"}
                for each in range(batch)
            ]
            for what in ("new", "again"):
                began, used = time.perf_counter(), time.process_time() + database_cpu(folder)
                store(rows)
                times.setdefault((what, way), []).append(time.perf_counter() - began)
                used = time.process_time() + database_cpu(folder) - used
                work[what, way] = work.get((what, way), 0) + used
    bare.close()
    size = len(json.dumps(call, ensure_ascii=False)) / 1024
    of = f"calls of {words:,} words" if words else "made-up rows"
    for what in ("new", "again"):
        ours, theirs = (batch / min(times[what, way]) for way in ("product", "bare"))
        processor = work[what, "bare"] / work[what, "product"]
        ratios = round(ours / theirs, 2), round(processor, 2)
        yield Stored(f"{of}, {what}", batch, round(size, 1), round(ours), round(theirs), *ratios)


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
        values["minds"] = row.get("minds") or {}
        for name in (*transcripts.JSONS, "proposed", "minds"):
            if values[name] is not None:
                values[name] = json.dumps(values[name], ensure_ascii=False)
        return values

    def close(self) -> None:
        """Gives the connection back."""
        self._connection.close()
