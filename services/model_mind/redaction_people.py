"""The names of a call's people, word by word: which person, or which family, each word of a name belongs to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services.analyst.cast import Cast, Mention, cast_of, first_names, towns
from services.analyst.dialogue import Talk
from services.analyst.words import data
from services.calls.model import Call
from services.calls.names import ADVISOR_ROLES, CLIENT_ROLES, HONORIFICS, PARTICLES, read_label, same_word
from services.playbooks.cues import fold

PERSON, SURNAME, TOWN, NAME = "PERSON", "SURNAME", "TOWN", "NAME"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TITLES = r"(?:Mr|Mrs|Ms|Miss|Mister|Dr|Doctor|Judge|Pastor|Reverend|Rev|Rabbi|Professor|Captain|Sergeant|Officer)\.?"
_TITLED = re.compile(rf"\b{_TITLES}(?:,? (?:um|uh|er),?)? ([A-Z][\w'’-]+)(?: ([A-Z][a-z][\w'’-]*))?")
_KIN = re.compile(r"\b(?:Aunt|Auntie|Uncle|Grandma|Grandpa|Cousin|Sister|Brother|Father|Deacon) ([A-Z][a-z][\w'’-]*)")
_NEXT = re.compile(r"^ ((?:[Dd]e |[Ll]a |[Vv]an |[Vv]on |[Dd]el )*(?:[A-Z]\. )?(?:Ma?c|[A-Z]['’])?[A-Z][a-z][\w'’-]*)")
_INSIDE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?![\w-])")
_CAPITAL = re.compile(r"(?<![.?!:)\]\"”] )(?<![\w'’.])(?<!^)(?=\w*[a-z])[A-Z][^\W\d_]*(?:['’](?!s\b)[^\W\d_]+)?")
_ASKS_A_NAME = re.compile(
    r"\bnames?\b|\bis it\b|\bpronounc|\bspell|\bcall you\b|\bsay(?:ing)? (?:it|that) right\b|\bwho", re.I
)
_FIRMS = re.compile(
    r"\b(?:(?:Charles )?Schwab|Edward Jones|Morgan Stanley|Merrill Lynch|Wells Fargo|John Hancock|John Deere|Sallie Mae"
    r"|Fannie Mae|Freddie Mac|(?:J\.?P\.? ?)?Morgan Chase|Raymond James|T\. ?Rowe Price"
    r"|Lincoln Financial|Franklin Templeton|Ameriprise|Roth|Stanley Cup|Jesus(?: Christ)?|Dave Ramsey|Suze Orman)\b"
)
_SHORT = 6  # words of an answer that may be a name
_FLAT = 0.2  # of a text's sentences begin with a capital, at most, where it is written without any
_LOUD = 0.3  # of a text's words begin with a capital, at least, where capitals tell nothing


@dataclass(frozen=True)
class NameWord:
    """One word of a name, folded, and whose it is."""

    word: str
    kind: str
    number: int


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Words that are names only where they begin with a capital: Will, Rose, Young."""
    return _listed("ordinary_words.txt")


