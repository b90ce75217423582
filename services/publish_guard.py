"""Keeps a client's words and whatever could tell who they are out of a post.

A post shares what the trade has learned. Whatever of one call stands in it is a finding: a name, an address, an amount,
a place, or words as they were said. Whoever wrote the post is held to the same rules.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from services import sentence_words
from services.analyst.dialogue import Sentence, Talk
from services.analyst.numbers import numbers_in
from services.analyst.places import places_in
from services.analyst.words import data
from services.household_names import tags_of, tokens_of
from services.lookalikes import Seen, seen
from services.private_words import LEAST_SHARED, NAMING, QUOTED, RARE, RUN, WORD, Private, telling_number
from services.sentence_words import plain, stems
from services.spoken_phones import spoken_phones

__all__ = ["RUN", "Finding", "Kind", "Private", "findings_in", "run_of"]

# "name" is one of the client's household, "other name" any other that was said; "near words" are the client's words in
# another order, or with others between.
Kind = Literal["name", "other name", "address", "amount", "place", "client's words", "near words"]
_SHARE_SAID = 0.75  # of a sentence's telling words, that it shares with the client's
_TELLING_WORDS, _RARE_WORDS = 3, 2  # of a short run
_QUOTATION = re.compile(
    r"[“\"„«]([^“”\"„«»]{5,400})[”\"“»]|‘((?:[^‘’]|’(?=\w)){5,400})’(?!\w)|(?<!\w)'((?:[^']|'(?=\w)){5,400})'(?!\w)"
)
_ADDRESS = re.compile(
    r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+|https?://\S+|\bwww\.\S+|<[^>\s][^>]*>?"
    r"|\b[\w\-]+\.(?:com|net|org|io|co|info|biz|me|ly)\b(?:/\S*)?"
    r"|\b[\w.+\-]+\s*(?:[(\[]at[)\]]|\sat\s)\s*[\w\-]+\s*(?:[(\[]dot[)\]]|\sdot\s)\s*[a-z]{2,8}\b"
    r"|(?<![\d$,.])(?:\+?1[\s.\-/]?)?\(?\d{3}\)?[\s.\-–/]{0,2}\d{3}[\s.\-–/]\d{4}(?!\d)|\b\d{10}\b|(?<![\d$,.\-])\d{3}[.\-–]\d{4}(?!\d)"
    r"|\b\d{1,5} (?:[A-Z]\w+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Way|Place)\b"
    r"|(?i:\b\d{1,5} (?:\w+ ){1,2}(?:street|avenue|boulevard|lane|road)\b)"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a post that belongs to one call. ``words`` stand in the post from ``start`` to ``end``.

    ``turn`` is where they were said, where that is known.
    """

    kind: Kind
    words: str
    start: int
    end: int
    turn: int | None = None


def run_of(words: str) -> str:
    """Words as they are compared: folded, without punctuation."""
    return " ".join(WORD.findall(plain(seen(words).text)))


def findings_in(post: str, private: Private) -> list[Finding]:
    """What of the call stands in a post, in the order of the post; nothing where it may be published.

    The post is read as it is seen: letters that look like others, and signs that nobody sees, hide nothing.
    """
    shown = seen(post)
    text = shown.text
    sentences = Talk([{"text": text}]).sentences
    found = [*_addresses(text), *_names(text, private), *_amounts(text, private), *_places(text, sentences, private)]
    found += [*_verbatim(text, private), *_quoted(text, private), *_rare(text, private), *_nearly(sentences, private)]
    if text != post:
        found = [_as_written(one, shown, post) for one in found]
    return sorted(dict.fromkeys(found), key=lambda one: (one.start, one.end))


def _as_written(one: Finding, shown: Seen, post: str) -> Finding:
    start, end = shown.span(one.start, one.end)
    return replace(one, words=post[start:end], start=start, end=end)


def _addresses(post: str) -> Iterator[Finding]:
    for match in _ADDRESS.finditer(post):
        yield Finding("address", match.group(), match.start(), match.end())
    for phone in spoken_phones(post):
        yield Finding("address", post[phone.start : phone.end], phone.start, phone.end)


def _names(post: str, private: Private) -> Iterator[Finding]:
    """The household's names however they are written, and others that were said."""
    tokens = tokens_of(post)
    theirs = private.household.find(post, tokens)
    for name in theirs:
        kind: Kind = "name" if name.sure else "other name"
        yield Finding(
            kind, post[name.start : name.end], name.start, name.end, _turn(post[name.start : name.end], private)
        )
    taken = {place for name in theirs for place in range(name.start, name.end)}
    for match in NAMING.finditer(post):
        for piece in re.split(r"[-_]", plain(match.group()).removesuffix("'s")):
            if match.start() not in taken and piece in private.named and not _common(piece):
                yield Finding("other name", match.group(), match.start(), match.end(), private.named[piece])
    for token in tokens:
        small = token.written[0].islower() and len(token.folded) > 3 and not private.everyday(token.folded)
        if small and token.start not in taken and token.folded in private.named:
            yield Finding("other name", token.written, token.start, token.end, private.named[token.folded])
    yield from _titled(post, private)
    yield from _tagged(post, private)


