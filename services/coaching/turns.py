"""What the measures share: how long a turn is, whose it is, whether it takes the floor."""

from collections.abc import Sequence

from services.agents.contract import DialogueTurn
from services.coaching.lexicon import bare, whole

MOST_BACKCHANNEL_WORDS = 2


def word_count(text: str) -> int:
    """Words of a text, as white space divides them."""
    return len(text.split())


def of_side(dialogue: Sequence[DialogueTurn], side: str) -> list[int]:
    """The turns of a side, by their numbers."""
    return [number for number, turn in enumerate(dialogue) if turn["side"] == side]


def backchannel(text: str) -> bool:
    """Whether a turn only says "mm-hm": a word or two that show listening and leave the floor to the other side."""
    if len(text.split(None, MOST_BACKCHANNEL_WORDS)) > MOST_BACKCHANNEL_WORDS:
        return False
    words = bare(text)
    return not words or words in whole("backchannels")
