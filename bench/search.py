"""Search: how well it finds what was said, and how quickly.

Run ``python -m bench.search``; ``--json`` prints the rows as one JSON object. The questions of
``tests/data/search_exam.toml`` are asked over all calls of ``tests/data/calls``, worked through by the builtin chain.
A hit counts when its text holds one of the question's passages, white space and case folded. Three ways: by words
(BM25), by meaning, and ours, which joins both; recall@1, recall@5 and the mean reciprocal rank among the first 50.

``--points 100000`` asks so many made-up passages in the embedded index instead: random vectors, and words as often as
words are. Seconds of a whole question: its embedding, both searches, and joining them.

``--folder`` keeps the calls and the index for the next run. Ends with status 1 where ours is below the better of the
other two in any figure over all questions, or where a question takes more than 50 ms (p95).
"""

import json
import random
import sys
import time
import tomllib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.common import arguments, middle_and_slow, open_here, own_folder
from db import transcripts
from services import stages
from services.agents.persistence import row_of
from services.database import Database
from services.errors import AftercallError
from services.memory import copies, embedder
from services.memory.engines import Point, Wanted
from services.memory.index import Embeddings, Index
from services.memory.opening import memory_of
from services.memory.qdrant_embedded import EmbeddedEngine
from services.memory.qdrant_words import stems_of_passage
from services.memory.search import SAID, Hit, answers, by_meaning, by_words, ranked
from services.settings import Settings

DATA = Path(__file__).parents[1] / "tests" / "data"
DEPTH = 50
MOST_SECONDS = 0.05
VOCABULARY, WORDS = 20_000, 110  # of made-up passages
SAID_ALONE = Wanted({"document": SAID})
Way = Callable[[Index, str], list[Hit]]


@dataclass(frozen=True)
class Question:
    """One question of the exam; ``call`` is the stem of a call's file."""

    text: str
    kind: str
    call: str
    passages: list[str]


@dataclass(frozen=True)
class Score:
    """How one way did on one kind of question."""

    way: str
    kind: str
    questions: int
    at_1: float
    at_5: float
    mrr: float


@dataclass(frozen=True)
class Took:
    """Milliseconds of one part of a question; ``processor`` is the mean of the process's own time."""

    points: int
    what: str
    p50: float
    p95: float
    processor: float


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--exam", type=Path, default=DATA / "search_exam.toml", help="the questions")
    parser.add_argument("--points", type=int, help="measure the time at so many made-up passages")
    parser.add_argument("--folder", type=Path, help="keep the calls and the index there")
    chosen = parser.parse_args()
    with own_folder(chosen.folder) as folder:
        rows = timed(folder, chosen.points) if chosen.points else scored(folder, exam(chosen.exam))
    if chosen.json:
        print(json.dumps({"search": [asdict(row) for row in rows]}))
    else:
        show(rows)
    sys.exit(int(falls_short(rows)))


def exam(path: Path) -> list[Question]:
    """The questions of a file."""
    return [Question(**each) for each in tomllib.loads(path.read_text(encoding="utf-8"))["question"]]


# How well


def scored(folder: Path, questions: Sequence[Question]) -> list[Score]:
    """Every way on every kind of question, and on all of them."""
    database = open_here(folder)
    memory = memory_of(database, Settings(data_dir=folder, database_url=None))
    try:
        store(database)
        copies.settle(database, memory.index, lambda done: print(f"\r{done} calls indexed", end="", file=sys.stderr))
        print(f"\r{memory.index.count():,} passages", file=sys.stderr)
        places = {
            way: [place_of(each, asks(memory.index, each.text)) for each in questions] for way, asks in WAYS.items()
        }
    finally:
        memory.close()
        database.close()
    kinds = ["all", *sorted({each.kind for each in questions})]
    return [score(way, kind, questions, found) for kind in kinds for way, found in places.items()]


def words_alone(index: Index, text: str) -> list[Hit]:
    """Bare BM25, every match counting."""
    return ranked(text, by_words(index, text, SAID_ALONE, DEPTH, least=0), [])  # in the place where ranks alone count


WAYS: dict[str, Way] = {
    "BM25 alone": lambda index, text: words_alone(index, text),
    "meaning alone": lambda index, text: ranked(text, by_meaning(index, text, SAID_ALONE, DEPTH), []),
    "ours": lambda index, text: answers(index, text, SAID_ALONE, DEPTH),
}


def store(database: Database) -> None:
    """Works every call of the folder through, under its file's stem; those that are stored already are left."""
    labels = {path.name.removesuffix(".gold.json") for path in (DATA / "calls").glob("*.gold.json")}
    files = sorted(path for path in (DATA / "calls").iterdir() if path.suffix != ".json" and path.stem in labels)
    with database.session() as session:
        known = transcripts.known(session, [path.stem for path in files])
    for path in files:
        if path.stem in known:
            continue
        try:
            state = stages.analyze(path.name, path.read_bytes(), None, embeddings=False)
        except AftercallError as error:
            print(f"{path.name}: {error.sentence}", file=sys.stderr)
            continue
        with database.session() as session:
            transcripts.upsert(session, {**row_of(state), "external_id": path.stem})


