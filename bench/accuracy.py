"""How well the builtin analyst reads the labelled calls: ``python -m bench.accuracy``, or ``make eval``.

The calls and their labels are in tests/data/calls, and in tests/data/fresh_calls those that were written later by
people who had not seen the analyst. Of each folder, those that OPENED.txt names were read while the analyst was
written; the others were only ever scored. Where two columns part, the analyst is fitted to the first.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services import analyses, stages

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
    with tempfile.TemporaryDirectory() as folder:
        golds, found = Path(folder) / "golds", Path(folder) / "analyses.jsonl"
        golds.mkdir()
        lines = []
        for path in files:
            (golds / f"{path.stem}{LABELS}").write_bytes(path.with_name(f"{path.stem}{LABELS}").read_bytes())
            lines.append(json.dumps(analyses.as_json(path.name, stages.analyze(path.name, path.read_bytes()))))
        found.write_text("\n".join(lines), encoding="utf-8")
        command = [sys.executable, str(DATA / "score.py"), str(golds), str(found), "--json"]
        figures: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return figures


def main() -> None:
    """Prints the table as Markdown."""
    columns = {name: score(files) for name, files in halves().items()}
    columns |= {f"fresh, {name}": score(files) for name, files in halves(FRESH).items() if name != "all"}
    figures = columns.values()
    row("figure", [f"{name} ({of['calls']} calls)" for name, of in columns.items()])
    print(f"|---|{'---|' * len(columns)}")
    for figure in FIGURES:
        row(figure, [of[figure] for of in figures])
    for field in columns["all"]["fields"]:
        row(f"found: {field}", [of["fields"].get(field, "") for of in figures])


def row(name: str, cells: Sequence[Any]) -> None:
    """One row of the table."""
    print(f"| {name} | {' | '.join(map(str, cells))} |")


if __name__ == "__main__":
    main()
