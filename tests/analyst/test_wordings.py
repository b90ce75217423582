"""Patterns that are passed over where no word stands that they need: the same is found, only sooner."""

import pkgutil
import re
from collections.abc import Iterable, Iterator
from importlib import import_module

import pytest

from services import analyst
from services.analyst.dialogue import Sentence, Talk
from services.analyst.needed_words import needed_words
from services.analyst.wordings import Wording
from services.calls import reader
from services.samples import samples

NEEDED = [
    (r"\b(?:where|which state|you live)\b", {"where", "state", "live"}),
    (r"\bpropert(?:y|ies)\b", {"property", "properties"}),
    (r"\bhouses? on", {"house*"}),
    (r"\b(?:i|we)'ve (?:lost|buried)\b", {"lost", "buried"}),
    (r"\bthe (?:\w+ )?kids\b", {"kids"}),
    (r"\b(?:and )?then\b", {"then"}),
    (r"(?<![\w'])(?:acre|lot)s(?![\w'])", {"acre*", "lot*"}),
    (r"\bfoo\w+", {"foo*"}),
    (r"\b\d{1,2}(?:st|nd)\b", {"#"}),
    (r"\b(?:noon|\d+ o'clock)\b", {"noon", "clock"}),
    (r"\b(?:no+|never)\b", {"no*", "never"}),
]


@pytest.mark.parametrize(("pattern", "words"), NEEDED)
def test_a_pattern_tells_which_words_it_needs(pattern: str, words: set[str]) -> None:
    assert needed_words(pattern) == words


@pytest.mark.parametrize("pattern", [r"foo|bar", r"\w+ing\b", r"\b(?:kids)?", r"[a-z]+", r"(?:\bmy )?off", r"\bcafé\b"])
def test_a_pattern_that_may_stand_inside_any_word_needs_none(pattern: str) -> None:
    assert needed_words(pattern) == frozenset()


def test_every_wording_finds_in_the_samples_what_its_pattern_finds() -> None:
    wordings = list(_wordings())
    assert len(wordings) > 90
    found = 0
    for said in _said():
        for wording in wordings:
            match, plain = wording.search(said), wording.pattern.search(said.folded)
            assert (match and match.span()) == (plain and plain.span()), (wording.pattern.pattern, said.text)
            assert len([*wording.in_text(said)]) == len(wording.pattern.findall(said.text))
            found += match is not None
    assert found > 500


def test_a_wording_is_found_in_words_with_letters_that_are_not_english() -> None:
    said = Talk([{"text": "Meine KÜNDIGUNG, und the ſale.", "side": "client"}]).turns[0]
    assert Wording(r"\bsale\b", re.IGNORECASE).search(said) is not None


def test_a_wording_that_is_made_later_is_looked_for_all_the_same() -> None:
    said = Talk([{"text": "We keep alpacas.", "side": "client"}]).turns[0]
    assert said.absent
    assert Wording(r"\balpacas\b").search(said) is not None


def _wordings() -> Iterator[Wording]:
    """Every wording that stands in the analyst's modules, by itself or in a list."""
    for found in pkgutil.iter_modules(analyst.__path__, f"{analyst.__name__}."):
        yield from _within(vars(import_module(found.name)).values())


def _within(values: Iterable[object]) -> Iterator[Wording]:
    for value in values:
        if isinstance(value, Wording):
            yield value
        elif isinstance(value, list | tuple):
            yield from _within(value)
        elif isinstance(value, dict):
            yield from _within(value.values())


def _said() -> list[Sentence]:
    calls = [reader.read(one.name, one.content) for one in samples()]
    talks = [Talk([{"text": turn.text, "side": "client"} for turn in call.turns]) for call in calls]
    return [sentence for talk in talks for sentence in talk.sentences]
