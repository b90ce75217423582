"""Names of people and firms that are said in a call."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from services.calls.model import Turn
from services.calls.names import HONORIFICS

_WORD = r"(?<![\w'’])[A-Z][\w'’]+(?:-[A-Z][\w'’]+)*"
_NAME = rf"(?P<name>{_WORD}(?: (?:(?:de|la|van|von|der|del|[A-Z]\.) ){{0,2}}{_WORD}){{0,2}})"
_TITLES = (
    r"(?:[Mm]r|[Mm]rs|[Mm]s|[Mm]iss|[Dd]r|Doctor|[Pp]rofessor|Pastor|Reverend|Rev|Rabbi|Captain|Capt|Colonel|Sergeant|"
    r"Chief|Coach|Sister|Deacon)\.?"
)
_TITLE = rf"(?P<title>{_TITLES} )?"
_HAIL = r"(?:[Hh]i|[Hh]ey|[Hh]ello|[Mm]orning|[Aa]fternoon|[Ee]vening|[Tt]hanks|[Tt]hank you|[Bb]ye|[Ww]elcome)"
_ASKED = re.compile(
    r"(?:\b(?:[Aa]m I|[Ii]'m I) (?:speaking|talking) (?:with|to)|\b[Ii]s (?:this|that|it)|"
    r"\b(?:[Mm]ay|[Cc]an|[Cc]ould) I (?:please )?(?:speak|talk) (?:with|to)|\b[Ii]'m (?:looking|calling) for|"
    r"\b[Tt]rying to reach|\b[Dd]o I have|\b[Ii]'ve got|\b[Cc]alling for|\b[Yy]ou(?:'re| are| must be)),? "
    rf"(?:a |with |the )?{_TITLE}{_NAME}(?P<end>[^\w]|$)"
)
_INTRODUCED = re.compile(
    r"\b(?:[Ii]'m|[Ii] am|[Tt]his is|[Mm]y name(?:'s| is)|[Tt]he name(?:'s| is)|[Ii]t's|[Ii]t is|[Cc]all me)"
    rf" {_NAME}"
    r"(?=\s*(?:[,.!?;]|$| here\b| and\b| with\b| from\b| at\b| over\b| calling\b))"
)
_NAME_ASKED = re.compile(
    r"\b(?:who (?:am i|do i have|is this|is it|'s this|are you)|who's (?:this|calling)|"
    r"(?:what(?:'s| is| was)|get|have|give me|tell me|confirm|spell) your (?:full |first |first and last )?name)\b",
    re.IGNORECASE,
)
_GOOD_ENOUGH = ("fine", "okay", "easier", "plenty")
_GOES_BY = re.compile(rf"(?:^|[,.] |\b[Bb]ut |\b[Jj]ust ){_NAME}(?:'s| is) (?:{'|'.join(_GOOD_ENOUGH)})\b")
_WITH_QUESTION = re.compile(r"[^.?!]*\?")
_NAME_GIVEN = re.compile(
    rf"^(?:(?:[Ss]ure|[Yy]es|[Yy]eah|[Uu]m|[Uu]h|[Oo]h|[Oo]kay|[Hh]i|[Hh]ello|[Hh]ey)[,.]? )*{_NAME}(?=[,.!]|$)"
)
_FIRM = re.compile(
    r"(?:\b[Tt]his is|\b[Ii]'m|\b[Mm]y name(?:'s| is)|\b[Ii]t's)"
    rf"(?: {_WORD}){{1,4}},?(?:,? (?:and )?I(?:'m| am))?,? "
    r"(?:(?:over|calling|here|out) )?(?:with|at|from|of)(?: over at| the)? "
    rf"(?P<firm>{_WORD}(?: (?:(?:&|and|of|the) )?{_WORD}){{0,5}})"
    rf"|\b[Ii]'m (?:over )?(?:with|at) (?P<firm2>{_WORD}(?: (?:(?:&|and|of) )?{_WORD}){{1,5}})"
)
_FIRM_NOUN = (
    r"(?:Law|Legacy|Trust|Trusts|Planning|Planners|Estate|Estates|Group|Counsel|Financial|Fiduciary|Wealth|Advisors|"
    r"Advisory|Advisers|Partners|Associates|LLC|LLP|PLLC|Attorneys|Legal|Wills|Insurance|Capital|Family (?:Law|Trust))"
)
_FIRM_NAME = re.compile(rf"((?:{_WORD} (?:(?:&|and) )?){{1,4}}){_FIRM_NOUN}\b")
_A_CLIENTS_TRUST = re.compile(rf"\b(?:[Tt]he|[Yy]our|[Aa]|[Oo]ur) (?:{_WORD} )+(?:Trust|Estate)$")
_OWN_FORM = re.compile(
    rf"^\W*(?:(?:[Yy]eah|[Yy]es|[Uu]h|[Oo]h|[Ww]ell|[Ii]t's|[Jj]ust|[Cc]all me)\W+)*(?P<name>{_WORD})(?=[.,!]|$)"
)
_GREETED = re.compile(
    rf"\b{_HAIL}(?: there)?,? {_TITLE}{_NAME}(?=[,.!?]|$| it's| this| thanks| how)"
    rf"|^(?P<first>{_WORD})(?:, (?:hey|hi|hello|my friend|good)|[!?])"
)
_VOCATIVE = re.compile(rf"(?:^|[.!?] |\b[Ss]o |\b[Oo]kay,? )(?P<before>{_WORD}), |, (?P<after>{_WORD})[.?!]")
_ADDRESSED = re.compile(rf"(?:^|[,.!?] |\b(?:{_HAIL}|[Ss]o|[Oo]kay),? ){_TITLES} (?P<name>{_WORD})(?=[,.!?]|$)")
_LAST_NAME = re.compile(rf"\b[Ll]ast name(?:'s| is|,)? (?:is )?(?P<name>{_WORD})")
_NO = re.compile(r"^\W*(?:no\b|nope|wrong number|this is (?:his|her)|not )", re.I)
_NOT_NAMES = frozenset(
    "i i'm i'll i've i'd it it's this that these those the a an and but so or if in on at to of for from with we you "
    "he she they my our your his her their yes yeah yep no nope not ok okay oh well now just hi hey hello good great "
    "perfect wonderful sorry thanks thank please alright right sure fine awesome cool what who where when why how can "
    "could do does did is are was were have has had let let's there here then also actually honestly look listen "
    "mom dad mama papa grandma grandpa god jesus lord ma pa sir ma'am madam folks everybody everyone guys honey dear "
    "junior senior jr sr "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december christmas easter thanksgiving zoom teams google facebook medicare medicaid "
    "america american catholic jewish christian mormon amish baptist lutheran navy army marines air force va ira irs "
    "llc cpa ssi hoa texas florida california arizona ohio mr mrs ms miss dr professor attorney counselor captain "
    "speaking yup ha mm um uh hmm wow gosh gotcha absolutely exactly correct fair understood welcome congratulations "
    "bye goodbye goodnight morning afternoon evening one two three any all both same some every first last next".split()
)


_SMALL_WORD = re.compile(r"(?<![\w'’-])[a-z][\w'’]*")


def excerpt(turns: Sequence[Turn]) -> list[Turn]:
    """The turns in which names are looked for: the first 1,000, each cut to 5,000 characters, apostrophes straight."""
    return [
        turn
        if len(turn.text) <= 5_000 and "’" not in turn.text
        else replace(turn, text=turn.text[:5_000].replace("’", "'"))
        for turn in turns[:1_000]
    ]


def is_name(text: str, spoken: Counter[str]) -> bool:
    """Whether capitalised words may name a person: none is a common word or is also said in small letters."""
    words = text.split()
    return bool(words) and all(
        word.lower().strip(".") not in _NOT_NAMES and not spoken[word.removesuffix("'s").lower()] and len(word) > 1
        for word in words
    )


def small_words(turns: Iterable[Turn]) -> Counter[str]:
    """How often each word is written in small letters: a name hardly ever is."""
    return Counter(chain.from_iterable(_SMALL_WORD.findall(turn.text) for turn in turns))


def trimmed(name: str, spoken: Counter[str], *, sure: bool = False) -> str | None:
    """The leading words of a capitalised run that may be a person's name, or None.

    One word of it may be a common one ('Ann Hill', 'Will Lind'); all may where the words around leave no doubt.
    """
    kept: list[str] = []
    for word in name.split():
        if word.lower().strip(".") in _NOT_NAMES:
            break
        kept.append(word.removesuffix("'s"))
    return " ".join(kept) if kept and (sure or any(is_name(word, spoken) for word in kept)) else None


def asked_for(turns: Sequence[Turn], spoken: Counter[str], *, titled: bool = False) -> list[tuple[int, str]]:
    """Names that somebody asks for ('am I speaking with ...?') and nobody denies, with the turn's index.

    A lone family name after a title ('is this Mrs. Lind?') counts only with ``titled``.
    """
    found = []
    for index, turn in enumerate(turns):
        answer = turns[index + 1].text if index + 1 < len(turns) else ""
        for match in _ASKED.finditer(turn.text):
            sure = re.search(r"speaking|talking|speak|talk", match[0]) is not None
            name = trimmed(match["name"], spoken, sure=sure)
            strict = sure or re.search(r"reach|looking|[Ii]s (?:this|that|it)", match[0])
            if match["title"] and name and " " not in name and not titled:
                continue
            if name and (strict or index < 6) and not _NO.match(answer):
                taken_up = turns[index + 2].text if index + 2 < len(turns) else ""
                found.append((index, _own_form(name, answer, taken_up, spoken)))
    return found


def _own_form(name: str, answer: str, taken_up: str, spoken: Counter[str]) -> str:
    """The name that was asked for, as its bearer gives it back: 'Frederick Lind?' 'Fred.', 'Is this Jon?' 'Joan.'

    ``taken_up``: what is said to the answer. Another name than the one asked for must stand there again.
    """
    given, _, family = name.partition(" ")
    match = _OWN_FORM.match(answer)
    if match is None or len(match["name"]) < 3 or match["name"] == family:
        return name
    own = match["name"]
    corrected = own[:2] == given[:2] and is_name(own, spoken) and re.search(rf"\b{re.escape(own)}\b", taken_up)
    if not (family and given.startswith(own)) and not corrected:
        return name
    return f"{own} {family}".strip()


def introduced(turns: Sequence[Turn], spoken: Counter[str]) -> list[tuple[int, str]]:
    """Names by which speakers introduce themselves ('this is ...'), or answer who they are, with the turn's index."""
    found = []
    for index, turn in enumerate(turns):
        matches = list(_INTRODUCED.finditer(turn.text))
        earlier = turns[index - 1].text if index else ""
        if _NAME_ASKED.search(earlier) and (given := _NAME_GIVEN.match(turn.text)) and given["name"] not in earlier:
            matches.append(given)
        if any(word in turn.text for word in _GOOD_ENOUGH):
            matches += _GOES_BY.finditer(turn.text)
        for match in matches:
            if match[0].lower().startswith("it") and _WITH_QUESTION.match(turn.text, match.end()):
                continue
            if name := trimmed(match["name"], spoken, sure="name" in match[0]):
                found.append((index, name))
    return found


