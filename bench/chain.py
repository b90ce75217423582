"""Words a second of the whole chain with the builtin analyst, with and without embeddings, nothing stored.

Run ``python -m bench.chain``; ``--json`` prints the rows as JSON instead. The calls are the ten samples, and the same
ones joined into one long call of about ``--words`` words.
"""

import argparse
import json
import time

from services import stages
from services.calls import reader
from services.calls.model import Turn
from services.memory.embedder import embed
from services.samples import samples


def long_call(words: int) -> bytes:
    """The samples' turns, one call after the other and over again, as 'Name: words' lines of two speakers."""
    turns: list[Turn] = [turn for one in samples() for turn in reader.read(one.name, one.content).turns]
    lines: list[str] = []
    total = 0
    while total < words:
        turn = turns[len(lines) % len(turns)]
        lines.append(f"{('Nora Whitfield', 'Tomas Ibarra')[len(lines) % 2]}: {turn.text}")
        total += len(turn.text.split())
    return "\n".join(lines).encode()


def measure(files: list[tuple[str, bytes]], *, embeddings: bool) -> tuple[int, float]:
    """Words and seconds of the files, worked through one after the other; the best of two rounds."""
    best = float("inf")
    words = 0
    for _ in range(2):
        began = time.perf_counter()
        states = [stages.analyze(name, content, embeddings=embeddings) for name, content in files]
        best = min(best, time.perf_counter() - began)
        words = sum(len(turn["text"].split()) for state in states for turn in state["dialogue"])
    return words, best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=50_000, help="the length of the long call (default 50,000)")
    parser.add_argument("--json", action="store_true", help="print the rows as one JSON list")
    chosen = parser.parse_args()
    embed(["The model is loaded before the clock runs."])
    calls = [(one.name, one.content) for one in samples()]
    cases = [("ten samples", calls), ("one long call", [("long.txt", long_call(chosen.words))])]
    rows = []
    for name, files in cases:
        for embeddings in (False, True):
            words, seconds = measure(files, embeddings=embeddings)
            rows.append(
                {
                    "calls": name,
                    "embeddings": embeddings,
                    "words": words,
                    "seconds": round(seconds, 2),
                    "words_a_second": round(words / seconds),
                }
            )
            if not chosen.json:
                what = f"{name}, {'with' if embeddings else 'without'} embeddings"
                print(f"{what:35} {words:7,} words {seconds:8.2f} s {words / seconds:9,.0f} words/s", flush=True)
    if chosen.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
