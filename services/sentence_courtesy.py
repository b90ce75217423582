"""What in an e-mail claims nothing: courtesy, a greeting of names, a signature of names, titles and the firm.

Everything else claims something, however small its words: "It is free", "You agreed".
"""

import re
from collections.abc import Iterable, Sequence

from services import lookalikes
from services.sentence_words import cues, plain, word_list

__all__ = ["claims_nothing", "gifts", "is_signature_line", "outcome_told", "unknown_in_greeting", "without_contacts"]

_PARTS = re.compile(
    r"[,;:.?!()\[\]|•·]\s*(?=\D|$)|[—–]|\s-+\s|\n"
    r"|\s(?:and|but|so|because|plus|or|&)\s|\s(?:that|which)\s(?=(?:you|we|it|i|they|he|she|this|there|your|our|the)\b)"
)
_NOUGHT = re.compile(r"(?<![\d.,:/\-])0(?![\d:/\-]|[.,]\d)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSTSCRIPT = re.compile(r"^p\.?\s?(?:p\.?\s?)?s\.?[:,]?\s+", re.IGNORECASE)
_CONTACT = re.compile(
    r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+|https?://\S+|\bwww\.\S+|\b[\w\-]+\.(?:com|net|org|io|co|info|biz)\b(?:/\S*)?"
    r"|(?<![\d$,.])(?:\+?1[\s.\-])?\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{4}(?!\d)"
)
_INITIAL = re.compile(r"[a-z]$")


def claims_nothing(text: str) -> bool:
    """Whether words of courtesy, as a sentence holds nothing else, are courtesy: in each of its parts."""
    return not lookalikes.unreadable(text) and all(map(_part_claims_nothing, _parts(plain(text))))


def _parts(folded: str) -> Iterable[str]:
    return (part.strip() for part in _PARTS.split(folded) if part and _WORD.search(part))


def _part_claims_nothing(part: str) -> bool:
    bare = _without(part, "unbound")
    if cues("bold", bare):
        return False
    said = {word.replace("’", "'") for word in _WORD.findall(part)}
    return bool(cues("polite", part)) or said.isdisjoint(word_list("saying"))


def _without(folded: str, group: str) -> str:
    """A text with the places of some cues taken out."""
    for hit in reversed(cues(group, folded)):
        folded = f"{folded[: hit.start]}{' ' * (hit.end - hit.start)}{folded[hit.end :]}"
    return folded


def gifts(text: str, backing: str, *, agreed: bool = False) -> list[tuple[int, int]]:
    """The places where a sentence gives something away, calls it done, paid or always true, and ``backing``, the words
    that carry it, does not. ``agreed``: a next step, a price or the outcome carries it, so that somebody said yes."""
    folded, heard = _without(plain(text), "unbound"), plain(backing)
    found = [match.span() for match in _NOUGHT.finditer(folded)]
    for group in ("gifts",) if agreed else ("gifts", "agreements"):
        said = {hit.cue for hit in cues(group, heard)}
        found += [(hit.start, hit.end) for hit in cues(group, folded) if hit.cue not in said]
    return found


def outcome_told(text: str) -> str | None:
    """The role of the outcome that a sentence tells ("You decided not to go ahead"); None where it tells none."""
    folded = plain(text)
    return next((role for role in ("lost", "won", "waiting", "meeting") if cues(f"says_{role}", folded)), None)


def unknown_in_greeting(opening: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """The words of a greeting that are no name of ``names`` (folded words) and no word of greeting."""
    known = {plain(name) for name in names} | word_list("greeting")
    return [match.span() for match in _WORD.finditer(opening) if not _known(plain(match.group()), known)]


def _known(word: str, known: set[str] | frozenset[str]) -> bool:
    return word in known or word.removesuffix("'s") in known or any(word in one.split("-") for one in known)


def is_signature_line(line: str, names: Sequence[str], closing: str) -> bool:
    """Whether a line under an e-mail claims nothing: a closing, names that are known, the firm, titles, or nothing at
    all but what is called a telephone number. Addresses, links and numbers are looked at by themselves."""
    if lookalikes.unreadable(line):
        return False
    folded = plain(_POSTSCRIPT.sub("", line))
    if folded.strip() == closing.lower().strip() or not _WORD.search(folded):
        return True
    if cues("closes", folded):
        return claims_nothing(folded) and _all_known(folded, word_list("courtesy") | word_list("stop"), names)
    return _all_known(folded, word_list("signature"), names)


def without_contacts(line: str) -> str:
    """A line without e-mail addresses, links and telephone numbers."""
    return _CONTACT.sub(" ", line)


def _all_known(folded: str, words: frozenset[str], names: Sequence[str]) -> bool:
    known = words | {word for name in names for word in _WORD.findall(plain(name))}
    return all(_known(word, known) or _INITIAL.match(word) for word in _WORD.findall(folded))
