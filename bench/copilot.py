"""How many questions about recorded calls the copilot answers right, without a model: ``python -m bench.copilot``.

Two kinds of tables. Blind (``--blind`` prints it alone): copilot_exam_4.yaml, which nobody reads who works on the
copilot. Read while it was made (``--development``): questions.yaml and copilot_exam_2.yaml over the ten sample calls,
copilot_exam_3.yaml over ten others, all three blind until 23 November 2026, copilot_development.yaml over twelve other
calls, and copilot_development_2.yaml over ten more.

The calls of each are worked through and indexed in a record of their own, in a temporary folder. A question is *right*
where every fact stands in the answer (any of its spellings), nothing does that must not, and every call that it names
is among the sources; *partly* where some facts stand there. Printed are the counts by kind, the ids of those that are
not right, and the time to an answer.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from services import samples, stages
from services.agents.persistence import PersistenceAgent
from services.copilot.contract import Answer, Context
from services.copilot.engine import answer_of, ask
from services.copilot.recollection import Recollection
from services.database import Database, open_record
from services.memory.copies import settle
from services.memory.opening import memory_of
from services.settings import Settings

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
BLIND = ("copilot_exam_4.yaml",)
DEVELOPMENT = (
    "questions.yaml",
    "copilot_development.yaml",
    "copilot_development_2.yaml",
    "copilot_exam_2.yaml",
    "copilot_exam_3.yaml",
)
VERDICTS = ("right", "partly", "wrong")


@contextmanager
def record_of(calls: Sequence[samples.Sample]) -> Iterator[tuple[Database, Recollection, dict[str, str]]]:
    """Calls in a record of their own; their ids by their files' names."""
    with tempfile.TemporaryDirectory(prefix="aftercall-copilot-") as folder:
        Path(folder).chmod(0o711)
        chosen = Settings(data_dir=Path(folder))
        database = open_record(chosen)
        memory = memory_of(database, chosen)
        try:
            ids = {sample.name: _stored(database, sample) for sample in calls}
            memory.owner.require()
            for copy in memory.copies:
                settle(database, copy)
            yield database, Recollection.of(memory), ids
        finally:
            memory.close()
            database.close()


def _stored(database: Database, sample: samples.Sample) -> str:
    """Works one call through all agents; its id."""
    state = stages.analyze(sample.name, sample.content)
    state["transcript_id"] = state.get("transcript_id") or state["call"].external_id
    asyncio.run(PersistenceAgent(database).run(state))
    return str(state["transcript_id"])


def lacks(question: Mapping[str, Any], answer: Answer, ids: Mapping[str, str]) -> list[str]:
    """What keeps an answer from being right, in words; empty where it is."""
    kind = question["kind"]
    if kind == "ambiguous":
        return [] if answer.asks else ["does not ask back"]
    text = " ".join([answer.text, *answer.missing, _drafted(answer)]).lower()
    named = {source.call for sentence in answer.sentences for source in sentence.sources} | set(answer.calls)
    facts = [any(str(one).lower() in text for one in _flat(fact)) for fact in question.get("facts") or ()]
    found = {
        "asks back": answer.asks,
        "says what it must not": any(str(word).lower() in text for word in _flat(question.get("never"))),
        "answers what can't be answered": kind == "unanswerable" and answer.answered,
        "says that it can't be answered": kind != "unanswerable" and not answer.answered and not answer.asks,
        "no fact": bool(facts) and not any(facts),
        "a fact is missing": any(facts) and not all(facts),
        "a call is missing": any(ids.get(name) not in named for name in question.get("calls") or ()),
    }
    return [words for words, holds in found.items() if holds]


def verdict(question: Mapping[str, Any], answer: Answer, ids: Mapping[str, str]) -> str:
    """right, partly or wrong."""
    found = set(lacks(question, answer, ids)) - {"says that it can't be answered"}
    if not found:
        return "right"
    return "partly" if found <= {"a fact is missing", "a call is missing"} else "wrong"


