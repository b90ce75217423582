"""A search out of a question: its words without names, in the calls that it names."""

import re
from collections.abc import Iterable
from dataclasses import replace

from services.copilot.choosing import where_of
from services.copilot.contract import Passages, ToolCall, Where
from services.copilot.details import groups_of_attributes
from services.copilot.understanding import Understood
from services.copilot.vocabulary import Terms
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
    told_of = _speaker(it)
    speaker = told_of or _adviser_speaking(it)
    spread = not it.clients and it.has("list", "count", "raised") and not speaker
    return Passages(
        words=without_names(it)[:400],
        about=telling(it),
        where=where,
        speaker=speaker,
        side="advisor" if it.clients and not speaker and _WE_SAY.search(it.line.folded) else None,
        limit=limit,
        spread=spread,
        deep=not it.clients and not it.measures and not _OF_MANY.search(it.line.folded),
        told_of=told_of,
        himself=bool(speaker and _HIMSELF.search(it.line.folded)),
        names=tuple(it.people.unknown[:10]),
    )


def owning(it: Understood, terms: Terms) -> list[ToolCall]:
    """Who has such a thing already, as the calls' words tell it."""
    if not it.held or it.clients or it.measures:
        return []
    where = where_of(replace(it, products=[], fields=[]), terms)
    return [Passages(words=it.question[:400], about=it.held, where=where, spread=True, limit=10, own=it.held)]


_OF_MANY = re.compile(
    r"\b(?:clients|calls|deals|families|households|people|couples|customers|prospects|anyone|anybody|everyone|everybody"
    r"|others|which|list|how many|how often|who all|whose|among|most|any of|all of|ever|mentioned|came up|come up)\b"
)
_HIMSELF = re.compile(
    r"\b(?:himself|herself|themselves|in (?:his|her|their) own words|exact words|verbatim|personally)\b"
)
_CLAUSES = re.compile(
    r"(?:[,;?]|\band\b|\bbut\b)\s+"
    r"(?=(?:and |but |so )*(?:what|how|who|whom|whose|when|where|why|which|did|was|were)\b)",
    re.I,
)
_MOST_CLAUSES = 3
_SAID_WHEN = re.compile(
    r"\b(?:reply|say|answer|respond|react|tell|come back|counter|do)\b.*?\b(?:when|after|once)\b(?P<when>[^,;?]+)", re.I
)


def searches(it: Understood, limit: int = 4) -> list[Passages]:
    """A search for each thing that the question asks: what did he say, and what was he told."""
    whole = search(it, limit)
    told = _SAID_WHEN.search(whole.words)
    if it.clients and told and it.has("said", "answers") and len(told["when"].split()) > 1:
        return [whole.model_copy(update={"words": told["when"], "speaker": "", "side": None, "reply": True}), whole]
    parts = [part.strip(" ,;?") for part in _CLAUSES.split(whole.words)]
    asked = [(part, [word for word in it.content if word in fold(part)]) for part in parts]
    asked = [(part, words) for part, words in asked if words]
    if not it.clients or not 1 < len(asked) <= _MOST_CLAUSES:
        return [whole]
    found = []
    written = [part.strip(" ,;?") for part in _CLAUSES.split(it.question)]
    named = [part for part, raw in zip(parts, written, strict=False) if _names(whole.speaker, raw)]
    for part, words in asked:
        own = part in named or (not named and len(it.people.advisers) == 1)
        speaker = whole.speaker if own else ""
        side = whole.side if _WE_SAY.search(fold(part)) else None
        changed = {"words": part, "about": " ".join(words)[:60], "speaker": speaker, "side": side}
        found.append(whole.model_copy(update=changed))
    return found


def _names(speaker: str, part: str) -> bool:
    """Whether somebody's first name stands in a part of a question."""
    return bool(speaker) and bool(re.search(rf"\b{re.escape(fold(speaker.split()[0]))}\b", fold(part)))


_SAYS = (
    r" (?:say|said|says|tell|told|think|thought|ask|asked|answer|answered|reply|replied|mean|call|called|feel|felt"
    r"|suggest|suggested|propose|proposed|recommend|recommended|explain|explained|respond|responded)\b"
)
_EVEN = r"(?: (?:himself|herself|themselves|actually|really|ever|exactly|then|just|already))?"
_WE_SAY = re.compile(
    r"\b(?:did|do|have) (?:we|our \w+|the (?:advis[eo]r|lawyer|attorney|firm)) "
    r"(?:say|tell|answer|reply|respond|come back|suggest|propose|offer|recommend|advise|explain|counter|handle)"
)


def _speaker(it: Understood) -> str:
    """Whose own words are asked for, where it is a spouse or somebody who is no client: what did Ann say."""
    named = [*sorted(spouses(it)), *(fold(name) for name in it.people.unknown)]
    return next((name for name in named if _says(it, [name])), "")


def _adviser_speaking(it: Understood) -> str:
    """The adviser whose words are asked for, where one is named and the client is not the one who says something."""
    if len(it.people.advisers) != 1 or not it.has("said", "answers"):
        return ""
    own = [word for client in it.clients for word in fold(client.name).split()]
    theirs = fold(it.people.advisers[0]).split()
    if _says(it, own) and not _says(it, theirs):
        return ""
    return it.people.advisers[0]


def _says(it: Understood, names: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}{_EVEN}{_SAYS}", it.line.folded) for name in names)


def of_each(it: Understood) -> list[Passages]:
    """A search in the calls of each client by itself, for the part of the question that names them."""
    found = []
    for client in it.clients[:4]:
        words, whole = _part_of(it, client.name, client.spouse), without_names(it)
        where = Where(clients=(client.label,))
        found.append(Passages(words=(words or whole)[:400], about=telling(it), where=where, limit=4))
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
    return len(it.clients) == 1 and not (it.content or it.fields or it.choices or groups_of_attributes("asks", it.line))


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
