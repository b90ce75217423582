"""Two readings made one: what the call supports better stands, nothing is counted on the model's word alone."""

from typing import Any

import pytest

from services.agents import findings
from services.agents.contract import Extraction, Fact, Objection, State
from services.model_mind.merge import both_minds, of_windows, same, same_step
from services.playbooks.loader import load
from tests.model_mind.cases import dialogue, extraction, fact, step

STATES: list[State] = ["verified", "paraphrased", "unsupported", "not discussed"]


def merged(ours: dict[str, Fact], theirs: dict[str, Fact]) -> Extraction:
    return both_minds(extraction(ours), extraction(theirs), load())


def of_state(state: State, value: Any, source: str) -> Fact:
    return fact(None if state == "not discussed" else value, state, source=source)


def objection(category: str, state: State, source: str = "builtin") -> Objection:
    return {"category": category, "state": state, "evidence": [{"turn": 1, "quote": "so"}], "source": source}  # type: ignore[typeddict-item]


def of_parts(*found: Extraction) -> Extraction:
    said = dialogue("We have a shop, Blue Door.", "And Red Roof, the other one.", "Nothing else.")
    return of_windows(found, said, load())


@pytest.mark.parametrize("ours", STATES)
@pytest.mark.parametrize("theirs", STATES)
def test_the_better_supported_value_stands_and_the_analyst_s_where_both_are_alike(ours: State, theirs: State) -> None:
    pair = of_state(ours, "Ellen", "builtin"), of_state(theirs, "Helen", "model")
    result = merged({"spouse_name": pair[0]}, {"spouse_name": pair[1]})
    stands, other = pair if STATES.index(ours) <= STATES.index(theirs) else pair[::-1]
    assert result["facts"]["spouse_name"] == stands
    assert result.get("beside", {}) == ({"spouse_name": other} if other["value"] is not None else {})


def test_an_equal_value_is_the_analyst_s_with_its_quotes_and_nothing_stands_beside_it() -> None:
    ours, theirs = fact(4500.0, "verified", 3), fact(4500, "verified", 9, "model")
    result = merged({"deal_amount": ours}, {"deal_amount": theirs})
    assert result["facts"]["deal_amount"] == ours
    assert "beside" not in result


def test_an_equal_value_that_only_the_model_proved_has_the_model_s_quotes() -> None:
    ours, theirs = fact("Ellen", "paraphrased", 3), fact("ellen", "verified", 9, "model")
    result = merged({"spouse_name": ours}, {"spouse_name": theirs})
    assert result["facts"]["spouse_name"] == theirs
    assert "beside" not in result


def test_the_outcome_is_merged_like_a_fact() -> None:
    ours, theirs = fact("Pending", "paraphrased"), fact("Won", "verified", 8, "model")
    result = both_minds(extraction(outcome=ours), extraction(outcome=theirs), load())
    assert (result["outcome"], result["beside"]) == (theirs, {"outcome": ours})
    assert "outcome" not in result["facts"]


def test_an_item_of_both_stands_once_with_its_better_words() -> None:
    ours = [objection("Price", "paraphrased"), objection("Timing", "verified")]
    theirs = [objection("Timing", "verified", "model"), objection("Price", "verified", "model")]
    result = both_minds(extraction(objections=ours), extraction(objections=theirs), load())
    assert result["objections"] == [theirs[1], ours[1]]


@pytest.mark.parametrize(
    ("state", "kept"),
    [("verified", "verified"), ("paraphrased", "unsupported"), ("unsupported", "unsupported")],
)
def test_an_item_that_the_model_alone_has_counts_only_if_it_is_verified(state: State, kept: State) -> None:
    result = both_minds(
        extraction(),
        extraction(
            products_discussed=[fact("Will", state, source="model")],
            objections=[objection("Price", state, "model")],
            next_steps=[step("I'll send the deed", state, 2, "model")],
        ),
        load(),
    )
    (product,), (concern,), (promise,) = (result[part] for part in ("products_discussed", "objections", "next_steps"))
    assert product["state"] == concern["state"] == promise["state"] == kept
    counted = findings.products(result) + findings.objections(result) + findings.next_steps(result)
    assert len(counted) == (3 if kept == "verified" else 0)


