"""What a question says beside what it asks: examples in brackets, whom it leaves out, with the reason why, and what the
answer is for."""

import re

from services.copilot.names import ClientNamed
from services.copilot.understood import Understood
from services.playbooks.cues import fold

_BRACKETS = re.compile(r"\(([^()]*)\)")
_DASHED = re.compile(r"\s(?:-|–|—)\s([^-–—?!.;:]*)(?=\s(?:-|–|—)\s|[?!.;]|$)")
_NARROWS = re.compile(  # says which of them, gives no examples
    r"^(?:but |and |so )?(?:not|no|non|only|just|except\w*|without|excluding|leaving|minus|besides|all|both|in|on|from"
    r"|since|before|after|until|with|for|by|who|which|that|what|how|where|when|why)\b",
    re.I,
)
_EXAMPLES = re.compile(r"^(?:e\.?g\.?|i\.?e\.?|for (?:example|instance)|like|such as|say|meaning|any of|be it)\b", re.I)
_LEAST_EXAMPLES = 3  # things in a row that are examples of the word before them
_LONGEST_EXAMPLE = 4  # words
_TITLE = r"(?:(?:for|the|our|mr\.?|mrs\.?|ms\.?|miss|dr\.?|doctor) )*"
_LEFT_OUT = re.compile(
    r"\b(?:besides|beside|apart from|aside from|other than|except|except for|excluding|exclude|not counting"
    r"|not including|don't count|do not count|don't include|do not include|without counting|leaving out|leave out"
    r"|leaving aside|leave aside|but not|and not|ignore|ignoring|omit|omitting|disregard|disregarding|skip|skipping)"
    rf" {_TITLE}$"
    rf"|(?:^|[.,;:(!?-] ?)(?:and |but |so |please |just )*(?:minus|less|without|not) {_TITLE}$"
)
_TAKES = re.compile(rf"\b(?:leave|leaving|keep|keeping|take|taking|put|set|setting|count|drop) {_TITLE}$")
_OUT = re.compile(r"^(?:'s)?(?: (?:[a-z]+'?s?))?(?: (?:call|deal|case|family|and [a-z]+))? (?:out|aside|off|apart)\b")
_OF_THEIRS = re.compile(
    r"^[\w'-]+(?<='s) (?:daughters?|sons?|kids?|child|children|stepson|stepdaughter|brother|sister|mother|father"
    r"|parents|house|home|land|business|company)\b"
)
_ORDERED = re.compile(
    r"^\s*(?:and |but |so |please |just |you can |we can |let's )*(?:leave|leaving|keep|take|set|exclude|excluding"
    r"|ignore|skip|omit|drop|disregard|minus|without|not counting|not including|don't count|do not count"
    r"|don't include)\b",
    re.I,
)
_WHY = re.compile(r"(?:,|;| -| –| —)? (?:because|since|as|for|who|she|he|they|it|that|her|his|their)\b", re.I)
_SENTENCE = re.compile(r"[^.?!;]*(?:(?<=\b[DM]r)\.[^.?!;]*|(?<=\bMrs)\.[^.?!;]*|(?<=\bMs)\.[^.?!;]*)*[.?!;]?")


_SETS_OUT = (
    r"(?:(?:i|we)(?: just| only| really)? (?:need|want|have|would like|am about|are about|am going|are going)"
    r"|(?:i|we)'(?:d like|m about|re about|m going|re going|ve got)|trying|i'm trying|we're trying) to"
    r"(?! (?:know|see|hear|find|understand|learn|ask|check|compare|be sure|write|draft|e-?mail|message|remind|have|get"
    r"|include|exclude|count|leave|limit|focus|filter|look|pick|choose))"
)  # what the answer is for, and not that it is wanted, nor of whom
_FOR_WHAT = re.compile(
    rf"(?:(?<=[,.;?!])|(?<= [-–—])) *(?:(?:and |because |since |as )?{_SETS_OUT}|so (?:that )?(?:i|we) can)\b"
    r"[^.?!;]*[.!;]?\s*$"
    rf"|^\s*{_SETS_OUT}\b[^.?!;:]*[.;:](?=\s*\S)",
    re.I,
)
_ASKS = re.compile(r"\b(?:what|who|whom|whose|which|when|where|why|how|whether|if)\b", re.I)


def without_purpose(question: str) -> str:
    """A question with what its answer is for blanked, everything else at its place. Who is named there is meant."""
    return _FOR_WHAT.sub(lambda it: it.group() if _ASKS.search(it.group()) else " " * len(it.group()), question)


def without_asides(question: str) -> str:
    """A question with its rows of examples, and why somebody is left out, blanked; everything else at its place."""
    told = _DASHED.sub(_blank, _BRACKETS.sub(_blank, question))
    for start, end in _ordering(told):
        if why := _WHY.search(told, start, end):
            told = f"{told[: why.start()]}{' ' * (end - why.start())}{told[end:]}"
    return told


def _blank(match: re.Match[str]) -> str:
    inner = match.group(1).strip()
    return " " * len(match.group()) if _is_row(inner) else match.group()


def _is_row(inner: str) -> bool:
    """Whether words are examples: so called, or three short things in a row."""
    if _EXAMPLES.search(inner):
        return True
    things = [thing for thing in re.split(r",|/|\bor\b|\band\b", inner) if thing.strip()]
    short = [thing for thing in things if len(thing.split()) <= _LONGEST_EXAMPLE]
    return len(short) >= _LEAST_EXAMPLES and not _NARROWS.search(inner)


def leave_out(it: Understood) -> None:
    """Takes clients for left out whose name stands after besides or other than, or between leave and out."""
    the_same = it.has("objections", "raised") and not it.objections
    spans = sorted(it.people.spans)
    first = next((at for at, (start, end) in enumerate(spans) if _is_left_out(it.line.folded, start, end)), None)
    if not it.clients or first is None or the_same:
        return
    out = {word for start, end in spans[first:] for word in _words(it.line.folded[start:end])}
    kept = {word for start, end in spans[:first] for word in _words(it.line.folded[start:end])}
    it.but = [client for client in it.clients if _called(client) & out and not _called(client) & kept]
    it.clients = [client for client in it.clients if client not in it.but]
    if _OF_THEIRS.search(it.line.folded[spans[first][0] :]):  # not her daughter: who is hers stays
        it.but = []
    it.people.spans += _ordering(it.line.folded)


def _is_left_out(folded: str, start: int, end: int) -> bool:
    before, after = folded[:start], folded[end:]
    return bool(_LEFT_OUT.search(before)) or bool(_TAKES.search(before) and _OUT.search(after))


def _called(client: ClientNamed) -> set[str]:
    return {form for word in fold(f"{client.name} {client.spouse}").split() for form in (word, f"{word}s")}


def _words(name: str) -> list[str]:
    return [word.removesuffix("'s") for word in fold(name).split()]


def _ordering(question: str) -> list[tuple[int, int]]:
    """The places of sentences that only say whom to leave out."""
    parts = [match.span() for match in _SENTENCE.finditer(question) if match.group().strip()]
    return [span for span in parts if len(parts) > 1 and _ORDERED.search(question[slice(*span)])]
