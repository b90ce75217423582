"""What is private by its form alone: addresses of the post and of e-mail, telephone numbers, long numbers, links."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_MARK = re.compile(r"\[\s*([A-Za-z]{1,12})\s*(\d{1,6})\s*([a-z]{0,4})\s*\]", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"']+|\bwww\.[^\s<>\"']+", re.IGNORECASE)
_ENDING = r"(?:com|net|org|edu|gov|us|io|co|biz|info|me|law|mil|church|example)"
_LABEL = r"(?!(?:at|dot)\b)[\w-]{1,40}"
_AT = re.compile(
    rf"[,.]? (?:at|@) {_LABEL}(?:(?: dot |[. ]){_LABEL}){{0,3}}?(?: dot |\.){_ENDING}(?:(?: dot |\.){_ENDING})?\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}")
_BEFORE_AT = re.compile(r"\S+")
_MOST_BEFORE_AT = 14  # words of an address as it is spoken, letter by letter
_NOT_IN_ONE = frozenset(
    "is it it's its that's email e-mail address to me us him her them you my our your his use um uh so yes yeah yep no "
    "sure okay ok but i'm it'll would personal work best here try send have got on by well actually i'd say".split()
)

_ONE = "zero|oh|o|one|two|three|four|five|six|seven|eight|nine"
_ONES = 6  # of the ten digits of a telephone number are told one by one, at least
_UNIT = rf"(?:{_ONE}|\d{{1,4}}|double|triple)"
_BETWEEN = r"(?:[\s,.\-–—()]+(?:(?:uh|um|and|then|dash|space)[\s,.\-]+)*)"
_SPOKEN = re.compile(rf"(?<![\w$.,-]){_UNIT}(?:{_BETWEEN}{_UNIT}){{2,}}(?![\w%])", re.IGNORECASE)
_DIGITS = dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True))
_DIGITS |= {"oh": "0", "o": "0"}
_ENOUGH = 5  # digits that are told one by one and are no number of anything
_ENOUGH_ASKED = 3  # the same, where a number is spoken of
_ASKED = re.compile(
    r"\b(?:number|cell|phone|mobile|area code|digits|social|ssn|account|acct|routing|card|policy|licen[sc]e|zip|pin"
    r"|ends? (?:in|with)|ending in|last four|reach (?:you|me)|text (?:you|me)|call (?:you|me))\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:cell|phone|mobile|area code|best number|reach (?:you|me)|text (?:you|me)|call (?:you|me))\b", re.IGNORECASE
)
_NEAR = 160  # characters
_WRITTEN = re.compile(r"(?<![\w$.,/-])[+(]?\d(?:[ .()\-–]{0,2}\d){6,30}(?![\w%]|,\d|\.\d)")
_SHORT = re.compile(
    r"\b(?:ends? (?:in|with)|ending in|last four(?: digits)?(?: of \w+ \w+)?"
    r"|(?:account|acct|card|policy|social|ssn|pin)(?: number| no\.?| #)?)(?: is| are|:|,)? #?(\d{3,6})\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?!\d|-\d)")
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s*[-–]?\s*(?:19|20)\d\d)+")
_AMOUNT_AFTER = re.compile(r"\s*(?:dollars|bucks|percent|%|k\b|grand|thousand|million|billion|hundred)", re.IGNORECASE)

_WAYS = (
    r"(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Lane|Ln\.?|Drive|Boulevard|Blvd\.?|Court|Circle|Place|Terrace|Trail"
    r"|Parkway|Pkwy|Highway|Hwy|Pike|Crescent|Alley|Square|Way|Loop|Turnpike|Row|Run)"
)
_NUMBER = (
    r"(?:(?:\d{1,6}[A-Za-z]?|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|oh|hundred)(?:-\w+)?),?\s){0,6}"
)
_COURTS = "Supreme|Superior|Probate|Circuit|District|County|Family|Federal|State|Surrogate's|Orphans'"
_UNIT_OF = r"(?:,? (?:Apt|Apartment|Unit|Suite|Ste|Lot|#)\.? ?#?\w{1,6}\b)?"
_STREETS = (
    re.compile(
        rf"(?<![\w$]){_NUMBER}(?!(?:{_COURTS}|The|By|No|In|On)\s)"
        rf"(?:(?:[A-Z][\w'’-]*|\d{{1,3}}(?:st|nd|rd|th))\.? ){{1,4}}{_WAYS}(?!\w)(?! [a-z]+ing\b){_UNIT_OF}",
    ),
    re.compile(
        r"\b\d{1,6} (?:(?!(?:the|this|that|my|our|a|of|in|on|per|to)\b)[\w'’.-]+ ){1,3}"
        rf"(?:street|avenue|road|lane|drive|boulevard|court|terrace|parkway|circle)\b{_UNIT_OF}",
        re.IGNORECASE,
    ),
    re.compile(r"\bP\.? ?O\.? Box \w+", re.IGNORECASE),
    re.compile(r"\b(?:Highway|Hwy|Route|County Road|State Road|FM|CR) \d{1,4}\b"),
)
_ZIP = re.compile(r"(?:\b[A-Z]{2},? |\b[A-Z][a-z]+,? |\bzip(?: code)?(?: is|'s|:)? )(\d{5}(?:-\d{4})?)(?!\w|,\d)")
_ZIP_WORD = re.compile(r"(?i:zip)|[A-Z]{2}\b")
_SPELLED = re.compile(r"(?<![\w'’-])[A-Za-z](?:(?:-|, | |\. ?|,? (?:and )?double )[A-Za-z]){2,}(?![\w'’])")

_DOUBLE = re.compile(r"double ([a-z])")


class Span(NamedTuple):
    """A place of a text that is hidden; ``key`` tells what is the same, however it is written."""

    start: int
    end: int
    kind: str
    key: str


def marks_in(text: str) -> Iterator[re.Match[str]]:
    """What looks like a mark, whoever wrote it."""
    return _MARK.finditer(text)


def patterned(text: str) -> Iterator[Span]:
    """What is private by its form. Spans may overlap."""
    for match in _MARK.finditer(text):
        yield Span(match.start(), match.end(), "SAID", match.group())
    for match in _LINK.finditer(text):
        yield Span(match.start(), match.end(), "LINK", match.group())
    for match in _HANDLE.finditer(text):
        yield Span(match.start(), match.end(), "EMAIL", match.group().casefold())
    yield from _spoken_addresses(text)
    yield from _numbers(text)
    for pattern in _STREETS:
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), "ADDRESS", match.group().casefold())
    for match in _ZIP.finditer(text):
        if _ZIP_WORD.match(match.group()) or match[1]:
            yield Span(match.start(1), match.end(1), "ZIP", match[1])


def _spoken_addresses(text: str) -> Iterator[Span]:
    """E-mail addresses as they are said: "ann dot hall at gmail dot com"."""
    for match in _AT.finditer(text):
        begin = max(text.rfind(stop, 0, match.start()) for stop in ("? ", "! ", "\n", ": ", '"')) + 1
        words = list(_BEFORE_AT.finditer(text, max(begin, match.start() - 120), match.start()))[-_MOST_BEFORE_AT:]
        first = match.start()
        for word in reversed(words):
            if word.group().strip(",.;").casefold() in _NOT_IN_ONE:
                break
            first = word.start()
        yield Span(first, match.end(), "EMAIL", match.group().casefold())


def _numbers(text: str) -> Iterator[Span]:
    dates = [match.span() for match in _DATE.finditer(text)]
    for match in _WRITTEN.finditer(text):
        if _AMOUNT_AFTER.match(text, match.end()) or _YEARS.fullmatch(match.group()):
            continue
        if not any(start < match.end() and match.start() < end for start, end in dates):
            yield _number(match.start(), match.end(), re.sub(r"\D", "", match.group()))
    for match in _SPOKEN.finditer(text):
        digits = _told(match.group())
        asked = _ASKED.search(text, max(0, match.start() - _NEAR), match.start())
        one_by_one = len(re.findall(r"[A-Za-z]+|\d", match.group())) >= (_ENOUGH_ASKED if asked else _ENOUGH)
        amount = _AMOUNT_AFTER.match(text, match.end()) or _YEARS.fullmatch(match.group())
        if one_by_one and not amount and not any(s < match.end() and match.start() < e for s, e in dates):
            yield _number(match.start(), match.end(), digits)
    for match in _SHORT.finditer(text):
        yield _number(match.start(1), match.end(1), match[1])


def number(digits: str) -> str:
    """The kind of a number that is hidden."""
    return "PHONE" if len(digits) in (7, 10) else "NUMBER"


def _number(start: int, end: int, digits: str) -> Span:
    bare = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    return Span(start, end, number(bare), bare)


def _told(words: str) -> str:
    """The digits of a number that is told digit by digit."""
    told, times = "", 1
    for word in re.findall(r"[a-z]+|\d+", words.casefold()):
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        elif word in _DIGITS or word.isdigit():
            piece = _DIGITS.get(word, word)
            told, times = told + piece[0] * (times - 1) + piece, 1
    return told


def told_one_by_one(words: str, before: str) -> bool:
    """Whether a number is told as a telephone's is, or after such a one was spoken of: and is no list of amounts."""
    return len(re.findall(rf"(?<!ty-)\b(?:{_ONE})\b|\d", words, re.IGNORECASE)) >= _ONES or bool(_CALLED.search(before))


def spelled_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Words that are spelled letter by letter, with their letters."""
    for match in _SPELLED.finditer(text):
        told = _DOUBLE.sub(r"\1\1", match.group().casefold())
        yield match.start(), match.end(), "".join(re.findall(r"[a-z]", told))
