"""Names of people, as display names and labels write them."""

import re
from dataclasses import dataclass

from services.calls.model import Side

ADVISOR_ROLES = frozenset(
    "advisor adviser agent rep representative host attorney lawyer counsel counselor paralegal planner consultant "
    "sales salesperson salesman saleswoman closer specialist coordinator interviewer moderator organizer organiser "
    "presenter staff employee associate assistant broker setter internal seller firm bot".split()
)
CLIENT_ROLES = frozenset(
    "client clients customer customers prospect prospects lead caller callee buyer guest guests homeowner patient "
    "external user husband wife spouse couple consumer invitee interviewee".split()
)
# "Participant 2" or "User 1" is how tools number voices: it says nothing about a side.
_NUMBERED = re.compile(
    r"(?:unknown|unidentified|unnamed)?\s*(?:speaker|spk|participant|person|voice|user|channel|attendee|track)?"
    r"[\s_#:-]*(?:\d{1,3}|[a-z])?",
    re.IGNORECASE,
)
_NO_ONE = frozenset(
    "unknown unidentified anonymous speaker participant me you them us recording phone mobile cell landline "
    "wireless conference room office home everyone transcript audio video zoom teams meet iphone ipad galaxy "
    "macbook laptop desktop pc computer tablet android samsung pixel".split()
)
_DEVICE = re.compile(
    r"(?:['’]?s)?[\s-]+(?:i-?phone|i-?pad|mac ?book|galaxy|pixel|samsung|android|laptop|desktop|tablet|surface|"
    r"chromebook|computer|pc|phone|cell|mobile|zoom|mac)\b.*$",
    re.IGNORECASE,
)
HONORIFICS = frozenset(
    "mr mrs ms miss mx dr doctor prof professor rev reverend rabbi pastor father fr sister capt captain sgt col lt "
    "maj gen sfc ssg msg sgm cpl pfc cmdr cdr hon judge sir madam chief deacon officer coach".split()
)
_CREDENTIALS = frozenset(
    "esq jd cfp cpa rn md phd mba clu chfc ea dds pe ll.m llm rfc do np lpn dvm cltc aep wms he him his she her hers "
    "they them theirs".split()
)
_PHONE = re.compile(r"^[\s+(]*\d[\d\s().*x+-]{5,}\d$", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
PARTICLES = frozenset("de la del der den van von da di du dos das le bin ibn al el y ter ten af".split())


@dataclass(frozen=True)
class Label:
    """What a display name says. ``people`` are names, given name first; ``role``: a word such as 'Host'."""

    people: tuple[str, ...] = ()
    role: Side | None = None
    sure: bool = True
    """False where the role may be part of the name ('Judith Guest') or say only how one joined ('(Guest)')."""
    phone: bool = False
    exact: bool = True
    """False where words were cut from the name that may or may not have been part of it."""


def is_phone(label: str) -> bool:
    """Whether a label is a telephone number, masked ones included ('+12*******65')."""
    return bool(_PHONE.match(label)) and sum(char.isdigit() for char in label) >= 4


def words_of(text: str) -> list[str]:
    """The words of a name, lower-cased, without full stops and apostrophes at their edges."""
    return [word for word in re.findall(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*", text.lower()) if word]


def role_of(text: str) -> Side | None:
    """The side that words name ('Sales Rep', 'Customer'), or None where they name none or both."""
    words = words_of(text)
    if words[:1] in (["user"], ["guest"]) and re.search(r"\d", text):
        return None  # 'User 2' is how tools number voices
    advisor = any(word in ADVISOR_ROLES for word in words)
    client = any(word in CLIENT_ROLES for word in words)
    if advisor == client:
        return None
    return "advisor" if advisor else "client"


def normal_case(name: str) -> str:
    """A name with its words in mixed case where they were all capitals, or the whole was all small letters."""
    words = name.split()
    whole = name.isupper() or name.islower()
    return " ".join(
        _normal_word(word, first=index == 0)
        if whole or (word.isupper() and len(word) > 2 and word not in ("III", "VII"))
        else word
        for index, word in enumerate(words)
    )


def _normal_word(word: str, *, first: bool) -> str:
    lower = word.lower()
    if lower in PARTICLES and not first:
        return lower
    parts = re.split(r"([-'’])", lower)
    word = "".join(part.capitalize() if part != "s" or len(parts) == 1 else part for part in parts)
    return re.sub(r"^Mc([a-z])", lambda match: "Mc" + match[1].upper(), word)


def given_first(name: str) -> str:
    """'LAST, First' as 'First LAST'; 'Ann Lind, CFP' and 'Ann Lind, Her Firm' without what follows the comma."""
    last, _, first = (part.strip() for part in name.partition(","))
    if not first or not last:
        return name.replace(",", " ").strip()
    after = words_of(first)
    if after and all(word in _CREDENTIALS for word in after):
        return last
    if all(word.strip(".") in ("jr", "sr", "ii", "iii", "iv") for word in first.lower().split()):
        return f"{last} {first}"
    words = last.split()
    if len(words) == 1 or last.isupper() or words[0].lower() in PARTICLES:
        return f"{first.split(',')[0]} {last}"
    return last


def read_label(label: str) -> Label:
    """Takes a display name apart: people, role, telephone number. A label may name nobody."""
    text = label.strip()
    if is_phone(text):
        return Label(phone=True)
    inner = re.findall(r"[(\[<]([^)\]>]*)[)\]>]", text)
    outer = re.sub(r"[(\[<][^)\]>]*[)\]>]", " ", text).strip(" -:")
    parts = [part for part in re.split(r"\s+[-–—/]\s+|\s*[|:]\s*", outer) if part]
    read = [(part, *_people(part)) for part in [*parts, *inner]]
    people, exact = next(((people, exact) for _, people, exact in read if people), ((), True))
    roles = [(role, part in inner, bool(named)) for part, named, _ in read if (role := role_of(part))]
    if not roles:
        return Label(people, exact=exact, phone=not people and any(is_phone(part) for part in [*parts, *inner]))
    role, aside, with_name = roles[0]
    joined = aside and re.search(r"\b(?:guest|external|host|organi[sz]er|internal)\b", " ".join(inner), re.I)
    return Label(people, role, sure=not (people and (with_name or joined)), exact=exact)


def _people(text: str) -> tuple[tuple[str, ...], bool]:
    text = EMAIL.sub(" ", text).strip()
    if re.search(r"\b(?:LLC|L\.L\.C|Inc|LLP|PLLC|Ltd|Group|Law|Trust|Planning|Associates|Legacy)\b", text):
        return (), True
    text = _DEVICE.sub("", text)
    if not text or _NUMBERED.fullmatch(text) or is_phone(text):
        return (), True
    parts = re.split(r"\s*(?:&|\+|/)\s*|\s+and\s+", text)
    cleaned = [_person(part) for part in parts]
    people = [name for name, _ in cleaned if name]
    if len(people) > 1 and len(people[-1].split()) > 1:
        family = people[-1].split()[-1]
        people = [name if len(name.split()) > 1 else f"{name} {family}" for name in people]
    return tuple(people), all(exact for _, exact in cleaned)


def _person(text: str) -> tuple[str | None, bool]:
    words = given_first(text).split()
    exact = True
    digits = next((index for index, word in enumerate(words) if any(char.isdigit() for char in word)), None)
    if digits is not None:
        exact = False
        words = words[: digits - 1] if digits >= 3 else words[:digits]
    kept = []
    for word in words:
        bare = word.strip(".'’\"").lower()
        if bare in HONORIFICS | _CREDENTIALS | ADVISOR_ROLES | CLIENT_ROLES | _NO_ONE or not bare:
            continue
        if re.fullmatch(r"[^\W\d_][\w.'’-]*", word):
            kept.append(word)
    if any(word.lower() in ("the", "family", "household", "residence", "families") for word in kept):
        return None, False
    name = normal_case(" ".join(kept)).strip(" -")
    return (name, exact) if len(words_of(name)) and len(name) > 1 else (None, exact)


def without_title(name: str) -> str:
    """A name without 'Rev.', 'Dr.' and the like before it, where at least two words stay."""
    words = name.split()
    while len(words) > 2 and words[0].strip(".").lower() in HONORIFICS:
        words = words[1:]
    return " ".join(words)


def same_word(one: str, other: str) -> bool:
    """Whether two words of names can be one word: equal, an initial, or a short form ('Dan', 'Daniel')."""
    a, b = one.lower().strip(".'’"), other.lower().strip(".'’")
    if not a or not b:
        return False
    if a == b or (1 in (len(a), len(b)) and a[0] == b[0]):
        return True
    short, long = sorted((a, b), key=len)
    return len(short) >= 3 and long.startswith(short)


def alike(one: str, other: str) -> bool:
    """Whether two names share a full word, or a short form of one (initials alone don't count)."""
    return any(
        same_word(a, b) for a in one.split() for b in other.split() if len(a.strip(".")) > 1 and len(b.strip(".")) > 1
    )