def _tagged(post: str, private: Private) -> Iterator[Finding]:
    """Other names in a tag."""
    for match, body, pieces in tags_of(post):
        turn = next((private.named[piece] for piece in sorted(pieces) if piece in private.named), None)
        joined = (turn for words, turn in private.titled.items() if "".join(words) in body)
        turn = next(joined, None) if turn is None else turn
        if turn is not None:
            yield Finding("other name", match.group(), match.start(), match.end(), turn)


def _turn(words: str, private: Private) -> int | None:
    return next((private.named[one] for one in WORD.findall(plain(words)) if one in private.named), None)


def _titled(post: str, private: Private) -> Iterator[Finding]:
    """Names of several words ("Blue Kettle Books"), in any case."""
    folded = plain(post)
    for words, turn in private.titled.items():
        if not all(word in folded for word in words):
            continue
        pattern = r"(?<!\w)" + r"[\s\-&]+".join(map(re.escape, words)) + r"(?!\w)"
        for match in re.finditer(pattern, folded):
            yield Finding("other name", post[match.start() : match.end()], match.start(), match.end(), turn)


def _common(word: str) -> bool:
    return word in sentence_words.word_list("stop") or word in sentence_words.word_list("courtesy")


def _amounts(post: str, private: Private) -> Iterator[Finding]:
    for number in numbers_in(plain(post)):
        amount = round(number.value, 2)
        if telling_number(number) and amount in private.amounts:
            start = number.start - (post[number.start - 1 : number.start] == "$")
            yield Finding("amount", post[start : number.end], start, number.end, private.amounts[amount])


def _places(post: str, sentences: Sequence[Sentence], private: Private) -> Iterator[Finding]:
    """States of the client by name or letters, and towns in them."""
    names: dict[str, str] = data("places")["states"]
    for sentence in sentences:
        for place in places_in(sentence, frozenset(), where=True):
            if private.states & set(place.states[:1]):
                start, end = sentence.start + place.start, sentence.start + place.end
                yield Finding("place", post[start:end], start, end)
    for name, state in names.items():
        if state in private.states and (match := re.search(rf"\b{re.escape(name)}\b", plain(post))):
            yield Finding("place", post[match.start() : match.end()], match.start(), match.end())


def _verbatim(post: str, private: Private) -> Iterator[Finding]:
    """Runs of six words and more as they were said, by either side."""
    for start, end, turn, _ in _said(post, 0, len(post), RUN, private.runs):
        yield Finding("client's words", post[start:end], start, end, turn)


def _quoted(post: str, private: Private) -> Iterator[Finding]:
    """Words between quotation marks: from three in a row on, by either side, unless they are the trade's."""
    for match in _QUOTATION.finditer(post):
        for start, end, turn, words in _said(post, match.start(), match.end(), QUOTED, private.short_runs):
            if not all(_common(word) or word in private.trade for word in words):
                yield Finding("client's words", post[start:end], start, end, turn)


def _rare(post: str, private: Private) -> Iterator[Finding]:
    """Runs of four and five of the client's words, of which three tell something, and some are none of the trade's."""
    for start, end, turn, words in _said(post, 0, len(post), RARE, private.rare_runs):
        telling = {word for word in words if not _common(word)}
        rare = len(telling - private.ours)
        if len(telling) >= _TELLING_WORDS and rare >= (1 if len(words) > RARE else _RARE_WORDS):
            yield Finding("client's words", post[start:end], start, end, turn)


def _said(
    post: str, begin: int, until: int, least: int, runs: Mapping[tuple[str, ...], int]
) -> Iterator[tuple[int, int, int, list[str]]]:
    """The longest runs of at least so many words that were said, with their places, turn and words."""
    words = list(WORD.finditer(plain(post), begin, until))
    place = 0
    while place + least <= len(words):
        turn = runs.get(tuple(word.group() for word in words[place : place + least]))
        if turn is None:
            place += 1
            continue
        last = place + least
        while last < len(words) and tuple(word.group() for word in words[last - least + 1 : last + 1]) in runs:
            last += 1
        run = words[place:last]
        yield run[0].start(), run[-1].end(), turn, [word.group() for word in run]
        place = last


def _nearly(sentences: Sequence[Sentence], private: Private) -> Iterator[Finding]:
    """Sentences that are made of what the client said, in other order or with other words between."""
    for sentence in sentences:
        mine = stems(sentence.text)
        for turn, said in private.told if len(mine) >= LEAST_SHARED else ():
            shared = mine & said
            if len(shared) >= LEAST_SHARED and len(shared) >= _SHARE_SAID * len(mine):
                yield Finding("near words", sentence.text, sentence.start, sentence.end, turn)
                break
