"""What one call tells: only what is supported, with its proof; and any JSON of an older system without a fault."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.memory.graph_builder import HouseholdOf, subgraph_of
from services.memory.graph_model import KINDS, Edge, Kind, SubGraph
from tests.example_rows import fact, petra
from tests.memory.graph_reference import MadeUp

HOUSE = HouseholdOf(7, "Petra Holm")


def built(people_said: tuple[str, ...] = (), **changed: Any) -> SubGraph:
    """The sub-graph of Petra's call, with other values in its record."""
    row = petra(**changed)
    call = MadeUp(3, "call-petra", row["crm_data"], row["extracted_data"], row["dialogue"], row["call"])
    return subgraph_of(call, HOUSE, people_said)


def edges(told: SubGraph, kind: Kind) -> list[Edge]:
    return [edge for edge in told.edges if edge.kind == kind]


def test_an_objection_tells_its_words_its_answer_and_the_end() -> None:
    [raised] = edges(built(), "RAISED")
    assert raised.target == ("Objection", "price")
    assert raised.props == {
        "category": "Price",
        "state": "verified",
        "source": "builtin",
        "quotes": ["more than I expected"],
        "turns": [5],
        "turn": 5,
        "answer": "Let us meet again Tuesday at three.",
        "answer_turn": 6,
        "ended": "Follow-up Scheduled",
    }


def test_what_the_record_holds_without_support_is_not_told() -> None:
    assert "Spouse or family must decide" not in {edge.props["category"] for edge in edges(built(), "RAISED")}
    told = built(outcome="Won", spouse_name="Somebody", children_count=9, real_estate_locations=["OH"])
    assert not any(edges(told, kind) for kind in ("ENDED_AS", "MARRIED_TO", "PARENT_OF", "OWNS"))


def test_a_persons_word_is_told_as_that_with_quotes_only_where_they_prove_it() -> None:
    [spouse] = edges(built(("spouse_name",), spouse_name="Jens"), "MARRIED_TO")
    assert (spouse.props["state"], spouse.props["turns"]) == ("human", [5])
    [spouse] = edges(built(("spouse_name",), spouse_name="Jonas"), "MARRIED_TO")
    assert (spouse.props["state"], spouse.props["turns"]) == ("human", [])


def test_a_voice_without_a_name_is_no_adviser() -> None:
    row = petra()
    for turn in row["dialogue"]:
        turn["speaker"] = "Speaker 1" if turn["side"] == "advisor" else turn["speaker"]
    call = MadeUp(3, "x", row["crm_data"], row["extracted_data"], row["dialogue"], row["call"])
    assert not edges(subgraph_of(call, HOUSE), "LED")


def test_more_properties_than_places_are_told_without_a_place() -> None:
    row = petra(real_estate_locations=["OH", "OH"], real_estate_count=3)
    row["extracted_data"]["facts"] |= {
        "real_estate_locations": fact(["OH", "OH"], 3, "the house"),
        "real_estate_count": fact(3, 3, "three of them"),
    }
    call = MadeUp(3, "x", row["crm_data"], row["extracted_data"], row["dialogue"], row["call"])
    keys = [edge.target[1] for edge in edges(subgraph_of(call, HOUSE), "OWNS")]
    assert keys == ["7/property/oh/1", "7/property/oh/2", "7/property/?/3"]


NAMES = (
    "value state evidence turn quote category facts outcome objections products_discussed spouse_name children_count"
    " real_estate_locations real_estate_count business_interests speaker side text header meeting_title meeting_date"
).split()
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["verified"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(json, json, json, json)
def test_whatever_an_older_system_left_makes_a_graph_that_fits(crm: Any, found: Any, dialogue: Any, call: Any) -> None:
    told = subgraph_of(MadeUp(1, "x", crm, found, dialogue, call), HOUSE, ("spouse_name", "objections", "outcome"))
    nodes = {(node.label, node.key) for node in told.nodes}
    for edge in told.edges:
        assert {edge.source, edge.target} <= nodes
        assert (edge.source[0], edge.target[0]) in KINDS[edge.kind]
    for props in [*(node.props for node in told.nodes), *(edge.props for edge in told.edges)]:
        for value in props.values():
            assert all(type(each) in (str, int, float, bool, type(None)) for each in listed(value))
            assert all(-(2**63) <= each < 2**63 for each in listed(value) if isinstance(each, int))


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
