"""The form that a model fills in: after any firm's playbook, plain to a server, forgiving to a model."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.model_mind.form import MOST_QUOTES, form_of
from services.model_mind.prompts import system_prompt
from services.model_replies import NotTheForm, read, schema_of
from services.playbooks.loader import Playbook, load
from services.playbooks.model import Choice, Field
from tests.model_mind.cases import CLAIMS, HOME, answer

FIRMS = [load(), load(HOME)]
LISTS = ["products_discussed", "objections", "outcome", "next_steps"]


def filled(given: Any, playbook: Playbook | None = None) -> dict[str, Any]:
    form = form_of(playbook or load())
    return read(given if isinstance(given, str) else json.dumps(given), form).model_dump(by_alias=True)


@pytest.mark.parametrize("playbook", FIRMS, ids=lambda playbook: playbook.name)
def test_the_form_asks_for_every_field_of_the_firm_and_for_nothing_else(playbook: Playbook) -> None:
    schema = schema_of(form_of(playbook))
    assert schema["required"] == [*(field.name for field in playbook.fields), *LISTS]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("playbook", FIRMS, ids=lambda playbook: playbook.name)
def test_choices_are_the_firm_s_own_words(playbook: Playbook) -> None:
    definitions = schema_of(form_of(playbook))["$defs"]
    assert definitions["Product"]["properties"]["value"]["enum"] == [one.name for one in playbook.products]
    assert definitions["Objection"]["properties"]["value"]["enum"] == [one.name for one in playbook.objections]
    assert definitions["Outcome"]["properties"]["value"]["enum"] == [one.name for one in playbook.outcomes]
    enums = [each["properties"]["value"].get("enum") for name, each in definitions.items() if "Choice" in name]
    assert enums == [list(field.words) for field in playbook.fields if field.type == "choice"]


@pytest.mark.parametrize("playbook", FIRMS, ids=lambda playbook: playbook.name)
def test_the_schema_is_small_and_has_nothing_that_servers_drop(playbook: Playbook) -> None:
    told = json.dumps(schema_of(form_of(playbook)))
    assert len(told) < 6_000
    assert "pattern" not in told
    assert "default" not in told


@pytest.mark.parametrize("playbook", FIRMS, ids=lambda playbook: playbook.name)
def test_nothing_stands_beside_a_reference_for_openai_s_servers_refuse_that(playbook: Playbook) -> None:
    def parts(node: Any) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            yield node
        for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from parts(each)

    references = [part for part in parts(schema_of(form_of(playbook))) if "$ref" in part]
    assert references
    assert all(len(part) == 1 for part in references)


@pytest.mark.parametrize("playbook", FIRMS, ids=lambda playbook: playbook.name)
def test_quotes_come_before_the_value_that_they_show(playbook: Playbook) -> None:
    definitions = schema_of(form_of(playbook))["$defs"]
    orders = [list(each["properties"]) for each in definitions.values() if "quotes" in each.get("properties", {})]
    assert orders
    assert all(order[0] == "quotes" for order in orders)


def test_a_whole_answer_comes_back_under_the_names_of_the_record() -> None:
    assert filled(answer(**CLAIMS)) == answer(**CLAIMS)


def test_what_is_left_out_was_not_said() -> None:
    assert filled(CLAIMS) == answer(**CLAIMS)


def test_an_answer_with_none_of_the_keys_is_not_the_form() -> None:
    with pytest.raises(NotTheForm, match="none of the keys"):
        filled({"client": "Ann Hall", "amount": 4500})


def test_values_in_other_shapes_are_taken_for_others_to_judge() -> None:
    given = filled(
        {"deal_amount": 4500, "client_state": {"value": "Ohio", "quotes": "Columbus"}} | {"objections": None}
    )
    assert given["deal_amount"] == {"quotes": [], "value": 4500}
    assert given["client_state"] == {"quotes": [{"turn": -1, "quote": "Columbus"}], "value": "Ohio"}
    assert given["objections"] == []
    assert filled({"client_state": {"value": "OH", "quotes": ["in Ohio"]}})["client_state"]["quotes"] == [
        {"turn": -1, "quote": "in Ohio"}
    ]


@pytest.mark.parametrize(("turn", "known"), [("12", 12), ("[12]", 12), ("turn 12", 12), ("", -1), (None, -1)])
def test_a_turn_s_number_is_taken_as_models_write_it(turn: Any, known: int) -> None:
    given = filled({"deal_amount": {"value": 1, "quotes": [{"turn": turn, "quote": "one"}]}})
    assert given["deal_amount"]["quotes"] == [{"turn": known, "quote": "one"}]


def test_more_quotes_than_were_asked_for_are_cut_off() -> None:
    quotes = [{"turn": number, "quote": "so"} for number in range(9)]
    assert filled({"deal_amount": {"value": 1, "quotes": quotes}})["deal_amount"]["quotes"] == quotes[:MOST_QUOTES]


def test_a_firm_may_name_its_fields_as_python_names_its_own_things() -> None:
    names = ["copy", "json", "model_year", "schema", "class", "model_dump"]
    odd = tuple(Field(name, name, "count") for name in names)
    playbook = _with_fields(*odd, Field("fit", "Fit", "choice", (Choice("Good", ()), Choice("Bad", ()))))
    assert list(filled(dict.fromkeys(names, 3), playbook))[: len(names)] == names


@pytest.mark.parametrize("playbook", FIRMS, ids=lambda playbook: playbook.name)
def test_the_task_names_every_field_choice_and_kind_of_end_of_the_firm(playbook: Playbook) -> None:
    task = system_prompt(playbook)
    wanted = [one.name for one in playbook.fields] + [one.name for one in playbook.products]
    wanted += [one.name for one in playbook.objections] + [one.name for one in playbook.outcomes]
    wanted += [word for field in playbook.fields for word in field.words]
    assert [word for word in wanted if word not in task] == []


def test_a_task_says_nothing_of_another_trade() -> None:
    task = system_prompt(load(HOME)) + json.dumps(schema_of(form_of(load(HOME))))
    words = ["estate", "trust", "probate", "spouse", "marital", "children"]
    assert [word for word in words if word in task.lower()] == []


def _with_fields(*fields: Field) -> Playbook:
    known = {name: getattr(load(), name) for name in load().__dataclass_fields__}
    return Playbook(**(known | {"fields": fields}))
