"""The made-up dialogue that the samples in tests/data/formats hold, each in its own grammar."""

from pathlib import Path

from services.calls.model import Call
from services.calls.reader import read

FORMATS = Path(__file__).parents[1] / "data" / "formats"
SHARED = Path(__file__).parents[3] / "shared" / "formats"

NORA, TOMAS, ELENA = "Nora Whitfield", "Tomas Ibarra", "Elena Ibarra"
DIALOGUE = [
    (NORA, "Good morning, Tomas. Thank you for making the time."),
    (TOMAS, "Good morning. Elena will join us in a minute."),
    (NORA, "Perfect. So what made you think about a trust now?"),
    (TOMAS, "My father's estate went through probate. It took two years & most of the savings."),
    (ELENA, "Hello! Sorry, I was at the school."),
    (NORA, "No problem. Shall we begin with the house?"),
]
WORDS = " ".join(text for _, text in DIALOGUE)


def sample(name: str) -> Call:
    """A sample, read as an upload is."""
    return read(name, (FORMATS / name).read_bytes())


def said(call: Call) -> list[tuple[str | None, str]]:
    """Speaker and words of every turn."""
    return [(turn.speaker, turn.text) for turn in call.turns]


def labelled(*labels: str) -> list[tuple[str | None, str]]:
    """The dialogue with other labels for Nora, Tomas and Elena; neighbours with the same label become one turn."""
    names = dict(zip((NORA, TOMAS, ELENA), labels, strict=True))
    turns: list[tuple[str | None, str]] = []
    for speaker, text in DIALOGUE:
        if turns and turns[-1][0] == names[speaker]:
            turns[-1] = (names[speaker], f"{turns[-1][1]} {text}")
        else:
            turns.append((names[speaker], text))
    return turns
