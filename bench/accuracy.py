"""How well the labelled calls are read, by the analyst or by a language model: ``python -m bench.accuracy``.

The calls and their labels are in tests/data/calls, and in tests/data/fresh_calls those that were written later by
people who had not seen the analyst. Of each folder, those that OPENED.txt names were read while the analyst was
written; the others were only ever scored. Where two columns part, the analyst is fitted to the first.

``--model NAME`` asks the model that OPENAI_BASE_URL and OPENAI_API_KEY reach about the calls of tests/data/calls, and
prints the same figures for the analyst, for the model alone and for both together, as the product merges them.
``--shortest N`` takes the N calls with the fewest characters of talk. What the model answered is remembered in a
database of its own under ``--data-dir``, so that the next run asks only what is new. ``make eval MODEL=NAME
OPENAI_BASE_URL=ADDRESS SHORTEST=10`` is the same.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services import analyses, model_ledger, stages
from services.agents.contract import Extraction, Fact
from services.agents.knowledge_analyst import KnowledgeAnalystAgent
from services.calls import reader
from services.database import Database, open_record
from services.language_model import LanguageModel
from services.model_mind.asking import ModelMind
from services.model_mind.merge import both_minds
from services.model_mind.reading import read_call
from services.playbooks.loader import Playbook, load
from services.settings import Settings, settings

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"
CALLS = DATA / "calls"
FRESH = DATA / "fresh_calls"
LABELS = ".gold.json"
FIGURES = ("header", "found", "invented", "outcome", "products_discussed", "objections", "next_steps", "step owner",
           "phases", "turn count", "grounded", "evidence", "overall")  # fmt: skip


def halves(folder: Path = CALLS) -> dict[str, list[Path]]:
    """The transcripts of a folder, by whether they were opened or only scored."""
    opened = set((folder / "OPENED.txt").read_text(encoding="utf-8").splitlines())
    labelled = {path.name.removesuffix(LABELS) for path in folder.glob(f"*{LABELS}")}
    files = [path for path in sorted(folder.iterdir()) if path.stem in labelled and not path.name.endswith(LABELS)]
    return {
        "opened": [path for path in files if path.stem in opened],
        "scored only": [path for path in files if path.stem not in opened],
        "all": files,
    }


def score(files: Sequence[Path]) -> dict[str, Any]:
    """The scorer's figures for these transcripts, worked through as ``analyze`` does."""
    return figures_of(files, [(path, stages.analyze(path.name, path.read_bytes())) for path in files])


def figures_of(files: Sequence[Path], states: Sequence[tuple[Path, dict[str, Any]]]) -> dict[str, Any]:
    """The scorer's figures for transcripts that were worked through."""
    with tempfile.TemporaryDirectory() as folder:
        golds, found = Path(folder) / "golds", Path(folder) / "analyses.jsonl"
        golds.mkdir()
        for path in files:
            (golds / f"{path.stem}{LABELS}").write_bytes(path.with_name(f"{path.stem}{LABELS}").read_bytes())
        lines = [json.dumps(analyses.as_json(path.name, state)) for path, state in states]
        found.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(DATA / "score.py"), str(golds), str(found), "--json"]
        figures: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return figures


def shortest(files: Sequence[Path], number: int) -> list[Path]:
    """The transcripts with the fewest characters of talk."""

    def length(path: Path) -> int:
        return sum(len(turn.text) for turn in reader.read(path.name, path.read_bytes()).turns)

    return sorted(sorted(files, key=length)[:number])


# With a model

MINDS = ("analyst", "model", "both")


@contextmanager
def asked_model(name: str, folder: Path) -> Iterator[tuple[Database, ModelMind, Settings]]:
    """The model that the settings reach, under this name, with a database of its own for what it answers."""
    if not settings().thinks_with_a_model:
        sys.exit("Set OPENAI_BASE_URL or OPENAI_API_KEY: no model can be reached without.")
    own = {"database_url": None, "data_dir": folder, "model": name, "model_extract": None}
    chosen = settings().model_copy(update=own)
    database = open_record(chosen)
    model = LanguageModel(database, chosen)
    try:
        yield database, ModelMind(model, chosen), chosen
    finally:
        model.close()
        database.close()


def by_minds(files: Sequence[Path], mind: ModelMind, playbook: Playbook) -> dict[str, dict[str, Any]]:
    """The scorer's figures by analyst, model and both. Says on stderr how long each call took, and what failed."""
    states: dict[str, list[tuple[Path, dict[str, Any]]]] = {name: [] for name in MINDS}
    for number, path in enumerate(files, 1):
        state = stages.analyze(path.name, path.read_bytes())
        began = time.monotonic()
        asking = mind.about(state, KnowledgeAnalystAgent.name)
        reading = asyncio.run(read_call(asking, mind, state["dialogue"], state["call"], playbook))
        found = reading.found or nothing(playbook)
        both = both_minds(state["extracted_entities"], found, playbook)
        for name, extraction in zip(MINDS, (state["extracted_entities"], found, both), strict=True):
            states[name].append((path, {**state, "extracted_entities": extraction}))
        said = f" {reading.fault}" if reading.fault else ""
        print(f"call {number} of {len(files)}: {time.monotonic() - began:.1f} s{said}", file=sys.stderr, flush=True)
    return {name: figures_of(files, each) for name, each in states.items()}


def nothing(playbook: Playbook) -> Extraction:
    """What a model found that gave no answer."""
    none = Fact(value=None, state="not discussed", evidence=[], source="model")
    facts = {field.name: none for field in playbook.fields}
    return Extraction(facts=facts, products_discussed=[], objections=[], outcome=none, next_steps=[])


def with_model(files: Sequence[Path], name: str, folder: Path) -> None:
    """Prints the table for the analyst, the model and both, and what the model took."""
    with asked_model(name, folder) as (database, mind, chosen):
        table(by_minds(files, mind, load(chosen.playbook)))
        took = model_ledger.this_month(database)
        print(f"\nAsked of {name} in this database, this month: {took.tokens_in:,} tokens in, {took.tokens_out:,} out.")


# The tables


def main() -> None:
    """Prints the table as Markdown."""
    asked = _arguments()
    if asked.model or asked.shortest:
        files = shortest(halves()["all"], asked.shortest) if asked.shortest else halves()["all"]
        if asked.model:
            with_model(files, asked.model, asked.data_dir or settings().data_dir / "eval")
        else:
            table({"shortest": score(files)})
        return
    columns = {name: score(files) for name, files in halves().items()}
    columns |= {f"fresh, {name}": score(files) for name, files in halves(FRESH).items() if name != "all"}
    table(columns)


def table(columns: dict[str, dict[str, Any]]) -> None:
    """The scorer's figures, a column each."""
    figures = columns.values()
    row("figure", [f"{name} ({of['calls']} calls)" for name, of in columns.items()])
    print(f"|---|{'---|' * len(columns)}")
    for figure in FIGURES:
        row(figure, [of[figure] for of in figures])
    for field in sorted({field for of in figures for field in of["fields"]}):
        row(f"found: {field}", [of["fields"].get(field, "") for of in figures])


def row(name: str, cells: Sequence[Any]) -> None:
    """One row of the table."""
    print(f"| {name} | {' | '.join(map(str, cells))} |")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description="How well the calls are read.")
    parser.add_argument("--model", help="a language model to ask as well")
    parser.add_argument("--shortest", type=int, metavar="N", help="only the N shortest calls")
    parser.add_argument("--data-dir", type=Path, help="where the model's answers are remembered (default: data/eval)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
