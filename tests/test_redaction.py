"""What leaves for a model where words are redacted, and that all of it comes back."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import text

from db.engine import Database
from services.analyst.contact import find_phone
from services.analyst.dialogue import Talk
from services.calls.model import Call, Header, Speaker, Turn
from services.calls.names import HONORIFICS
from services.calls.reader import read
from services.evidence import stands
from services.model_mind.asking import ModelMind
from services.model_mind.fence import fenced
from services.model_mind.redaction import Redaction
from services.model_mind.redaction_people import ordinary_words
from services.settings import settings as chosen
from tests.asking import asking_of
from tests.fake_model import says

DATA = Path(__file__).parent / "data"
CALLS = sorted((DATA / "calls").glob("*.gold.json"))
FRESH = sorted((DATA / "fresh_calls").glob("*.gold.json"))  # on which nothing of the redaction was written
# Words of labels that are nobody's name: what one speaks through, what one is, and a firm's name.
_NO_NAMES = HONORIFICS | frozenset(
    "speaker ipad guest mobile kitchen host client advisor engine keel lantern unknown lakeshore trust law".split()
)


def _call(path: Path) -> tuple[Call, dict[str, Any]]:
    gold = json.loads(path.read_text(encoding="utf-8"))
    file = path.parent / gold["file"]
    return read(file.name, file.read_bytes()), gold


def _made_call(*said: str, client: str = "Will Ferrante") -> Call:
    speakers = (Speaker("Dana Whitfield", "advisor"), Speaker(client, "client"))
    turns = tuple(Turn(speakers[index % 2].name, text) for index, text in enumerate(said))
    return Call("1", "1", "plain", Header(client_name=client), speakers, turns)


def _list_of(gold: dict[str, Any]) -> Iterator[str]:
    """The words of names that may not leave, as a person labelled them."""
    spouse = gold["facts"].get("spouse_name", {}).get("value")
    labels = [name for names in gold["speakers"].values() for name in names]
    for name in [gold["header"].get("client_name"), spouse, *labels]:
        yield from (word for word in re.findall(r"[^\W\d_]{2,}", name or "") if word.lower() not in _NO_NAMES)


@pytest.mark.parametrize("path", [*CALLS, *FRESH], ids=lambda path: path.name)
def test_nothing_of_the_list_leaves_and_all_comes_back(path: Path) -> None:
    call, gold = _call(path)
    redaction = Redaction.of({"call": call})
    hidden = redaction.hide(call.full_text)

    for word in _list_of(gold):
        anyhow = 0 if word.lower() in ordinary_words() else re.IGNORECASE
        assert not re.search(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])", hidden, anyhow), word
    assert (gold["header"].get("client_email") or "@").lower() not in hidden.lower()
    assert "@" not in hidden
    turns = [{"text": redaction.hide(turn.text), "side": call.side_of(turn.speaker)} for turn in call.turns]
    assert find_phone(Talk(turns)) is None
    assert redaction.restore(hidden) == call.full_text


@pytest.mark.parametrize("path", CALLS[::7], ids=lambda path: path.name)
def test_what_the_model_quotes_stands_in_its_turn_again(path: Path) -> None:
    call, _ = _call(path)
    redaction = Redaction.of({"call": call})
    dialogue = [{"text": turn.text, "side": call.side_of(turn.speaker)} for turn in call.turns]
    for index, turn in enumerate(call.turns):
        quoted = " ".join(re.findall(r"\[[^\]]*\]\S*|\S+", redaction.hide(turn.text))[:30])
        assert stands(dialogue, {"turn": index, "quote": redaction.restore(quoted)})


@pytest.mark.parametrize("path", CALLS[::10], ids=lambda path: path.name)
def test_the_marks_of_a_call_are_the_same_for_every_question(path: Path) -> None:
    call, _ = _call(path)
    dialogue = [{"speaker": turn.speaker, "text": turn.text, "side": "client"} for turn in call.turns]
    first, second = Redaction.of({"call": call}), Redaction.of({"call": call})
    second.hide("Zebulon Quartermain, 555-555-0199, zeb@quartermain.example, 12 Elm Street, and [PERSON 1]")

    assert first.hide(fenced(dialogue)) == second.hide(fenced(dialogue))


def test_one_person_has_one_mark_in_full_in_short_and_as_an_owner() -> None:
    call = _made_call("Is this Mr. Ferrante?", "Will, please. Will's fine. My wife Carla is here, Carla Ferrante.")
    redaction = Redaction.of({"call": call})

    assert redaction.hide(call.turns[0].text) == "Is this Mr. [SURNAME 1]?"
    assert redaction.hide("Will's house, and Carla's") == "[PERSON 1]'s house, and [PERSON 3]'s"
    assert redaction.hide("Will Ferrante and Carla Ferrante") == "[PERSON 1] [SURNAME 1] and [PERSON 3] [SURNAME 1]"
    assert redaction.hide("the Ferrantes will be there") == "the [SURNAME 1]s will be there"
    assert redaction.restore("[PERSON 1b]") == "[PERSON 1b]"  # nobody wrote the name in another way


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("Call me at 605-555-0114.", "Call me at [PHONE 1]."),
        ("Call me at (605) 555 0114.", "Call me at [PHONE 1]."),
        ("Six oh five, five five five, oh one one four.", "[PHONE 1]."),
        ("My cell is two ten, five five five, zero one six three.", "My cell is [PHONE 1]."),
        ("It's ann at example dot com.", "It's [EMAIL 1]."),
        ("Write to ann.hall@example.co.uk, please.", "Write to [EMAIL 1], please."),
        ("My social is 123-45-6789.", "My social is [NUMBER 1]."),
        ("It's four one one one, one one one one, one one one one, one one one one.", "It's [NUMBER 1]."),
        ("The card is 4111 1111 1111 1111.", "The card is [NUMBER 1]."),
        ("The account ends in 4821.", "The account ends in [NUMBER 1]."),
        ("We live at 412 Maple Street, Apt 4B.", "We live at [ADDRESS 1]."),
        ("It's in Cranston, Rhode Island 02910.", "It's in [TOWN 1], Rhode Island [ZIP 1]."),
        ("It's 12 elm street.", "It's [ADDRESS 1]."),
        ("See https://ferrante.example/plan?id=3 for it.", "See [LINK 1] for it."),
        ("That's Q-U-E-N-N-E-V-I-L-L-E.", "That's [SPELLED 1]."),
    ],
)  # fmt: skip
def test_numbers_and_addresses_are_hidden_written_or_said(said: str, hidden: str) -> None:
    redaction = Redaction.of({"call": _made_call("Hello.", said)})
    assert redaction.hide(said) == hidden
    assert redaction.restore(hidden) == said


@pytest.mark.parametrize(
    "said",
    [
        "The house is worth $1,250,000, and we owe 312,000 on it.",
        "I'm fifty-six, she's 54, and we married in 1998.",
        "We met on 2025-04-15 and on 4/15/2025, at 10:30.",
        "The plan is forty-six hundred, half today, half on the first of March.",
        "We have a lot in North Carolina and a condo in New York, Florida or Texas.",
        "Fifty, sixty, seventy thousand; three twenty, five twenty, four ten.",
        "An IRA at Vanguard, a Roth, and the VA pension; Medicare pays the rest.",
        "Does the Probate Court see the will? I will ask.",
    ],
)
def test_amounts_ages_dates_states_and_public_names_stay(said: str) -> None:
    assert Redaction.of({"call": _made_call("Hello.", said)}).hide(said) == said


def test_marks_that_a_call_holds_are_no_way_to_a_name() -> None:
    call = _made_call("Hello, Will.", "Who is [PERSON 1]? And [ person 2 ], and [SURNAME 1]?")
    redaction = Redaction.of({"call": call})
    hidden = redaction.hide(call.turns[1].text)

    assert hidden == "Who is [SAID 1]? And [SAID 2], and [SAID 3]?"
    assert redaction.restore(hidden) == call.turns[1].text


def test_marks_are_found_in_whatever_an_answer_holds_and_as_sloppily_as_models_write_them() -> None:
    redaction = Redaction.of({"call": _made_call("Hello, Will.", "My wife Carla says hello.")})
    answer = {"name": "[PERSON 1] [SURNAME 1]", "quotes": [{"turn": 1, "quote": "my wife [person 3]"}], "n": 3}

    assert redaction.restore(answer) == {
        "name": "Will Ferrante",
        "quotes": [{"turn": 1, "quote": "my wife Carla"}],
        "n": 3,
    }
    assert redaction.restore("Dear [ Person 1 ], [PERSON 99] and [1]") == "Dear Will, [PERSON 99] and [1]"


def test_a_call_of_which_only_the_dialogue_is_left_is_redacted_too() -> None:
    dialogue = [{"speaker": "Will Ferrante", "text": "My wife is Carla.", "side": "client"}]
    assert Redaction.of({"dialogue": dialogue}).hide("Will Ferrante: Carla") == "[PERSON 1] [SURNAME 1]: [PERSON 2]"
    assert Redaction.of({}).hide("Hello.") == "Hello."


def test_words_written_without_capitals_hide_their_names_too() -> None:
    call = _made_call("hello is this will", "yes my wife deborah and i live here and my number is 605 555 0114")
    hidden = Redaction.of({"call": call}).hide(call.turns[1].text)
    assert hidden == "yes my wife [PERSON 3] and i live here and my number is [PHONE 1]"


class _Found(BaseModel):
    client: str
    quotes: list[str]


def test_the_server_and_the_record_see_marks_and_the_agent_sees_names(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _made_call("Hello, Will.", "My wife Carla and I live at 12 Elm Street; call me at 605-555-0114.")
    dialogue = [{"speaker": turn.speaker, "text": turn.text, "side": call.side_of(turn.speaker)} for turn in call.turns]
    answer = {"client": "[PERSON 1] [SURNAME 1]", "quotes": ["My wife [PERSON 3] and I live at [ADDRESS 1]"]}
    with asking_of(database, monkeypatch) as asking:
        asking.server.usual = says(json.dumps(answer))
        mind = ModelMind(asking.model(model_redact="true", model_timeout="20"), chosen())
        asked = mind.about({"call": call, "run_id": "run-1"}, "Knowledge Analyst")
        found = asked.structured("extract", "Who is the client?", fenced(dialogue), _Found).value
        sent = json.dumps(asking.server.asked[0].body["messages"], ensure_ascii=False)
    with database.session() as session:
        kept = str(session.execute(text("SELECT answer FROM model_answers")).all())

    assert found == _Found(client="Will Ferrante", quotes=["My wife Carla and I live at 12 Elm Street"])
    assert stands(dialogue, {"turn": 1, "quote": found.quotes[0]})
    for private in ("Will", "Ferrante", "Carla", "Whitfield", "Elm", "0114"):
        assert private not in sent + kept
    assert "[PERSON 3]" in sent


_KNOWN = (
    "Will will Ferrante FERRANTE Ferrantes Carla's [PERSON 1] [person 1b] [SAID 2] [ ] PERSON 1 605-555-0114 oh one two"
    " three four five six ann@example.com at dot com Cranston Maple Street 123-45-6789 F-E-R-R-A-N-T-E 1998"
)
_PIECES = st.one_of(st.sampled_from([*_KNOWN.split(), "[PERSON 1]", "[ NUMBER 3 ]"]), st.text(max_size=12))


@given(st.lists(st.tuples(_PIECES, st.sampled_from([" ", "", "\n", ", "])), max_size=30))
@example([("[", ""), ("PERSON ", ""), ("1", ""), ("]", "")])
@settings(deadline=None, max_examples=60)
def test_whatever_is_hidden_comes_back_as_it_was(pieces: list[tuple[str, str]]) -> None:
    said = "".join(piece + joint for piece, joint in pieces)
    redaction = Redaction.of({"call": _made_call("Hello, Will. How is Carla?", said)})
    assert redaction.restore(redaction.hide(said)) == said
    assert redaction.restore({"a": [redaction.hide(said)]}) == {"a": [said]}
