"""What a question names: the firm's words by its own playbook, times as people say them, names with a letter wrong."""

from datetime import date
from pathlib import Path

import pytest

from services.copilot.names import near
from services.copilot.periods import period_in
from services.copilot.vocabulary import book, states_in, terms_of, words
from services.playbooks.cues import Line, fold
from services.playbooks.loader import BUILTIN, load

TODAY = date(2026, 5, 20)  # a Wednesday
PLAYBOOKS = sorted(BUILTIN.parent.glob("*.toml"))


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_playbooks_own_names_are_found_in_questions(path: Path) -> None:
    playbook = load(path)
    terms = terms_of(playbook)
    for product in playbook.products:
        line = Line(fold(f"How many calls were about the {product.name}?"))
        assert product.name in [spot.value for spot in terms.products(line)]
    for objection in playbook.objections:
        line = Line(fold(f"Who raised the objection {objection.name}?"))
        assert objection.name in [spot.value for spot in terms.objections(line, True, True)]
    for field in playbook.fields:
        line = Line(fold(f"What is the {field.label} of Ann?"))
        known = [spot.value for spot in terms.field_spots(line)] + [name for name, _ in terms.choices(line)]
        assert field.name in known


def test_every_cue_of_the_data_file_can_be_used() -> None:
    for table in words():
        if table not in (
            "plain",
            "attributes",
            "kin",
            "alike",
            "shorthand",
            "inflected",
            "light",
            "callings",
            "beside",
        ):
            assert book(table)


def test_a_no_before_a_thing_is_heard() -> None:
    terms = terms_of(load())
    found = terms.products(Line(fold("Who wants a living trust but no will?")))
    assert {spot.value: spot.denied for spot in found} == {"Revocable Living Trust": False, "Will": True}


def test_states_are_named_or_lettered() -> None:
    question = "Who lives in West Virginia or OH, me too?"
    assert [spot.value for spot in states_in(question, Line(fold(question)))] == ["WV", "OH"]


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("last month", "2026-04-01", "2026-04-30"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("this week", "2026-05-18", "2026-05-24"),
        ("next week", "2026-05-25", "2026-05-31"),
        ("the last two weeks", "2026-05-06", "2026-05-20"),
        ("last quarter", "2026-01-01", "2026-03-31"),
        ("in March", "2025-03-01", "2025-03-31"),
        ("in March 2024", "2024-03-01", "2024-03-31"),
        ("since June", "2025-06-01", None),
        ("before March 3, 2026", None, "2026-03-02"),
        ("after 2024-02-01", "2024-02-02", None),
        ("between January and March 2026", "2026-01-01", "2026-03-31"),
        ("in 2025", "2025-01-01", "2025-12-31"),
        ("on June 3rd", "2025-06-03", "2025-06-03"),
    ],
)
def test_times_are_read_as_people_say_them(words: str, since: str | None, until: str | None) -> None:
    found = period_in(fold(f"Which calls were {words}?"), TODAY, lambda month: 2025)
    assert found is not None
    assert (found.since and found.since.isoformat(), found.until and found.until.isoformat()) == (since, until)


@pytest.mark.parametrize("words", ["may we call her?", "who marched off?", "what did she last say?"])
def test_what_is_no_time_is_not_read_as_one(words: str) -> None:
    assert period_in(fold(words), TODAY, lambda month: 2025) is None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("stilwagon", "stillwagon", True),
        ("royec", "royce", True),
        ("petro", "petra", True),
        ("ann", "ana", False),
        ("stilwagn", "stillwagon", False),
    ],
)
def test_names_are_alike_within_one_letter(one: str, other: str, alike: bool) -> None:
    assert near(one, other) is alike