def _flat(value: Any) -> list[Any]:
    """Values of a list, and of lists in it."""
    if value is None:
        return []
    return [each for item in value for each in _flat(item)] if isinstance(value, list) else [value]


def _drafted(answer: Answer) -> str:
    return f"{answer.draft.subject} {answer.draft.body}" if answer.draft else ""


def asked(database: Database, memory: Recollection, question: Mapping[str, Any]) -> tuple[Answer, float]:
    """The answer, after the questions that come before it in its conversation; and the seconds it took."""
    context = Context()
    before = question.get("before") or question.get("history") or question.get("after") or ()
    for earlier in [before] if isinstance(before, str) else before:
        context = answer_of(ask(database, memory, str(earlier), context, "bench")).context
    began = time.perf_counter()
    answer = answer_of(ask(database, memory, question["question"], context, "bench"))
    return answer, time.perf_counter() - began


def main() -> None:
    """Prints the tables as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.copilot", description=str(__doc__).split("\n", 1)[0])
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--blind", action="store_true", help="only the questions that nobody reads who works on it")
    only.add_argument("--development", action="store_true", help="only the questions that were read")
    chosen = parser.parse_args()
    for name in () if chosen.development else BLIND:
        print(f"{name}, blind:\n")
        table(*_set(DATA / name))
    for name in () if chosen.blind else DEVELOPMENT:
        print(f"{name}, read while the copilot was made:\n")
        table(*_set(DATA / name))


def _set(file: Path) -> tuple[Sequence[Mapping[str, Any]], Sequence[samples.Sample]]:
    """The questions of a file, and the calls that they are about."""
    read = yaml.safe_load(file.read_text(encoding="utf-8"))
    if isinstance(read, list):
        return read, samples.samples()
    names, ours = list(read["calls"].values()), samples.samples()
    if {each.name for each in ours} >= set(names):
        return read["questions"], ours
    files = [DATA / read.get("folder", "calls") / name for name in names]
    return read["questions"], [samples.Sample(each.name, each.read_bytes()) for each in files]


def table(questions: Sequence[Mapping[str, Any]], calls: Sequence[samples.Sample]) -> None:
    """Asks questions about some calls, and prints how many are answered right."""
    counts: dict[str, Counter[str]] = {}
    not_right: dict[str, list[str]] = {"partly": [], "wrong": []}
    reasons: dict[str, Counter[str]] = {}
    times = []
    with record_of(calls) as (database, memory, ids):
        answer_of(ask(database, memory, "How many calls are there?", Context(), "bench"))  # loads what is loaded once
        for question in questions:
            answer, seconds = asked(database, memory, question)
            times.append(seconds)
            found = verdict(question, answer, ids)
            counts.setdefault(question["kind"], Counter())[found] += 1
            if found != "right":
                not_right[found].append(str(question["id"]))
                reasons.setdefault(question["kind"], Counter()).update(lacks(question, answer, ids))
    _print(counts, not_right, times)
    for kind, why in sorted(reasons.items()):
        print(f"{kind}: {', '.join(f'{words} {number}' for words, number in why.most_common())}")


def _print(counts: Mapping[str, Counter[str]], not_right: Mapping[str, list[str]], times: list[float]) -> None:
    total = sum(counts.values(), Counter[str]())
    print("| kind | questions | right | partly | wrong |\n|---|---|---|---|---|")
    for kind, found in [*sorted(counts.items()), ("all", total)]:
        print(f"| {kind} | {found.total()} | {' | '.join(str(found[each]) for each in VERDICTS)} |")
    for name, ids in not_right.items():
        print(f"{name}: {', '.join(ids) or 'none'}")
    ranked = sorted(times)
    p95 = ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]
    print(f"time to the answer: p50 {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms")


if __name__ == "__main__":
    main()
