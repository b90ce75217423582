"""How the firm talks and how clients talk: points for phrases, questions and pronouns."""

import re
from collections.abc import Sequence

_LONGEST = 200_000  # characters of one speaker that are looked at

_FIRM_SENDS = (
    r"i(?:'ll|'m going to|'m gonna| will| can) (?:send|e-?mail|text|get|draft|put together|write)\b"
    r"[^.?!]{0,25}\b(?:you|over|that|it|drafts?)"
)
_MY_KIN = (
    r"my (?:late |first |second |ex-?|older |younger |oldest |youngest |own )?"
    r"(?:wife|husband|ex|partner|fianc[eé]e?|kids?|baby|babies|boys?|girls?|sons?|daughters?|stepson|grandkids|"
    r"mom|mother|dad|father|brothers?|sisters?|aunt|uncle|nephews?|nieces?|cousins?|buddy)"
)
_FIRM_SAYS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (
        4,
        (
            r"(?:our|my) (?:firm|office|attorneys?|lawyers?|team|company|clients|families|fees?|packages?)",
            r"(?:our|my) (?:paralegals?|pricing|drafting|intake|process|services?|notar(?:y|ies))",
            r"we (?:charge|offer|include|draft|prepare|speciali[sz]e|work with|help|serve|handle|quote|file|record)",
            r"what(?:'s| has| is| had)? (?:brings|brought|made|got|prompted|had) (?:you|y'all)",
            r"how(?:'d| did) you (?:all |two |folks |guys )?(?:hear|find|come across|get our)",
            r"find us",
            r"reach out",
        ),
    ),
    (
        3,
        (
            r"tell me (?:about|a little|more|what|who|a bit)",
            r"walk me through",
            r"let me (?:ask|explain|show|share|walk|get you|pull)",
            r"what (?:i'd|we'd|i would) like to do",
            r"what (?:we|i) do is",
            r"here's (?:how|what) (?:we|i|it)",
            r"(?:do|did|are|have|were|is|does) (?:you|y'all|either of you|your)\b[^.?!]{0,60}\?",
            _FIRM_SENDS,
            r"flat fee|the total (?:is|comes)|that includes|it includes|down payment|discount|promo(?:tion)?",
            r"i can do|i could do|knock off|take off|hold (?:that|the) price|for the couple|paid in full",
            r"we take (?:a )?(?:card|check)",
            r"so (?:you|you're|you've|that's|the two of you|for you)",
        ),
    ),
    (
        2,
        (
            r"(?:sound good|sound fair|make sense|any questions|fair enough|fair)\s*\?",
            r"your (?:estate|assets|kids|children|spouse|wife|husband|home|house|email|e-mail|goals?)",
            r"your (?:numbers?|daughter|son|situation|wishes|family|plan|trust|will|accounts?|state|mom|mother|dad)",
            r"your (?:father|brother|sister|business|share)",
            r"most (?:people|families|folks|couples|of my|of our)",
            r"a lot of (?:families|folks|people|couples|clients)",
            r"congratulations|got it|good question|great question",
            r"i'm (?:so |very )?sorry (?:to hear|for your loss)",
        ),
    ),
    (
        1,
        (
            r"successor trustee|pour-over|revocable|irrevocable|probate|grantor|beneficiar(?:y|ies)|trustee",
            r"guardian(?:ship)?|directive|power of attorney|funded?",
        ),
    ),
)
_CLIENT_SAYS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (
        3,
        (
            _MY_KIN,
            r"my (?:house|condo|farm|land|place|mortgage|pension|ira|will|trust|estate|money|stuff|truck|shop|job)",
            r"my (?:boss|accountant|doctor|health)",
            r"how much",
            r"what (?:do|would) you (?:guys )?charge",
            r"what(?:'s| does| is) (?:it|that|this|all that|the damage)?\s?(?:cost|run|gonna run|going to run)",
            r"what's the (?:catch|price|cost|fee)",
            r"do (?:i|we) (?:need|have to|get|pay|sign|still)",
            r"can (?:i|we) (?:just|pay|change|still|get)",
            r"what if (?:i|we)",
            r"we (?:have|own|bought|sold|got married|rent|paid|had|owe|moved|never)",
            r"i (?:own|bought|sold|retired|owe|inherited|paid|grew up|used to|was married|drive|moved)",
            r"i(?:'d| would)? (?:need|want|have|like) to (?:think|talk)",
            r"i'll think|think about it|let me think|sleep on it",
        ),
    ),
    (
        2,
        (
            r"(?:yes|no) (?:ma'am|sir)",
            r"that's (?:a lot|steep|too much|more than)|can't afford|expensive",
            r"my card|send me|put me",
        ),
    ),
)


def _compiled(table: tuple[tuple[float, tuple[str, ...]], ...], sign: int) -> tuple[tuple[float, re.Pattern[str]], ...]:
    return tuple(
        (sign * weight, re.compile(rf"\b(?:{'|'.join(f'(?:{phrase})' for phrase in phrases)})(?!\w)"))
        for weight, phrases in table
    )


_PATTERNS = (*_compiled(_FIRM_SAYS, 1), *_compiled(_CLIENT_SAYS, -1))
_YOU = re.compile(r"\b(?:you|your|you're|you've|y'all)\b")
_OWN = re.compile(r"\b(?:my|mine|me)\b")


def points(texts: Sequence[str]) -> float:
    """From -8 (talks as a client) to 8 (as the firm), for all that one speaker says; a few words tilt to the client.

    Set by hand on calls of estate planning firms: phrases, questions, and 'you' against 'my', per word.
    """
    text = "\n".join(texts)[:_LONGEST].replace("’", "'").lower()
    words = len(text.split())
    found = sum(weight * len(pattern.findall(text)) for weight, pattern in _PATTERNS)
    found += 0.5 * len(_YOU.findall(text)) - 0.8 * len(_OWN.findall(text)) + text.count("?")
    return max(-8.0, min(8.0, 125 * found / (words + 60) - 3.5))
