import pytest

from services.analyst.call_map import Map
from services.analyst.holdings import find_real_estate
from services.analyst.residence import find_client_state
from tests.analyst.said import talk


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        (["C: I live in Vermont."], "VT"),
        (["A: And where do you live?", "C: Boise."], "ID"),
        (["C: We moved here from Nevada, we live in Utah now."], "UT"),
        (["C: My son lives in Ohio.", "A: And you're in Maine?", "C: Yes, in Maine."], "ME"),
        (["A: My office is in Texas.", "C: I'm up in Oklahoma."], "OK"),
        (["C: My number is 503-555-0142.", "A: And you are in Portland?", "C: Yes."], "OR"),
    ],
)
def test_the_state_is_where_the_client_lives_today(lines: list[str], state: str) -> None:
    said = talk(*lines)
    found = find_client_state(said, Map(said))
    assert found is not None
    assert found.value == state
    assert all(quote["quote"] in said.turns[quote["turn"]].text for quote in found.quotes)


def test_a_call_without_a_place_has_no_state() -> None:
    said = talk("A: How are you?", "C: Good. May I ask what a trust is?")
    assert find_client_state(said, Map(said)) is None


@pytest.mark.parametrize(
    ("words", "count", "states"),
    [
        ("We own our house and two rentals.", 3, ["KS"]),
        ("We own our house and we have a cabin in Colorado.", 2, ["CO", "KS"]),
        ("We own our house. My sister has a condo in Florida.", 1, ["KS"]),
        ("We own our house. If we ever buy a condo it'd be in Florida.", 1, ["KS"]),
    ],
)
def test_what_is_owned_is_counted_and_located(words: str, count: int, states: list[str]) -> None:
    said = talk("A: What do you own?", f"C: {words}")
    counted, located = find_real_estate(said, Map(said), "KS")
    assert counted is not None
    assert located is not None
    assert counted.value == count
    assert sorted(located.value) == states
