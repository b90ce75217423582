"""Which words a pattern can't do without: those of which one stands in every text in which the pattern is found."""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

Node = tuple[Any, Any]

DIGITS = "#"
_ZERO_WIDTH = ("ASSERT", "ASSERT_NOT")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


@lru_cache(maxsize=1)
def _grammar() -> Any:
    """Python's own parser of patterns, or None where it is not to be had."""
    try:
        return import_module("re._parser")
    except ImportError:
        return None


def needed_words(pattern: str, flags: int = 0) -> frozenset[str]:
    """Lower-case words of which one must stand in a text, for the pattern to be found there.

    ``propert*`` is any word that begins so, ``#`` any that holds a digit. The words of a text are its runs of letters,
    digits and underscores.
    Empty where no such words can be told: then the pattern may be found anywhere.
    """
    grammar = _grammar()
    if grammar is None or not pattern.isascii():
        return frozenset()
    return _needed(list(grammar.parse(pattern, flags)), None, after=False) or frozenset()


def _cost(words: frozenset[str]) -> float:
    """About how often one of some words is said: the longer they are, the less; any ending, the more."""
    often = 0.0
    for word in words:
        length = 2 if word == DIGITS else len(word.rstrip("*"))
        often += (5 if word.endswith("*") else 1) * 10.0**-length
    return often


def _needed(nodes: Sequence[Node], begun: str | None, *, after: bool) -> frozenset[str] | None:
    """The rarest words that a sequence needs, or None.

    ``begun``: the letters of a word that stand before it, "" between two words, None where that is not known.
    ``after``: whether a word ends where the sequence ends.
    """
    found: list[frozenset[str]] = []
    for place, node in enumerate(nodes):
        rest = nodes[place + 1 :]
        parts = _parts(node)
        if parts is not None:
            ends = _begins_apart(rest, after) and _is_once(node)
            each = [_needed(part, begun, after=ends) for part in parts]
            if all(each):
                found.append(frozenset().union(*(words for words in each if words)))
        if _is_digit(node):
            found.append(frozenset([DIGITS]))
        letter = _letter(node)
        if letter and begun is not None:
            begun += letter
            continue
        if _name(node) in _ZERO_WIDTH and not _is_edge(node):
            continue
        if begun:
            found.append(frozenset([begun if _begins_apart(nodes[place:], after) else begun + "*"]))
        begun = "" if _ends_apart(node, begun == "") else None
    if begun:
        found.append(frozenset([begun if after else begun + "*"]))
    return min(reversed(found), key=_cost, default=None)


def _name(node: Node) -> str:
    return str(node[0])


def _letter(node: Node) -> str:
    """The letter that a node stands for, in lower case; "" for any other node."""
    letter = chr(node[1]) if _name(node) == "LITERAL" else ""
    return letter.lower() if re.fullmatch(r"\w", letter) else ""


def _is_digit(node: Node) -> bool:
    return _name(node) == "IN" and [str(one[1]) for one in node[1]] == ["CATEGORY_DIGIT"]


def _parts(node: Node) -> list[Sequence[Node]] | None:
    """The sequences one of which must stand where the node stands; None where none must."""
    name, value = _name(node), node[1]
    if name == "BRANCH":
        return [list(part) for part in value[1]]
    if name == "SUBPATTERN":
        return [list(value[3])]
    if name in _REPEATS and value[0] > 0:
        return [list(value[2])]
    if name == "ASSERT" and value[0] > 0:  # what must follow
        return [list(value[1])]
    return None


def _is_once(node: Node) -> bool:
    """Whether what comes after a node comes right after the sequence that stands in it."""
    return _name(node) != "ASSERT" and (_name(node) not in _REPEATS or node[1][1] == 1)


def _is_edge(node: Node) -> bool:
    """Whether a node without width stands only between words: no letter may stand beside it."""
    name, value = _name(node), node[1]
    if name == "AT":
        return str(value) != "AT_NON_BOUNDARY"
    if name != "ASSERT_NOT":
        return False
    inner = list(value[1])
    return len(inner) == 1 and _name(inner[0]) == "IN" and any(str(one[1]) == "CATEGORY_WORD" for one in inner[0][1])


def _is_apart(node: Node) -> bool:
    """Whether what a node stands for is never a letter, a digit or an underscore."""
    name, value = _name(node), node[1]
    if name == "LITERAL":
        return not _letter(node)
    if name != "IN":
        return False
    return all(
        not re.fullmatch(r"\w", chr(one[1]))
        if _name(one) == "LITERAL"
        else str(one[1]) in ("CATEGORY_SPACE", "CATEGORY_NOT_WORD")
        for one in value
    )


def _begins_apart(nodes: Sequence[Node], after: bool) -> bool:
    """Whether a word that stands before a sequence ends there; ``after``: the same of what comes after it."""
    if not nodes:
        return after
    node, rest = nodes[0], nodes[1:]
    if _is_apart(node) or (_is_edge(node) and not _looks_back(node)):
        return True
    name, value = _name(node), node[1]
    if name in _ZERO_WIDTH:
        return _begins_apart(rest, after)
    if name in _REPEATS:
        inner = _begins_apart(list(value[2]), after=False)
        return inner and (value[0] > 0 or _begins_apart(rest, after))
    parts = _parts(node)
    return parts is not None and all(_begins_apart(part, _begins_apart(rest, after)) for part in parts)


def _looks_back(node: Node) -> bool:
    return _name(node) == "ASSERT_NOT" and node[1][0] < 0


def _ends_apart(node: Node, before: bool) -> bool:
    """Whether a new word can only begin after a node; ``before``: whether one can only begin before it."""
    name, value = _name(node), node[1]
    if name == "AT" or name in _ZERO_WIDTH:
        return (_is_edge(node) and (name == "AT" or _looks_back(node))) or before
    if _is_apart(node):
        return True
    if name in _REPEATS:
        inner = list(value[2])
        return (value[0] > 0 or before) and bool(inner) and _sequence_ends_apart(inner, before=False)
    parts = _parts(node)
    return parts is not None and all(_sequence_ends_apart(part, before) for part in parts)


def _sequence_ends_apart(nodes: Sequence[Node], before: bool) -> bool:
    for node in nodes:
        before = _ends_apart(node, before)
    return before