def greeted(turns: Sequence[Turn], spoken: Counter[str]) -> list[str]:
    """Names that are greeted or thanked, in order, repeated as often as they are said."""
    found = []
    for turn in turns:
        for match in _GREETED.finditer(turn.text):
            if match["title"]:
                continue
            if name := trimmed(match["name"] or match["first"], spoken):
                found.append(name)
    return found


def addressed(turns: Sequence[Turn], spoken: Counter[str]) -> list[str]:
    """Names that stand where one addresses somebody ('So X, ...', '..., X?'), in order, repeated."""
    found = []
    for turn in turns:
        for match in _VOCATIVE.finditer(turn.text):
            if name := trimmed(match["before"] or match["after"], spoken):
                found.append(name)
    return found


def family_names(turns: Sequence[Turn], spoken: Counter[str]) -> list[str]:
    """Family names by which somebody is addressed or asked for ('Mr. X'), in order."""
    found = []
    for turn in turns:
        names = [match["name"] for match in _ADDRESSED.finditer(turn.text)]
        names += [match["name"] for match in _ASKED.finditer(turn.text) if match["title"]]
        found += [name for name in names if " " not in name and is_name(name, spoken)]
    return found


def last_names(turns: Sequence[Turn], spoken: Counter[str]) -> list[str]:
    """Family names that speakers give as such ('my last name is X'), in order."""
    names = [match["name"] for turn in turns for match in _LAST_NAME.finditer(turn.text)]
    return [name for name in names if is_name(name, spoken)]