def place_of(question: Question, hits: Sequence[Hit]) -> int | None:
    """The place, from 1, of the first hit that answers; None where none of the first 50 does."""
    wanted = [folded(passage) for passage in question.passages]
    for place, hit in enumerate(hits[:DEPTH], start=1):
        text = folded(hit.text)
        if hit.external_id == question.call and any(passage in text for passage in wanted):
            return place
    return None


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def score(way: str, kind: str, questions: Sequence[Question], places: Sequence[int | None]) -> Score:
    mine = [place for each, place in zip(questions, places, strict=True) if kind in ("all", each.kind)]
    at = [sum(1 for place in mine if place is not None and place <= most) / len(mine) for most in (1, 5)]
    mrr = sum(1 / place for place in mine if place is not None) / len(mine)
    return Score(way, kind, len(mine), round(at[0], 3), round(at[1], 3), round(mrr, 3))


# How quickly


def timed(folder: Path, points: int) -> list[Took]:
    """Every part of a question, over so many made-up passages."""
    made_up = Embeddings("made-up", embedder.DIMENSION, embedder.embed)
    database = open_here(folder)
    index = Index(database, lambda: EmbeddedEngine(folder / "made-up"), lambda: made_up)
    try:
        index.begin()
        if index.count() < points:
            fill(index, points)
        return [took(points, what, asks) for what, asks in parts(index).items()]
    finally:
        index.close()
        database.close()


def parts(index: Index) -> dict[str, Callable[[str], object]]:
    some = Wanted({"document": SAID, "phase": ["phase 1"], "sides": ["client"]}, 20250101, 20251231)
    return {
        "embedding of the question": lambda text: embedder.embed([f"{text} once more"]),
        "by words": lambda text: by_words(index, text, SAID_ALONE),
        "the whole question": lambda text: answers(index, text, SAID_ALONE),
        "the whole question, filtered": lambda text: answers(index, f"{text} then", some),
    }


def fill(index: Index, points: int, batch: int = 500) -> None:
    """Writes made-up passages, 40 a call."""
    chance, choose = np.random.default_rng(7), random.Random(7)
    for begin in range(0, points, batch):
        vectors = chance.standard_normal((batch, embedder.DIMENSION)).astype("float32")
        texts = [words(choose, WORDS) for _ in range(batch)]
        index.put_points(
            [
                Point(
                    str(uuid.UUID(int=begin + each)),
                    vectors[each].tolist(),
                    stems_of_passage(texts[each]),
                    payload(begin + each, texts[each], choose),
                )
                for each in range(batch)
            ]
        )
        print(f"\r{begin + batch:,} passages", end="", file=sys.stderr)
    print(file=sys.stderr)


def payload(number: int, text: str, choose: random.Random) -> dict[str, object]:
    call = number // 40
    return {
        "transcript": call,
        "call": f"call {call}",
        "document": "call",
        "text": text,
        "turns": [number % 40],
        "speakers": ["Nora Quist"],
        "sides": [choose.choice(["client", "advisor"])],
        "phase": f"phase {choose.randrange(8)}",
        "start": None,
        "client": f"Client {call % 5_000}",
        "client_key": f"client {call % 5_000}",
        "date": "2025-06-01",
        "day": 20250101 + choose.randrange(12) * 100 + choose.randrange(28),
        "advisers": [f"Adviser {call % 12}"],
        "outcome": choose.choice(["Won", "Lost", "Pending"]),
        "hash": "",
        "facts_hash": "",
    }


def words(choose: random.Random, number: int) -> str:
    """Made-up words; the rank of a word says how often it is used, as in any language."""
    return " ".join(f"w{int(VOCABULARY ** choose.random())}x" for _ in range(number))


def took(points: int, what: str, asks: Callable[[str], object], times: int = 200) -> Took:
    choose = random.Random(what)
    questions = [words(choose, 8) for _ in range(times + 5)]
    for text in questions[:5]:
        asks(text)
    seconds, worked = [], time.process_time()
    for text in questions[5:]:
        began = time.perf_counter()
        asks(text)
        seconds.append(time.perf_counter() - began)
    processor = (time.process_time() - worked) / times
    return Took(points, what, *(round(1000 * each, 1) for each in (*middle_and_slow(seconds), processor)))


def falls_short(rows: Sequence[Score | Took]) -> bool:
    """Whether one of the bounds is broken."""
    scores = {row.way: row for row in rows if isinstance(row, Score) and row.kind == "all"}
    if not scores:
        return any(row.p95 > 1000 * MOST_SECONDS for row in rows if isinstance(row, Took))
    ours = scores.pop("ours")
    return any(getattr(ours, name) < getattr(row, name) for row in scores.values() for name in ("at_1", "at_5", "mrr"))


def show(rows: Sequence[Score | Took]) -> None:
    """Prints the table."""
    for row in rows:
        if isinstance(row, Score):
            told = f"recall@1 {row.at_1:.3f}   recall@5 {row.at_5:.3f}   MRR {row.mrr:.3f}"
            print(f"{row.kind:12} {row.questions:4} questions   {row.way:14} {told}")
        else:
            times = f"p50 {row.p50:6.1f} ms   p95 {row.p95:6.1f} ms   processor {row.processor:6.1f} ms"
            print(f"{row.points:9,} passages   {row.what:30} {times}")


if __name__ == "__main__":
    main()
