"""The analyst's own word lists: data files of cues, one a kind of fact."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from services.playbooks.cues import CueBook, Hit, Line, parse

DATA = Path(__file__).parent / "data"


class Spoken(Protocol):
    """Anything that is said: a sentence, a turn."""

    @property
    def line(self) -> Line: ...


@lru_cache(maxsize=32)
def data(name: str) -> dict[str, Any]:
    """A data file of the analyst, parsed."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def book(name: str, table: str = "cues") -> CueBook[str]:
    """The cues of a data file, each under the name of its group."""
    groups: dict[str, list[str]] = data(name)[table]
    return CueBook((group, parse(cue)) for group, cues in groups.items() for cue in cues)


def hits(name: str, said: Spoken) -> list[Hit[str]]:
    """The cues of a data file in what was said, found once; places are places of its text."""
    line = said.line
    found = line.found.get(name)
    if found is None:
        found = line.found[name] = book(name).find(line)
    return found


def weight(found: list[Hit[str]], group: str) -> float:
    """The strongest cue of a group among the hits; 0.0 where there is none."""
    return max([hit.weight for hit in found if hit.key == group], default=0.0) if found else 0.0
