"""What the name of a transcript's file says: a title, a day, an id, and words that may be people's names."""

import re
from collections.abc import Sequence
from datetime import date

from services.calls.names import PARTICLES

_EXTENSION = re.compile(
    r"(?:\.(?:transcript|captions?|en|cc|vtt|srt|sbv|txt|json|docx?|md|rtf|csv|tsv|text|html?))+$", re.IGNORECASE
)
_COPY = re.compile(r"\s*(?:\(\d+\)|[-_ ]+copy(?:[-_ ]*\d+)?)$", re.IGNORECASE)
_GMT = re.compile(r"\bGMT(\d{8})-(\d{6})", re.IGNORECASE)
_STAMP = re.compile(r"[-_ ](20\d{6})[_T -](\d{6})(?:Z|UTC)?(?=[-_ .]|$)")
# What tools put before and after a meeting's title.
_TOOL_TAIL = re.compile(
    r"(?:[-_ ]*(?:meeting[ _](?:recording|transcript|notes)|otter[._ ]?ai|notes by gemini|full text|full transcript|"
    r"transcript(?:ion)?|recording|captions?|fathom|fireflies(?:[._ ]ai)?|"
    r"\((?:fathom|otter|gong|zoom|teams|fireflies|grain|tl;?dv|avoma|read\.?ai)[^)]*\)))+$",
    re.IGNORECASE,
)
_TOOL_HEAD = re.compile(r"^(?:note|transcript(?:ion)?|recording|meeting recording)(?:_+|\s*[-:]\s+)", re.IGNORECASE)
# Names that recorders and people in a hurry give: no title, whatever else they hold.
_MACHINE = re.compile(
    r"^(?:GMT\d|gong\b|gong_|call[ _-]*(?:recording|\+?\d)|audio|video\d|recording|zoom[_ -]?\d|untitled|"
    r"new recording|voice|transcript|meeting[_ -]saved|closed[_ -]caption|chat|export|rec[_ -]?\d|\+?\d{6})"
    r"|^[0-9a-f-]{16,}$",
    re.IGNORECASE,
)
_DAY_OR_ID = (
    r"\(?\b(?:20\d\d[-_. /]\d{1,2}[-_. /]\d{1,2}(?:[T _-]+\d{1,2}[:_.-]\d\d(?:[:_.-]\d\d)?(?: ?[AP]M)?)?"
    r"(?: [A-Z]{3,4}(?:[+-]\d+)?)?|\d{1,2}[-./_]\d{1,2}(?:[-./_](?:20)?\d\d)?|\d{6,20})\)?"
)
_TYPED_TITLE = re.compile(
    r"\w\s*(?::|\s[-–—|]|[-–—]\s)\s*(?:[\w'’&+-]+ +){0,6}"
    r"\b(?:meeting|call|consult|consultation|session|review|intake|interview|discovery|appointment|intro|conference)\b",
    re.IGNORECASE,
)
_AT_AN_END = re.compile(rf"^{_DAY_OR_ID}[-_, ]+|[-_, ]+{_DAY_OR_ID}$")
# Words of meetings, files and days that are nobody's name where they stand in a file's name.
MEETING_WORDS = frozenset(
    "about account additional adviser advisor afternoon agreement ai am an and annual apr april asset assets "
    "attorney audio aug august baby basics business call caller calls capt captain captions catch cdt chat check "
    "client clients closing coaching col complimentary consult consultation consulting conversation copy couple cp "
    "cst customer date day debrief dec december deed demo design digital discovery discussion divorce docs dr draft "
    "edited edt elder ep est estate eval evaluation evening export family fathom feb february final financial "
    "fireflies first follow followup for free fri friday full gmt gong guardianship health home household id in "
    "initial intake interview intro introduction introductory investment jan january jul july jun june kickoff law "
    "lead legacy legal life living llc mar march may mdt meet meeting min mins minutes miss mon monday morning mr "
    "mrs ms mst need needs new newlywed night no note notes nov november oct october of office old on onboarding "
    "one online otter our part pass pastor pdt personal phone plan planning plans pm poa portfolio power prep "
    "presentation probate prof professor proposal prospect protection pst pt q&a questions quick rabbi raw re rec "
    "recap recorded recording redo remote renewal reschedule restatement retirement rev review rlt room rough sales "
    "sat saturday second sep sept september session sessions sfc sgt ssg sign signing small snt speaker speakers "
    "special spouse strategy succession "
    "summary sun sunday take tax team teams test text the their third thu thursday to "
    "transcript transcription trust trusts tue tuesday untitled up update updated utc vault version vid video visit "
    "voice vs wealth web webinar wed wedding wednesday widow will wills with workshop zoom".split()
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NAMED_DATES = (
    (re.compile(rf"(?<![a-z]){_MONTH}[ _.-]*(\d{{1,2}})(?:st|nd|rd|th)?[ _.,-]+(20\d\d)(?!\d)", re.I), "mdy"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ _.-]*{_MONTH}[ _.,-]*(20\d\d)(?!\d)", re.I), "dmy"),
    (re.compile(rf"(?<!\d)(20\d\d)[ _.-]*{_MONTH}[ _.-]*(\d{{1,2}})(?!\d)", re.I), "ymd"),
)
_NUMBER_DATES = (
    (re.compile(r"(?<!\d)(20\d\d)([-_. /])(\d{1,2})\2(\d{1,2})(?!\d)"), (1, 3, 4)),
    (re.compile(r"(?<!\d)(\d{1,2})([-_. /])(\d{1,2})\2(20\d\d|\d\d)(?!\d)"), (4, 1, 3)),
    (re.compile(r"(?<!\d)(20\d\d)()(\d\d)(\d\d)(?!\d)"), (1, 3, 4)),
    (re.compile(r"(?<!\d)(\d\d)()(\d\d)(20[12345]\d)(?!\d)"), (4, 1, 3)),
)


def stem_of(name: str) -> str:
    """The name of a file without folders, endings, copy marks and what the exporting tool added."""
    stem = _EXTENSION.sub("", re.split(r"[\\/]", name)[-1].strip())
    before = None
    while before != stem:
        before = stem
        stem = _COPY.sub("", stem.strip())
        stem = _EXTENSION.sub("", _TOOL_TAIL.sub("", stem))
    return _TOOL_HEAD.sub("", stem).strip(" -_")


def date_of(name: str) -> str | None:
    """The day in a file's name, ISO; None without a year. Numbers are read the American way, month first."""
    for pattern, order in _NAMED_DATES:
        if match := pattern.search(name):
            parts = dict(zip(order, match.groups(), strict=True))
            month = _MONTHS.index(parts["m"][:3].lower()) + 1
            if found := _iso(int(parts["y"]), month, int(parts["d"])):
                return found
    for pattern, (year, month, day) in _NUMBER_DATES:
        for match in pattern.finditer(name):
            if found := _iso(int(match[year]), int(match[month]), int(match[day])):
                return found
            if year == 4 and (found := _iso(int(match[4]), int(match[3]), int(match[1]))):
                return found
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    if year < 100:
        year += 2000
    if not 2000 <= year < 2050:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def time_of(name: str) -> str | None:
    """The time of a tool's stamp (``GMT20250619-021507``, ``-20250611_190012-``) as ``HH:MM:SS``, as written."""
    match = _GMT.search(name) or _STAMP.search(name)
    if match is None:
        return None
    digits = match[2]
    hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    return f"{hour:02}:{minute:02}:{second:02}" if hour < 24 and minute < 60 and second < 60 else None


def id_of(name: str) -> str | None:
    """The id that an exporting tool wrote into a file's name: 7 to 20 digits, no day, no telephone number."""
    stem = _EXTENSION.sub("", name)
    said = re.search(r"transcript|gong|\bid\b|callid|export", stem, re.I) is not None
    stamp = _GMT.search(stem)
    for match in re.finditer(r"(?<![\d+])\d{7,20}(?!\d)", stem):
        digits = match[0]
        if (stamp and match.start() < stamp.end()) or date_of(digits):
            continue
        part_of_phone = re.search(r"\d[-. ()]+$", stem[: match.start()])
        if part_of_phone or (re.fullmatch(r"1?[2-9]\d\d[2-9]\d{6}", digits) and not said):
            continue
        return digits
    return None


def title_of(name: str) -> str | None:
    """The meeting's title where the file's name holds one, without the day at its ends; None where it does not.

    A tool's export carries the title beside a stamp or the tool's mark. A name that somebody typed counts only
    in the form 'Ann Lind - estate planning meeting': a name, a sign between, and a kind of meeting.
    """
    bare = _EXTENSION.sub("", re.split(r"[\\/]", name)[-1]).strip()
    stem = stem_of(name)
    stamp = _STAMP.search(stem)
    by_tool = stamp is not None or stem != _COPY.sub("", bare).strip()
    title = _without_day(stem[: stamp.start()] if stamp else stem)
    if "_" in title or _MACHINE.search(title) or not re.search(r"[^\W\d_]{2}", title):
        return None
    return title if by_tool or _TYPED_TITLE.search(title) else None


def _without_day(title: str) -> str:
    """A title without the day, the time or the id that stands at its ends."""
    before = None
    while before != title:
        before = title
        title = _AT_AN_END.sub("", title).strip(" -_,")
    return title


def name_runs(text: str) -> list[str]:
    """Runs of words in a file's name or a title that may be people's names, in order, 'LAST, First' put right.

    Only words with a capital count, unless the text has no capitals at all.
    """
    spaced = text.strip()
    if " " in spaced:
        spaced = spaced.replace("_", " - ")
    else:
        spaced = re.sub(r"(?<=[^\W\d_]{2})\.(?=\w)", " ", spaced)
        spaced = spaced.replace("_", " ") if "_" in spaced or spaced.count("-") < 2 else spaced.replace("-", " ")
    spaced = re.sub(r"(?<=\w)[-–—:]+(?=\s)|(?<=\s)[-–—:]+(?=\w)", " - ", spaced)
    spaced = re.sub(r"(?<=[^\W\d_A-Z])-(?=[A-Z](?:\s|$))", " ", spaced)
    spaced = re.sub(r"(?<=\d)-(?=[^\W\d])|(?<=[^\W\d])-(?=\d)", " ", spaced)
    any_case = not re.search(r"[A-Z]", spaced)
    runs: list[str] = []
    for segment in re.split(r"\s+[-–—:|/]+\s+|[()\[\]|/;#]", spaced):
        pair = [_runs_of_segment(part, any_case=any_case) for part in re.split(r"\s*[&+]\s*|\s+and\s+", segment)]
        runs.extend(_with_shared_family(pair) if len(pair) == 2 else [run for part in pair for run in part])
    return runs


def _with_shared_family(pair: Sequence[Sequence[str]]) -> list[str]:
    """The runs of 'Ann & Joe LIND' and 'LIND, Ann & Joe', each name with the family's."""
    first, second = list(pair[0]), list(pair[1])
    if first and second and len(first[-1].split()) == 1 < len(second[0].split()):
        first[-1] = f"{first[-1]} {second[0].split()[-1]}"
    elif first and second and len(second[0].split()) == 1 < len(first[-1].split()):
        second[0] = f"{second[0]} {first[-1].split()[-1]}"
    return [*first, *second]


def _runs_of_segment(segment: str, *, any_case: bool) -> list[str]:
    runs: list[list[str]] = [[]]
    for word in segment.split():
        bare = re.sub(r"['’]s$", "", word.strip(".,'’\"!?"))
        namely = re.fullmatch(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*", bare) and bare.lower() not in MEETING_WORDS
        if namely and (any_case or bare[0].isupper() or bare in PARTICLES):
            runs[-1].append(bare + ("," if word.endswith(",") else ""))
        elif runs[-1]:
            runs.append([])
    return [_ordered(run) for run in runs if any(any_case or word[0].isupper() for word in run)]


def ordered_name(name: str) -> str:
    """A name with the given name first: 'LAST, First' and 'LAST First' put right, others as they are."""
    words = name.split()
    return _ordered(words) if len(words) > 1 and len(words[-1].strip(".")) > 1 else name.strip()


def _ordered(run: Sequence[str]) -> str:
    """A run with the given name first, where a comma or capitals ('SMITH Ann') tell which is the family's."""
    words = [word.rstrip(",") for word in run]
    comma = next((index for index, word in enumerate(run[:-1]) if word.endswith(",")), None)
    if comma is not None:
        return " ".join([*words[comma + 1 :], *words[: comma + 1]])
    shouted = [word.isupper() and len(word) > 1 for word in words]
    capitals = shouted.index(False) if False in shouted else len(words)
    if 0 < capitals < len(words) and not any(shouted[capitals:]):
        return " ".join([*words[capitals:], *words[:capitals]])
    return " ".join(words)
