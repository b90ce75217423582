"""Whose words an e-mail says: the client's turned to the client, ours left ours, and no fillers in either."""

import re

_FILLERS = re.compile(
    r"(?:^|(?<=[\s,]))(?:um|uh|er|erm|hm|mm|like I said|you know what|i mean|kind of|sort of)(?:,\s*|\s+|$)",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:(?:and|so|then|okay|ok|alright|all right|well|yeah|yes|yep|no|oh|now|but|also|plus|right|sure|perfect|great"
    r"|good|(?:i'll )?tell you what(?: i'll do)?|let me(?=,)|it's just)\b(?:\s*,\s*|\s+(?=\S)))+(?=\S)",
    re.IGNORECASE,
)
_MENDED = re.compile(r"^[^,]{1,40}, no, (?=i\b|i'|we\b|we')", re.IGNORECASE)
# What was added in passing, that nobody reads again in a letter.
ASIDE = re.compile(
    r", (?:so (?!that\b)|it's (?!due|not|called)|(?:and )?that's |and we go from there|'cause |because |honestly\b"
    r"|(?:you|we)'d need that either way|when are you ).*$",
    re.IGNORECASE,
)
_LEFT_HANGING = re.compile(
    r"[,;]? (?:not|a|an|the|and|or|of|to|for|with|in|on|at|that|which|who|so|but|because|if|your|my|our)$",
    re.IGNORECASE,
)
_TIED = (("gonna", "going to"), ("wanna", "want to"), ("gotta", "have to"), ("'em", "them"), ("lemme", "let me"))
_SHOOT = re.compile(r"\bshoot(?= (?:you|me|us|him|her|it|that|those|over)\b)")
_YOU_ACTS = re.compile(
    r"\b(you)(?='d\b|'re\b|'ll\b|'ve\b"
    r"| (?:need|can|could|think|said|want|have|are|were|will|would|do|did|get|got|know)\b)",
    re.IGNORECASE,
)
_TO_THEM = {
    "i": "you", "i'm": "you're", "i'll": "you'll", "i've": "you've", "i'd": "you'd", "me": "you", "my": "your",
    "mine": "yours", "myself": "yourself", "we": "you", "we'll": "you'll", "we're": "you're", "we've": "you've",
    "we'd": "you'd", "us": "you", "our": "your", "ours": "yours", "ourselves": "yourselves",
    "you": "us", "your": "our", "yours": "ours", "am": "are",
}  # fmt: skip
_WE_ACT = {"you": "we", "you'd": "we'd", "you're": "we're", "you'll": "we'll", "you've": "we've"}
_VERBS = frozenset(
    """add arrange ask attach begin block book bring build call change check choose circle collect come complete confirm
    contact copy decide dig discuss do double draft draw drop dust e-mail email figure file fill find finish fix follow
    forward gather get give go grab have hear help hold hunt include jot keep know leave let list locate look mail make
    meet move name note open order pass pay pencil pick plan post prepare print provide pull push put read record refer
    reach remember remind request reschedule reserve return review ring run save say scan schedule see send set ship
    shoot show sign sit sleep snap sort speak start stay stop submit swing take talk tell text think touch track
    transfer try turn type update upload use verify visit wait walk watch work write""".split()
)  # fmt: skip


def without_fillers(text: str) -> str:
    """Words without what people say while they think, and without what they took back at once."""
    found = _OPENING.sub("", _FILLERS.sub("", " ".join(text.split())).strip(" ,"))
    found = _MENDED.sub("", found)
    for tied, parted in _TIED:
        found = re.sub(rf"(?<!\w){tied}\b", parted, found)
    found = _SHOOT.sub("send", re.sub(r", and, ", " and ", found))
    while _LEFT_HANGING.search(found):
        found = _LEFT_HANGING.sub("", found)
    return found


def begins_with_a_verb(text: str) -> bool:
    """Whether words begin as an order does: "send me the deed"."""
    first = re.match(r"[A-Za-z\-]+", text)
    if first is None:
        return False
    word = first.group().lower()
    return word in _VERBS and not re.match(r"\w+'|\w+ (?:is|are|was|goes|will)\b", text)


def as_told_to_them(text: str) -> str:
    """The client's own words, said to them: "I'll send you my deed" becomes "You'll send us your deed"."""
    acting = _YOU_ACTS.sub(lambda match: f"\0{_WE_ACT.get(match.group().lower(), 'we')}\0", text)
    turned = re.sub(r"\0[a-z']+\0(?:'\w+)?|[A-Za-z]+(?:'[a-z]+)?", _turned, acting)
    words = turned.replace("\0", "")
    if begins_with_a_verb(words):
        return f"You'll {words[:1].lower()}{words[1:]}"
    return f"{words[:1].upper()}{words[1:]}"


def as_told_by_us(text: str) -> str:
    """What the client asked of us, said by us: "send me the draft" becomes "send you the draft"."""
    turned = re.sub(
        r"\b(?:I|me|my|mine|us|our|we)\b(?!')", lambda match: _TO_THEM[match.group().lower()], text, flags=re.I
    )
    return re.sub(r"\bi'(ll|m|ve|d)\b", lambda match: _TO_THEM[match.group().lower()], turned, flags=re.IGNORECASE)


def _turned(match: re.Match[str]) -> str:
    word = match.group()
    return word if word.startswith("\0") else _TO_THEM.get(word.lower(), word)