def test_what_the_analyst_alone_has_stays_as_it_is() -> None:
    ours = extraction(
        {"spouse_name": fact("Ellen", "paraphrased")},
        products_discussed=[fact("Will", "paraphrased")],
        objections=[objection("Price", "paraphrased")],
        outcome=fact("Won", "paraphrased"),
        next_steps=[step("I'll send the deed", "paraphrased")],
    )
    assert both_minds(ours, extraction(), load()) == ours


def test_neither_reading_is_changed() -> None:
    ours = extraction({"spouse_name": fact("Ellen")}, objections=[objection("Price", "paraphrased")])
    theirs = extraction({"spouse_name": fact("Helen")}, objections=[objection("Timing", "paraphrased", "model")])
    before = repr((ours, theirs))
    both_minds(ours, theirs, load())
    assert repr((ours, theirs)) == before


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("I'll send you my deed by Friday", "send the deed by Friday", True),
        ("I'll send you my deed", "I'll call benefits and get Jill off that policy", False),
        ("I'll email you the summary", "I'll email you the engagement letter", False),
    ],
)
def test_steps_are_one_by_their_telling_words(one: str, other: str, alike: bool) -> None:
    assert same_step(step(one, turn=1), step(other, turn=5)) is alike


def test_steps_of_different_people_are_two() -> None:
    assert not same_step(step("send the deed"), step("send the deed", owner="advisor"))


def test_the_model_s_steps_stand_where_they_were_said() -> None:
    ours = [step("call the bank", turn=2), step("sign the deed", turn=9)]
    theirs = [step("order the appraisal", turn=5, source="model"), step("sign the deed", turn=9, source="model")]
    result = both_minds(extraction(next_steps=ours), extraction(next_steps=theirs), load())
    assert result["next_steps"] == [ours[0], theirs[0], ours[1]]


@pytest.mark.parametrize(
    ("one", "other", "kind", "alike"),
    [
        (4500, 4500.0, "money", True),
        (4500, 4600, "money", False),
        ("555-010-2030", "(555) 010 2030", "phone", True),
        (["OH", "FL"], ["FL", "OH"], "states", True),
        (["OH"], ["FL", "OH"], "states", False),
        ("Blue Door, LLC", "Blue Door LLC", "text", True),
        ("李明", "王伟", "text", False),
    ],
)
def test_values_are_one_however_they_are_written(one: Any, other: Any, kind: Any, alike: bool) -> None:
    assert same(one, other, kind) is alike


def test_of_parts_the_better_supported_value_stands_and_not_the_last_one() -> None:
    early, late = fact("Ellen", "verified", 2), fact("a friend at church", "paraphrased", 90)
    result = of_parts(extraction({"spouse_name": early}), extraction({"spouse_name": late}), extraction())
    assert result["facts"]["spouse_name"] == early
    assert "beside" not in result


def test_of_parts_that_are_supported_alike_the_later_words_stand() -> None:
    early, late = fact(4000, "verified", 2), fact(4500, "verified", 90)
    for found in ([early, late], [late, early]):
        result = of_parts(*(extraction({"deal_amount": each}) for each in found))
        assert result["facts"]["deal_amount"] == late


def test_a_list_is_gathered_from_all_parts_and_judged_again() -> None:
    blue: Fact = {
        "value": ["Blue Door"],
        "state": "verified",
        "evidence": [{"turn": 0, "quote": "We have a shop, Blue Door."}],
        "source": "model",
    }
    red: Fact = {**blue, "value": ["Red Roof"], "evidence": [{"turn": 1, "quote": "And Red Roof"}]}
    result = of_parts(extraction({"business_interests": blue}), extraction({"business_interests": red}))
    gathered = result["facts"]["business_interests"]
    assert (gathered["value"], gathered["state"]) == (["Blue Door", "Red Roof"], "verified")
    assert gathered["evidence"] == blue["evidence"] + red["evidence"]


def test_items_of_several_parts_stand_once_and_lose_nothing() -> None:
    before = extraction(objections=[objection("Price", "paraphrased", "model")])
    after = extraction(
        objections=[objection("Price", "verified", "model"), objection("Timing", "paraphrased", "model")]
    )
    found = of_parts(before, after)["objections"]
    assert [(one["category"], one["state"]) for one in found] == [("Price", "verified"), ("Timing", "paraphrased")]