def family_of(given: str, turns: Sequence[Turn], spoken: Counter[str]) -> str | None:
    """The family name that is said right after a given name ('Ann Lind', 'Ann and Joe Lind'), or None."""
    pattern = re.compile(rf"\b{re.escape(given)} (?:(?:and|&) {_WORD} )?(?P<name>{_WORD})")
    for turn in turns:
        for match in pattern.finditer(turn.text):
            word = match["name"].removesuffix("'s")
            if len(word) > 2 and is_name(word, spoken) and word.lower() not in HONORIFICS:
                return word
    return None


def firms(turns: Sequence[Turn]) -> list[tuple[int, str]]:
    """Firms that speakers introduce themselves with ('this is X with Y'), with the turn's index."""
    return [
        (index, match["firm"] or match["firm2"])
        for index, turn in enumerate(turns)
        for match in _FIRM.finditer(turn.text)
    ]


def firm_words(turns: Sequence[Turn]) -> set[str]:
    """Lower-cased words of the firms that are named in some turns."""
    names = [firm for _, firm in firms(turns)]
    names += [
        match[1]
        for turn in turns
        for match in _FIRM_NAME.finditer(turn.text)
        if not _A_CLIENTS_TRUST.search(turn.text[max(0, match.start() - 8) : match.end()])
    ]
    return {word.lower() for name in names for word in name.split()}
