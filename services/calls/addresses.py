"""E-mail addresses in speech: written out, or spoken as 'j dot smith at gmail dot com'."""

import re
from collections.abc import Sequence

from services.calls.model import Side, Turn
from services.calls.names import EMAIL

_PROVIDERS = frozenset(
    "gmail yahoo hotmail outlook aol icloud comcast msn live proton protonmail me mac att sbcglobal verizon cox "
    "charter earthlink bellsouth ymail rocketmail fastmail zoho gmx mail juno netzero spectrum rr optonline frontier "
    "centurylink windstream roadrunner pm tutanota hey duck".split()
)
_ENDINGS = "com|net|org|edu|gov|us|io|co|biz|info|me|law|mil|church|example"
_DOMAIN = r"(?!(?:at|dot)\b)\w{1,40}(?:-\w{1,40}){0,3}"
_SPOKEN = re.compile(
    rf"[,.]? (?:at|@) (?P<domain>{_DOMAIN}(?:(?: (?:dot|dash|hyphen) |[. ]){_DOMAIN}){{0,3}}?)(?: dot |\.)"
    rf"(?P<ending>(?:{_ENDINGS})(?:(?: dot |\.)(?:{_ENDINGS}|uk|au|ca))?)\b",
    re.IGNORECASE,
)
_LONGEST_LOCAL = 120
_CUE = re.compile(
    r"\be-?\s?mail|\bg-?mail|\baddress\b|\breach (?:me|you)\b|\bsend (?:it|that|them) to\b"
    r"|\bwhere (?:do|should|shall|can|could|would|am|will) (?:i|we)\b.{0,12}\bsend",
    re.I,
)
_JOINTS = {
    "dot": ".", "period": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+",
}  # fmt: skip
_UNITS = dict(zip("zero one two three four five six seven eight nine".split(), range(10), strict=True)) | {"oh": 0}
_TEENS = dict(
    zip(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        range(10, 20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
# A word that can't be part of an address as people say it: the address begins after it.
_BEFORE = frozenset(
    "is it it's its that's that thats email e-mail mail address to me us him her them you at the a my our your her his "
    "use um uh so yes yeah yep no sure okay ok just and but or i'm it'll be would personal work best good one here "
    "try send have got as for on by well like actually lowercase small capital all i use i'd say goes wait sorry let's "
    "see do with looked look looking found find was are this not she's he's mine ours new old other".split()
)
_DESCRIBED = frozenset(
    "name names surname lastname firstname initial initials last first middle maiden word words letters".split()
)
_LETTER_FOR = re.compile(r"\b([A-Za-z]),? (?:as in|like in|as an?|for) [A-Z][a-z]+\b")
_REMARK = re.compile(
    r",? \b(?:(?:that's |it's )?(?:all )?(?:as )?one word|all (?:together|run together|lower ?case)|lower ?case"
    r"|(?:there's )?no (?:spaces?|hyphens?|dots?|dash(?:es)?|underscores?|periods?|caps|capitals|numbers))\b,?",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:my|our) (?:son|daughter|brother|sister|mother|father|mom|dad|accountant|lawyer|cpa|friend|boss|partner)\b"
    r"|\b(?:his|her|their)(?:'s)? (?:e-?mail|address)",
    re.I,
)
_YOURS = re.compile(r"\b(?:your|yours|for you|you at|you as|have you|got you|you're|send you)\b", re.I)
_OURS = re.compile(r"\b(?:my|mine|our|ours|to me|me at|us at|reach me)\b", re.I)
_CORRECTS = re.compile(r"\b(?:no|actually|wait|sorry|wrong|not)\b", re.I)


def addresses_in(text: str, *, asked: bool = False) -> list[str]:
    """E-mail addresses of a piece of speech, in order.

    A spoken one counts where its domain is a well-known provider's, or where e-mail is the subject:
    in the words themselves, or in the question before (``asked``).
    """
    if not _may_hold_one(text):
        return []
    written = [match.strip(".").lower() for match in EMAIL.findall(text)]
    if written:
        return written
    cued = asked or bool(_CUE.search(text))
    found = []
    for match in _SPOKEN.finditer(text):
        domain = re.sub(r" (?:dash|hyphen) ", "-", re.sub(r" dot ", ".", match["domain"].lower())).replace(" ", "")
        ending = re.sub(r" dot ", ".", match["ending"].lower())
        local = _local_part(text[max(0, match.start() - _LONGEST_LOCAL) : match.start()])
        if local and (cued or domain in _PROVIDERS):
            found.append(f"{local}@{domain}.{ending}")
    return found


def _may_hold_one(text: str) -> bool:
    """Whether an address can stand in a text at all: none does without its sign, written or said."""
    return "@" in text or " at " in text.lower()


def _local_part(words: str) -> str:
    """The words before 'at' as an address writes them, read backwards to where the address begins."""
    text = _LETTER_FOR.sub(r"\1", _REMARK.sub("", words.strip()))
    text = re.sub(r"[.!?]\s", " || ", re.sub(r"[,;:]\s", " | ", text + " ")).strip(" |")
    tokens = [word for part in text.split() for word in _spelled(part)]
    kept: list[str] = []
    for place, word in reversed(list(enumerate(tokens))):
        lower = word.lower().replace("’", "'")
        spelling = not kept or kept[-1] in _JOINTS.values() or len(kept[-1]) == 1
        spelled = "".join(reversed(kept)) if all(len(one) == 1 for one in kept) else ""
        if len(spelled) > 2 and len(lower) > 2 and lower.startswith(spelled):
            continue
        if lower in _DESCRIBED:
            return spelled if len(spelled) > 2 else ""
        if word.startswith("|") and spelling and not (word == "||" and len(spelled) > 2):
            continue
        letter = len(lower) == 1 and (spelling if kept else _spelled_out(tokens[:place]))
        if word.startswith("|") or (lower in _BEFORE and not letter):
            break
        kept.append(_JOINTS.get(lower, lower))
    joined = "".join(_numbers(list(reversed(kept))))
    return joined.strip(".-_") if re.fullmatch(r"[\w.+-]{2,64}", joined) else ""


def _spelled_out(tokens: Sequence[str]) -> bool:
    """Whether the last words are single letters."""
    letters = [word for word in tokens[-4:] if not word.startswith("|")]
    return len(letters) > 1 and all(len(word) == 1 for word in letters[-2:])


def _spelled(word: str) -> list[str]:
    """'J-S-M-I-T-H' as its letters, 'sixty-two' as two words; any other word alone."""
    parts = word.split("-")
    if len(parts) > 1 and (
        all(len(part) == 1 for part in parts) or all(part.lower() in _TENS | _UNITS for part in parts)
    ):
        return parts
    return [word]


def _numbers(words: list[str]) -> list[str]:
    digits: list[str] = []
    for index, word in enumerate(words):
        if word in _TENS:
            unit = words[index + 1] if index + 1 < len(words) else ""
            digits.append(str(_TENS[word] // 10) if _UNITS.get(unit, 0) > 0 else str(_TENS[word]))
        elif word in _TEENS or word in _UNITS:
            digits.append(str({**_TEENS, **_UNITS}[word]))
        else:
            digits.append(word)
    return digits


def client_email(turns: Sequence[Turn], sides: dict[str | None, Side | None]) -> str | None:
    """The client's e-mail address as somebody says it in the call, or None.

    What the client says counts first, then what the adviser reads back as the client's; an address of
    the adviser's or of a third person never. Where one is corrected, the later one stands.
    """
    own: list[tuple[str, bool]] = []
    read_back: list[str] = []
    for index, turn in enumerate(turns):
        if not _may_hold_one(turn.text):
            continue
        before = turns[index - 1].text if index else ""
        side = sides.get(turn.speaker)
        found = addresses_in(turn.text, asked=bool(_CUE.search(before)))
        if not found or _OTHERS.search(turn.text):
            continue
        if side == "advisor":
            if _YOURS.search(turn.text) and not _OURS.search(turn.text):
                read_back.append(found[-1])
        elif side == "client" or _CUE.search(before):
            own.append((found[-1], bool(_CORRECTS.search(turn.text))))
    if own:
        return next((address for address, corrected in reversed(own) if corrected), own[0][0])
    return read_back[-1] if read_back else None
