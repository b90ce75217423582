"""A search out of a question: its words without names, in the calls that it names."""

from services.copilot.contract import Passages, Where
from services.copilot.understanding import Understood


def search(it: Understood, limit: int = 4) -> Passages:
    where = Where(
        clients=tuple(client.label for client in it.clients),
        advisers=tuple(it.people.advisers) if not it.clients else (),
        outcomes=tuple(spot.value for spot in it.outcomes if not spot.denied) if not it.clients else (),
        states=tuple(spot.value for spot in it.states) if not it.clients and "client_state" in it.field_names else (),
        since=it.period.since if it.period else None,
        until=it.period.until if it.period else None,
    )
    speaker = it.people.advisers[0] if len(it.people.advisers) == 1 and it.has("said", "answers") else ""
    spread = not it.clients and it.has("list", "count", "raised") and not speaker
    return Passages(
        words=without_names(it)[:400],
        about=telling(it),
        where=where,
        speaker=speaker,
        limit=limit,
        spread=spread,
        names=tuple(it.people.unknown[:10]),
    )


def telling(it: Understood) -> str:
    """What is looked for, in the question's own words, from the first that tells something to the last."""
    folded = it.line.folded
    if not it.content:
        return ""
    start, end = folded.find(it.content[0]), folded.rfind(it.content[-1]) + len(it.content[-1])
    told = it.question[start:end]
    return told if len(told) <= 60 and len(told.split()) <= 6 else " ".join(it.content)[:60]


def without_names(it: Understood) -> str:
    """The question without the names that choose its calls; they would be looked for too."""
    words, free = [], 0
    for start, end in sorted(it.people.spans):
        words.append(it.question[free:start])
        free = max(free, end)
    rest = " ".join([*words, it.question[free:]]).replace(" 's", " ").replace("’s", "")
    return " ".join(rest.split()) or it.question