def _listed(name: str) -> frozenset[str]:
    lines = (Path(__file__).parent / "data" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def names_of(call: Call, talk: Talk) -> list[NameWord]:
    """Every word of a name that the call tells: its people's in the header and the labels, and of all who are named."""
    people = _People()
    for name in _of_the_header(call):
        people.add_full(name)
    cast, said_small = cast_of(talk, call), _small(talk)
    for turn in talk.turns:
        people.add_titled(turn.text)
    for mention in cast.mentions:
        if not _of_a_firm(mention) and not _of_nobody(mention, said_small):
            people.add_mention(mention, cast)
    for word in _other_given_names(talk):
        people.add_word(word, PERSON)
    for word in _other_names(talk):
        people.add_word(word, TOWN if fold(word) in towns() else NAME)
    return list(people.words.values())


class _People:
    """Who is known so far. A word is one person's, or one family's: the first who bears it."""

    def __init__(self) -> None:
        self.words: dict[str, NameWord] = {}
        self._given: list[tuple[str, str, int]] = []
        self._counted = dict.fromkeys((PERSON, SURNAME, TOWN, NAME), 0)

    def add_full(self, name: str) -> None:
        """Somebody by a name of one word or more, the given name first; the same one where both words fit."""
        words = [word for word in _WORD.findall(name) if len(word) > 1 and fold(word) not in PARTICLES | HONORIFICS]
        if not words:
            return
        given, family = fold(words[0]), fold(words[-1]) if len(words) > 1 else ""
        number = self._known(given, family) or self._next(PERSON)
        self._given.append((given, family, number))
        for word in words[:-1] if family else words:
            self._put(word, PERSON, number)
        if family:
            self.add_word(words[-1], SURNAME)

    def add_family(self, name: str) -> None:
        """Somebody by the family name alone."""
        for word in _WORD.findall(name):
            self.add_word(word, SURNAME)

    def add_mention(self, mention: Mention, cast: Cast) -> None:
        """Somebody who is named by a given name, and by a family name too where one follows."""
        following = _NEXT.match(mention.sentence.text[mention.end :])
        family = _bare(following.group(1)) if following and _may_be_a_family(following.group(1)) else ""
        if fold(mention.name) not in self.words and cast.is_own(mention.name) and self._given:
            self._put(mention.name, PERSON, self._given[0][2])
        if fold(mention.name) in self.words:
            self.add_family(family)
        else:
            self.add_full(f"{mention.name} {family}")

    def add_titled(self, text: str) -> None:
        """Those whom a title stands before: by a family name, by both names, or after "Aunt" by a given name."""
        for match in _TITLED.finditer(text):
            if _plain(match[1]):
                continue
            if match[2] is not None and _may_be_a_family(match[2]):
                self.add_full(f"{match[1]} {_bare(match[2])}")
            else:
                self.add_family(_bare(match[1]))
        for match in _KIN.finditer(text):
            if not _plain(match[1]):
                self.add_word(_bare(match[1]), PERSON)

    def add_word(self, word: str, kind: str) -> None:
        """A word of a name, as somebody's of his own, unless it is known."""
        if len(word) > 1 and fold(word) not in self.words and fold(word) not in PARTICLES:
            self._put(word, kind, self._next(kind))

    def _known(self, given: str, family: str) -> int | None:
        for other, name, number in self._given:
            if same_word(given, other) and (not family or not name or same_word(family, name)):
                return number
        return None

    def _put(self, word: str, kind: str, number: int) -> None:
        self.words.setdefault(fold(word), NameWord(fold(word), kind, number))

    def _next(self, kind: str) -> int:
        self._counted[kind] += 1
        return self._counted[kind]


def _of_the_header(call: Call) -> Iterator[str]:
    """The client's name, then everybody's who speaks: the client's side first."""
    if call.header.client_name:
        yield from read_label(call.header.client_name).people or (call.header.client_name,)
    for speaker in sorted(call.speakers, key=lambda one: one.side == "advisor"):
        people = read_label(speaker.name).people
        yield from people
        if not people and speaker.side != "advisor":
            yield from (word for word in _WORD.findall(speaker.name) if word[:1].isupper() and not _plain(word))


def _of_a_firm(mention: Mention) -> bool:
    found = _FIRMS.finditer(mention.sentence.text)
    return any(match.start() <= mention.start < match.end() for match in found)


def _of_nobody(mention: Mention, said_small: set[str]) -> bool:
    """Whether what looks like a name is no given name, and a usual word."""
    name = fold(mention.name)
    return name not in first_names() and name in said_small | ordinary_words() | _public()


def _small(talk: Talk) -> set[str]:
    """The words that are said without a capital."""
    return {word for turn in talk.turns for word in _WORD.findall(turn.text) if word.islower()}


def _other_given_names(talk: Talk) -> Iterator[str]:
    """Given names inside sentences that nothing else told of; of a text without capitals, all of them."""
    flat = _is_flat(talk)
    for turn in talk.turns:
        told = _WORD.findall(turn.text) if flat else _INSIDE.findall(_FIRMS.sub("", turn.text))
        for word in told:
            if fold(word) in first_names() and not _plain(word) and not (flat and fold(word) in towns()):
                yield word


def _other_names(talk: Talk) -> Iterator[str]:
    """Every other word with a capital that is neither an ordinary nor a public one, nor said without a capital."""
    all_words = [word for turn in talk.turns for word in _WORD.findall(turn.text)]
    if sum(word[:1].isupper() for word in all_words) > _LOUD * len(all_words):
        return
    usual = _small(talk) | ordinary_words() | _public()
    for sentence in talk.sentences:
        told = [] if sentence.text.istitle() and sentence.length > 1 else _CAPITAL.findall(sentence.text)
        question = talk.question_before(sentence)
        if question is not None and sentence.length <= _SHORT and _ASKS_A_NAME.search(question.text):
            told += _WORD.findall(sentence.text)
        for word in told:
            bare = _bare(word)
            if word[:1].isupper() and fold(bare) not in usual and not _plain(bare):
                yield bare


def _is_flat(talk: Talk) -> bool:
    capital = sum(sentence.text[:1].isupper() for sentence in talk.sentences)
    return capital < _FLAT * len(talk.sentences)


def _may_be_a_family(word: str) -> bool:
    return not _plain(_bare(word.split()[-1]))


def _bare(word: str) -> str:
    """A name without what is only said of it: Ann for Ann's."""
    return re.sub(r"(?<=\w\w)['’](?:s|d|ll|re|ve)?$", "", word)


def _plain(word: str) -> bool:
    """Whether a capitalised word is no part of a name: a month, a state, a role, a firm's usual word."""
    folded = fold(word)
    return folded in _never() or folded in ADVISOR_ROLES or folded in CLIENT_ROLES


@lru_cache(maxsize=1)
def _public() -> frozenset[str]:
    return _listed("public_words.txt")


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    names, places = data("people")["names"], data("places")
    states = [word for state in places["states"] for word in (state, *state.split())]
    return frozenset([*names["never"], *names["titles"], *states, *places["suffixes"]])
