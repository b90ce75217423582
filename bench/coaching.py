"""Coaching over time at 100,000 calls, and what the coach's counting costs of one call.

Run ``python -m bench.coaching``; ``--json`` prints the rows as one JSON object. It has an embedded server in a folder
of its own. The calls are made up in PostgreSQL: figures, scores, 40 advisers, three years, a third of them won; a tenth
lacks times, so pace and silence. They are stored in ``transcripts``, and the trigger writes the narrow rows that the
page reads; PostgreSQL's own housekeeping (VACUUM ANALYZE) has been done. Asked is what pages/coaching.py asks of
services.coaching.over_time, each kind ``--repeat`` times, drawing left out: without any filter, and for one adviser.

Counting: processor time of ``measure`` on a sample's turns joined to 5,000 words, the best of 20.

Ends with status 1 where a kind of question takes more than 0.5 s (p95), or counting more than 10 ms.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text

from bench.common import arguments, middle_and_slow, own_record, seconds_of
from db import coaching as stored
from services import samples, stages
from services.coaching import over_time
from services.coaching.measures import measure
from services.coaching.over_time import CoachingFilter
from services.database import Database
from services.playbooks.loader import load

CALLS = 100_000
WORDS = 5_000
MOST_SECONDS, MOST_MILLISECONDS = 0.5, 10.0
ADVISER = "Adviser 07"
NEITHER, ONE = CoachingFilter(), CoachingFilter(adviser=ADVISER)

FILL = """
INSERT INTO transcripts (external_id, filename, crm_data, call, extracted_data, coaching)
SELECT 'call-' || n, 'call-' || n || '.vtt',
  jsonb_build_object('client_name', 'Client ' || n, 'meeting_date', date '2023-01-01' + (n * 7919 % 1095)::integer,
    'outcome', CASE WHEN n % 3 = 0 THEN 'Won' ELSE 'Lost' END),
  jsonb_build_object('speakers', jsonb_build_array(jsonb_build_object('name', adviser, 'side', 'advisor'))),
  jsonb_build_object('outcome', jsonb_build_object('state', 'verified')),
  jsonb_build_object('measures', jsonb_build_object('adviser', adviser, 'talk_share', talk,
    'scorecard', (SELECT jsonb_agg(jsonb_build_object('criterion', 'Criterion ' || each, 'score',
      1 + (n * each * 31) % 5)) FROM generate_series(1, 7) AS each),
    'figures', jsonb_build_object('talk_share', talk, 'longest_monologue', 40 + n * 13 % 300,
      'open_questions', n * 7 % 16, 'open_share', round((n * 11 % 1000) / 1000.0, 3), 'interruptions', n * 3 % 6,
      'pace', CASE WHEN n % 10 > 0 THEN round(120 + (n * 17 % 800) / 10.0, 1) END,
      'silence_seconds', CASE WHEN n % 10 > 0 THEN round((n * 19 % 9000) / 100.0, 2) END,
      'fillers_per_100', round((n * 23 % 700) / 100.0, 2), 'phases_reached', (n * 29 % 11) / 10.0,
      'objections_answered', CASE WHEN n % 4 > 0 THEN round((n * 31 % 3) / 2.0, 2) END,
      'next_steps_fixed', n * 37 % 4)))
FROM generate_series(:first, :last) AS n
CROSS JOIN LATERAL (SELECT 'Adviser ' || lpad((n * 41 % 40)::text, 2, '0') AS adviser,
  round(0.3 + (n * 43 % 500) / 1000.0, 3) AS talk) AS made"""


@dataclass(frozen=True)
class Asked:
    """One kind of question; seconds."""

    what: str
    p50: float
    p95: float


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--calls", type=int, default=CALLS, help=f"calls in the record (default {CALLS:,})")
    parser.add_argument("--repeat", type=int, default=20, help="times that each question is asked (default 20)")
    chosen = parser.parse_args()
    counting = counted()
    with own_record() as (_, database):
        took = fill(database, chosen.calls)
        rows = ((what, seconds_of(ask, chosen.repeat)) for what, ask in questions(database))
        asked = [Asked(what, *middle_and_slow(times)) for what, times in rows]
    if chosen.json:
        print(json.dumps({"counting_ms": counting, "filled_s": took, "asked": [asdict(one) for one in asked]}))
    else:
        _print(counting, chosen.calls, took, asked)
    slow = [one for one in asked if one.p95 > MOST_SECONDS and not one.what.startswith("a whole visit")]
    sys.exit(bool(slow) or counting > MOST_MILLISECONDS)


def counted() -> float:
    """The milliseconds of processor time that counting takes of a call of 5,000 words."""
    sample = next(path for path in sorted(samples.FOLDER.iterdir()) if path.is_file())
    state = stages.analyze(sample.name, sample.read_bytes())
    turns = list(state["dialogue"])
    words = sum(len(turn["text"].split()) for turn in turns)
    turns = turns * -(-WORDS // words)
    playbook, taken = load(), []
    for _ in range(20):
        begun = time.process_time()
        measure(turns, state["extracted_entities"], playbook)
        taken.append(time.process_time() - begun)
    return 1000 * min(taken)


def fill(database: Database, calls: int) -> float:
    """Stores the made-up calls, 1,000 a statement; the seconds that it took."""
    begun = time.monotonic()
    for first in range(1, calls + 1, 1000):
        with database.session() as session:
            session.execute(text(FILL), {"first": first, "last": min(calls, first + 999)})
    took = time.monotonic() - begun
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return took


def questions(database: Database) -> list[tuple[str, Callable[[], object]]]:
    """What the page asks, kind by kind, and all of it together."""

    def ask(kind: Callable[..., object], *arguments: object) -> Callable[[], object]:
        def asked() -> object:
            with database.session() as session:
                return kind(session, *arguments)

        return asked

    def visit(wanted: CoachingFilter) -> Callable[[], object]:
        return lambda: (
            over_time.advisers(database),
            over_time.picture(database, wanted),
            over_time.of_figure(database, wanted, "pace"),
        )

    won = CoachingFilter(outcome="Won")
    return [
        ("the advisers", ask(stored.advisers)),
        ("how many calls say less", ask(stored.numbers, NEITHER)),
        ("medians of all figures, the team", ask(stored.medians, NEITHER)),
        ("medians of all figures, won calls", ask(stored.medians, won)),
        ("medians of all figures, one adviser", ask(stored.medians, ONE)),
        ("a figure by month, the team", ask(stored.by_month, NEITHER, "pace")),
        ("a figure by month, one adviser", ask(stored.by_month, ONE, "pace")),
        ("a figure by adviser", ask(stored.by_adviser, NEITHER, "pace")),
        ("the newest calls", ask(stored.latest, NEITHER, "pace", over_time.LATEST)),
        ("a whole visit, no filter", visit(NEITHER)),
        ("a whole visit, one adviser", visit(ONE)),
    ]


def _print(counting: float, calls: int, took: float, asked: Sequence[Asked]) -> None:
    print(f"counting a call of {WORDS:,} words: {counting:.1f} ms of processor time")
    print(f"{calls:,} made-up calls stored in {took:.0f} s\n")
    for one in asked:
        print(f"{one.what:<38} p50 {one.p50:6.3f} s   p95 {one.p95:6.3f} s")


if __name__ == "__main__":
    main()
