"""How many lines a text may have. The limits on bytes and turns are the reader's."""

from services.errors import TooLarge
from services.settings import settings

_LINES_A_TURN = 8


def check_lines(text: str) -> None:
    """Raises TooLarge for a text of more lines than the most turns of a call could fill, as captions do."""
    limit = _LINES_A_TURN * settings().max_turns
    lines = text.count("\n") or text.count("\r")
    if lines > limit:
        raise TooLarge(
            f"The file has {lines:,} lines; {limit:,} are the most for {settings().max_turns:,} turns (MAX_TURNS)."
        )
