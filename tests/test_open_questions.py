"""What is still to be asked: what nobody said, in the playbook's order, and nothing that answers itself."""

from pathlib import Path
from typing import Any

import pytest

from services.open_questions import question_of, questions
from services.playbooks.loader import load
from tests.example_rows import fact

BOOK = load()
INSURANCE = load(Path(__file__).parents[1] / "services" / "playbooks" / "home_insurance.toml")


def asked(**facts: dict[str, Any]) -> list[str]:
    return [each.field for each in questions(facts, BOOK)]


def test_with_nothing_said_everything_but_the_firms_own_figures_is_asked_in_the_playbooks_order() -> None:
    own = [field.name for field in BOOK.fields if field.name not in ("deal_amount", "deposit_amount")]
    assert asked() == own
    assert "deal_amount" not in asked()


def test_what_was_said_or_written_by_a_person_is_not_asked() -> None:
    said = fact("OH", 1, "in Ohio"), fact(3, 2, "three or so", "paraphrased"), {"value": 0, "state": "human"}
    left = asked(client_state=said[0], children_count=said[1], real_estate_count=said[2])
    assert not {"client_state", "children_count", "real_estate_count"} & set(left)


def test_a_claim_without_words_and_what_was_not_discussed_are_asked() -> None:
    left = asked(client_state=fact("OH", state="unsupported"), children_count=fact(None))
    assert {"client_state", "children_count"} <= set(left)


@pytest.mark.parametrize(("status", "is_asked"), [("Single", False), ("Widowed", False), ("Married", True)])
def test_a_spouse_is_asked_for_where_there_may_be_one(status: str, is_asked: bool) -> None:
    assert ("spouse_name" in asked(marital_status=fact(status, 1, "words"))) is is_asked


def test_where_there_is_no_property_its_place_is_not_asked() -> None:
    assert "real_estate_locations" not in asked(real_estate_count=fact(0, 1, "none"))
    assert "real_estate_locations" in asked(real_estate_count=fact(2, 1, "two"))
    assert "real_estate_locations" in asked(real_estate_count=fact(0, state="unsupported"))


def test_the_playbooks_wording_is_the_question_and_every_field_has_one_that_is_asked() -> None:
    first = next(each for each in questions({}, BOOK) if each.field == "client_state")
    assert (first.label, first.question) == ("State", "Which state do you live in, and do you own property in another?")
    for each in (*questions({}, BOOK), *questions({}, INSURANCE)):
        assert each.question.endswith("?")
        assert len(each.question) < 100


def test_a_field_without_a_wording_is_asked_for_by_its_label() -> None:
    field = INSURANCE.field("roof_age")
    assert field is not None
    assert field.question is None
    assert question_of(field) == f"How many are there: {field.label}?"


def test_a_playbook_may_say_that_a_field_is_not_asked_for(tmp_path: Path) -> None:
    words = (Path(__file__).parents[1] / "services" / "playbooks" / "estate_planning.toml").read_text()
    phone = 'question = "What is the best number to reach you?"'
    assert phone in words
    changed = tmp_path / "own.toml"
    changed.write_text(words.replace(phone, 'question = ""'))
    assert "client_phone" not in [each.field for each in questions({}, load(changed))]
