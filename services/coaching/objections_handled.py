"""How each worry of the client was answered: acknowledged, answered, resolved, or evaded."""

import re
from collections.abc import Sequence
from typing import Literal, TypedDict

from services.agents import findings
from services.agents.contract import DialogueTurn, Extraction
from services.coaching.lexicon import anywhere, small
from services.coaching.questions import ends_asking
from services.coaching.turns import backchannel

Handling = Literal["evaded", "acknowledged", "answered", "resolved"]
STAGES: tuple[Handling, ...] = ("evaded", "acknowledged", "answered", "resolved")
REACH = 8  # turns after a worry in which it is answered
FIRST = 2  # of the adviser's replies: one of these acknowledges a worry, if any does
LEAST_WORDS = 9  # of a statement that answers, whatever words it has
FEWEST_WORDS = 4  # of one that answers with a reason
FEW_WORDS = 14  # of a sentence of kind words that says nothing else
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_COMMON = frozenset(
    "about above after again also because been before being could does doing done down even every from have having "
    "here into just know like little make many maybe mean more most much need never only over really right said same "
    "says should some something still such sure take than that that's their them then there these they they're thing "
    "things think this those through time very want well went were what when where which while will with would yeah "
    "your you're okay don't it's i'm we're going gonna kind sort can't wasn't isn't".split()
)


class Handled(TypedDict):
    """One worry: where it was raised, how far its answer went (None: nobody replied), the turns that show it."""

    category: str
    raised: list[int]
    handling: Handling | None
    turns: list[int]


def handled(dialogue: Sequence[DialogueTurn], extraction: Extraction) -> list[Handled]:
    """The worries that the call supports, by the playbook's order, each with how it was answered."""
    standing = [item for item in extraction["objections"] if item["state"] in findings.SUPPORTED]
    raised = {item["category"]: sorted({quote["turn"] for quote in item["evidence"]}) for item in standing}
    found: list[Handled] = []
    for category, turns in raised.items():
        others = {turn for name, own in raised.items() if name != category for turn in own} - set(turns)
        stages = [_answer(dialogue, turn, others, set(turns)) for turn in turns if turn < len(dialogue)]
        told = [stage for stage in stages if stage is not None]
        best = max(told, key=lambda one: STAGES.index(one[0]), default=None)
        found.append(
            {
                "category": category,
                "raised": turns,
                "handling": None if best is None else best[0],
                "turns": [] if best is None else best[1],
            }
        )
    return found


def left_out(extraction: Extraction) -> int:
    """How many worries were claimed that no words of the call support: they are not counted."""
    return sum(item["state"] not in findings.SUPPORTED for item in extraction["objections"])


def _answer(
    dialogue: Sequence[DialogueTurn], raised: int, others: set[int], own: set[int]
) -> tuple[Handling, list[int]] | None:
    """How a worry raised in one turn was answered, with the turns that show it; None where no reply follows."""
    window = _window(dialogue, raised, others, own)
    replies = [number for number in window if dialogue[number]["side"] == "advisor"]
    told = [number for number in replies if not backchannel(dialogue[number]["text"])]
    if not told:
        return ("acknowledged", replies[:1]) if replies else None
    worry = small(dialogue[raised]["text"])
    said = {number: small(dialogue[number]["text"]) for number in told}
    kind = [number for number in told[:FIRST] if _takes_up(said[number])]
    on_it = bool(kind) or not _goes_on(said[told[0]], worry)
    answered = [number for number in told if _answers(said[number], worry, only_about=not on_it)]
    if answered:
        later = (number for number in window if number > answered[0] and dialogue[number]["side"] == "client")
        taken = [number for number in later if _accepts(dialogue, number)]
        return ("resolved", [answered[0], taken[0]]) if taken else ("answered", answered[:2])
    return ("acknowledged", kind[:1] or told[:1]) if on_it else ("evaded", told[:1])


def _window(dialogue: Sequence[DialogueTurn], raised: int, others: set[int], own: set[int]) -> range:
    """The turns after a worry that can be about it: up to the next one, the same again or another, or until the client
    speaks of something else unasked."""
    end = min(len(dialogue), raised + 1 + REACH)
    end = min([end, *(turn for turn in others | own if turn > raised + 1)])
    about = _told(small(dialogue[raised]["text"]))
    for number in range(raised + 2, end):
        turn, before = dialogue[number], dialogue[number - 1]
        if turn["side"] == "client" and _accepts(dialogue, number):
            end = number + 1
            break
        if turn["side"] == "client" and before["side"] == "advisor" and not ends_asking(before["text"]):
            said = small(turn["text"])
            about |= _told(small(before["text"]))
            if not (backchannel(said) or _told(said) & about or _any("resolves", said) or _any("holds_on", said)):
                end = number
                break
    return range(raised + 1, end)


def _answers(reply: str, worry: str, *, only_about: bool = False) -> bool:
    """Whether a reply says something to the worry: a statement of some length, a short one that gives reasons.

    ``only_about``: the adviser had gone on to something else, so only the worry's own words count.
    """
    stated = " ".join(one for one in _SENTENCE.findall(reply) if not _says_nothing(one))
    length = len(stated.split())
    if length < FEWEST_WORDS:
        return False
    if _told(stated) & _told(worry):
        return True
    return not only_about and not _any("evades", reply) and (length >= LEAST_WORDS or _any("answers", stated))


def _says_nothing(sentence: str) -> bool:
    """Whether a sentence answers nothing: a question, kind words and no more, the promise to send something."""
    if sentence.rstrip(" \"'").endswith("?") or _any("promises", sentence):
        return True
    return len(sentence.split()) < FEW_WORDS and _any("acknowledges", sentence)


def _takes_up(reply: str) -> bool:
    """Whether a reply takes a worry up: kind words, or a question after what is behind it."""
    return _any("acknowledges", reply) or _any("probes", reply)


def _goes_on(reply: str, worry: str) -> bool:
    """Whether a reply leaves the worry aside: it begins with a question about something else, or says that it does."""
    first = next((one for one in _SENTENCE.findall(reply) if len(one.split()) > 2), reply)
    if _any("evades", first):
        return True
    asks = first.rstrip(" \"'").endswith("?")
    return asks and not _any("points_back", first) and not _told(first) & _told(worry)


def _accepts(dialogue: Sequence[DialogueTurn], number: int) -> bool:
    """Whether the client takes an answer: a statement says so, and none holds anything against it."""
    said = small(dialogue[number]["text"])
    if backchannel(said) and ends_asking(dialogue[number - 1]["text"]):
        return False
    stated = " ".join(one for one in _SENTENCE.findall(said) if not one.rstrip(" \"'").endswith("?"))
    return _any("resolves", stated) and not _any("holds_on", stated)


def _any(name: str, text: str) -> bool:
    return anywhere(f"objections.{name}").search(text) is not None


def _told(text: str) -> set[str]:
    """The words of a text that it is about."""
    return set(re.findall(r"[a-z]{4,}(?:'(?!s\b)[a-z]+)?", text)) - _COMMON
