"""What was taken on near the end of a call, in its own words: promised, asked for, set for a day."""

import re

from services.copilot.contract import Owner
from services.copilot.proof import CallProof
from services.copilot.turns import Turn, ending, turns_of
from services.copilot.vocabulary import groups_in
from services.playbooks.cues import Line, fold
from services.sentence_words import stems

_FROM = 0.6  # the part of a call before which nothing is agreed on
_LATE = 0.75  # the part after which most of it is
_LEAST = 4  # words of a turn that takes something on


def commitments(call: CallProof, owner: Owner | None, most: int) -> list[Turn]:
    """The turns in which somebody, or that side alone, takes something on, the likeliest in their order.

    Where there is none and nobody's are asked for, the end of the call.
    """
    turns = turns_of(call)
    late = [turn for turn in turns[int(len(turns) * _FROM) :] if len(turn.text.split()) >= _LEAST]
    weighed = [(_binds(turn, owner) + (turn.number >= len(turns) * _LATE), turn) for turn in late]
    bound = [(weight, turn) for weight, turn in weighed if _binds(turn, owner)]
    best = sorted(bound, key=lambda each: (-each[0], -each[1].number))[:most]
    found = sorted((turn for _, turn in best), key=lambda turn: turn.number)
    return found or ([] if owner else ending(call)[-most:])


_CLOCK = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|1?\d)"
    r"(?: o'clock|[ -](?:thirty|fifteen|forty[ -]five)\b|:\d\d| ?[ap]\.?m\b"
    r"| in the (?:morning|afternoon|evening)| (?:sharp|works|is fine))"
)
_MET = 0.7  # the part of a call after which a next meeting is settled


def sets_meeting(call: CallProof) -> bool:
    """Whether near the end of a call a day and an hour are named."""
    turns = turns_of(call)
    late = " ".join(fold(turn.text) for turn in turns[int(len(turns) * _MET) :])
    return bool(_CLOCK.search(late)) and "sets" in groups_in("commitments", Line(late))


def owed(call: CallProof, owner: Owner | None, about: str, most: int) -> list[Turn]:
    """The turns in which somebody, or that side alone, takes on what these words tell of; no words: anything."""
    turns, wanted = turns_of(call), set(stems(about))
    if not wanted:
        return [turn for turn in commitments(call, owner, most) if _binds(turn, owner)]
    late = [turn for turn in turns[int(len(turns) * _FROM) :] if wanted & set(stems(turn.text))]
    return [turn for turn in late if _binds(turn, owner)][-most:]


def _binds(turn: Turn, owner: Owner | None) -> int:
    """In how many ways a turn takes something on."""
    groups = groups_in("commitments", Line(fold(turn.text)))
    takes = "takes" in groups and owner in (None, turn.side)
    asks = "asks" in groups and (owner is None or owner != turn.side)
    return takes + asks + ("sets" in groups and (owner is None or takes or asks))
