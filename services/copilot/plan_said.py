"""A search out of a question: its words without names, in the calls that it names."""

import re

from services.copilot.contract import Passages, Where
from services.copilot.understanding import Understood
from services.playbooks.cues import fold


def search(it: Understood, limit: int = 4) -> Passages:
    where = Where(
        clients=tuple(client.label for client in it.clients),
        advisers=tuple(it.people.advisers) if not it.clients else (),
        outcomes=tuple(spot.value for spot in it.outcomes if not spot.denied) if not it.clients else (),
        states=tuple(spot.value for spot in it.states) if not it.clients and "client_state" in it.field_names else (),
        since=it.period.since if it.period and not it.clients else None,
        until=it.period.until if it.period and not it.clients else None,
    )
    speaker = it.people.advisers[0] if len(it.people.advisers) == 1 and it.has("said", "answers") else _speaker(it)
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


_SAYS = (
    r" (?:say|said|says|tell|told|think|thought|ask|asked|answer|answered|reply|replied|mean|call|called|feel|felt)\b"
)


def _speaker(it: Understood) -> str:
    """A spouse whose own words are asked for: what did Ann say."""
    return next((name for name in sorted(spouses(it)) if re.search(rf"\b{name}{_SAYS}", it.line.folded)), "")


def of_each(it: Understood) -> list[Passages]:
    """A search in the calls of each client by itself, for the part of the question that names them."""
    found = []
    for client in it.clients[:4]:
        words, whole = _part_of(it, client.name, client.spouse), without_names(it)
        where = Where(clients=(client.label,))
        found.append(Passages(words=(words or whole)[:400], about=telling(it), where=where, limit=3))
    return found


_PARTS = re.compile(r"[,;:?.]|\band\b|\bor\b|\bversus\b|\bvs\b| - ")
_LEAST_PART = 4  # words of a part that asks something by itself


def _part_of(it: Understood, *names: str) -> str:
    """The part of a question in which somebody is named, without the name."""
    own, theirs = set(fold(names[0]).split()), {word for name in names[1:] for word in fold(name).split()}
    parts = [part.split() for part in _PARTS.split(it.line.folded)]
    topic = [] if it.people.spans and _names_any(it, " ".join(parts[0])) else parts[0]
    for words in parts:
        bare = {word.removesuffix("'s") for word in words} | {word.removesuffix("s") for word in words}
        rest = [word for word in words if not {word.removesuffix("'s"), word.removesuffix("s")} & own]
        if bare & (own | theirs) and len(rest) >= _LEAST_PART:
            return " ".join([*topic, *rest])
    return ""


def _names_any(it: Understood, words: str) -> bool:
    return any(it.line.folded[start:end] in words for start, end in it.people.spans)


def telling(it: Understood) -> str:
    """What is looked for, in the question's own words, from the first that tells something to the last."""
    folded = it.line.folded
    if not it.content:
        return ""
    start, end = folded.find(it.content[0]), folded.rfind(it.content[-1]) + len(it.content[-1])
    told = it.question[start:end]
    return told if len(told) <= 60 and len(told.split()) <= 6 else " ".join(it.content)[:60]


def _alone(it: Understood) -> bool:
    """Whether nothing but somebody is asked for: where is Ann."""
    return len(it.clients) == 1 and not (it.content or it.fields)


def spouses(it: Understood) -> set[str]:
    """The names in the question that are a spouse's: the call is another's and speaks of them."""
    own = {word for client in it.clients for word in fold(client.name).split()}
    theirs = {word for client in it.clients for word in fold(client.spouse).split()} - own
    return {word for start, end in it.people.spans if (word := it.line.folded[start:end]) in theirs}


def without_names(it: Understood) -> str:
    """The question without the names that choose its calls; they would be looked for too."""
    words, free = [], 0
    spoken_of = spouses(it) if it.has("situation") or _alone(it) else set()
    for start, end in sorted(it.people.spans):
        if it.line.folded[start:end] in spoken_of:
            continue
        words.append(it.question[free:start])
        free = max(free, end)
    rest = " ".join([*words, it.question[free:]]).replace(" 's", " ").replace("’s", "")
    return " ".join(rest.split()) or it.question
