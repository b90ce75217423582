"""A firm's own fields, read by type: every case is a few turns in which one field is said, or isn't."""

from typing import Any

import pytest

from services.agents.contract import Quote
from services.analyst.dialogue import Talk
from services.analyst.fields import find_fields
from services.evidence import check
from services.playbooks.loader import Playbook, load

REST = """\
name = "Kennels"
stages = ["New", "Won"]
[email]
greeting = "Hello"
closing = "Yours,"
[[products]]
name = "Stay"
cues = ["stay"]
[[objections]]
name = "Price"
cues = ["too much"]
[[phases]]
name = "hello"
at = 0.1
spread = 0.1
length = 3
[[outcomes]]
name = "Booked"
role = "won"
stage = "Won"
client = ["book it"]
[[fields]]
name = "age"
label = "Age"
type = "count"
most = 30
cues = ["how old ?", "he's|she's {number}", "age", "birthday"]
[[fields]]
name = "litters"
label = "Litters"
type = "count"
cues = ["litter*", "{number} litters|litter"]
[[fields]]
name = "worth"
label = "Worth"
type = "money"
least = 1_000
most = 900_000
cues = ["worth", "paid for him|her"]
[[fields]]
name = "budget"
label = "Budget"
type = "money"
cues = ["spend*", "budget", "set aside"]
[[fields]]
name = "quoted"
label = "Quoted"
type = "money"
said_by = "advisor"
cues = ["comes to", "i can do", "you spend|spent (-2)"]
[[fields]]
name = "coat"
label = "Coat"
type = "choice"
choices = ["Short", "Long", "Wire-haired"]
cues = ["coat", "fur", "hair"]
wording = { Long = ["long", "shaggy", "fluffy"] }
[[fields]]
name = "vet"
label = "Vet"
type = "text"
cues = ["vet is", "who's|who_is your vet ?", "we see|use"]
[[fields]]
name = "foods"
label = "Foods"
type = "texts"
cues = ["eat* ?", "feed* ?"]
[[fields]]
name = "second_phone"
label = "Second phone"
type = "phone"
cues = ["wife's|husband's|other number|cell"]
[[fields]]
name = "cabin_state"
label = "Cabin"
type = "state"
cues = ["cabin"]
[[fields]]
name = "for_hand"
label = "Filled by hand"
type = "text"
"""

A, C = "advisor", "client"
Turns = list[tuple[str, str]]


@pytest.fixture(scope="module")
def playbook(tmp_path_factory: pytest.TempPathFactory) -> Playbook:
    path = tmp_path_factory.mktemp("playbook") / "kennels.toml"
    path.write_text(REST, encoding="utf-8")
    return load(path)


SAID: list[tuple[str, Turns, Any]] = [
    ("age", [(A, "How old is he?"), (C, "Seven.")], 7),
    ("age", [(A, "And how old is he now?"), (C, "Uh, he just turned twelve in May.")], 12),
    ("age", [(C, "She's eleven, if you can believe it.")], 11),
    ("age", [(A, "So how old, nine?"), (C, "Yeah, that's right.")], 9),
    ("age", [(A, "Tell me his age."), (C, "Four.")], 4),
    ("age", [(A, "How old is he?"), (C, "Eight. No wait."), (C, "He's nine, nine.")], 9),
    ("age", [(C, "His age? He'd be fourteen.")], 14),
    ("age", [(A, "How old is he?"), (C, "We got him in 2019, so he's six.")], 6),
    ("litters", [(A, "Any litters so far?"), (C, "No, never.")], 0),
    ("litters", [(A, "Any litters?"), (C, "Nope, not in six years.")], 0),
    ("litters", [(C, "She never had a litter.")], 0),
    ("litters", [(A, "Any litters?"), (C, "Three litters, all healthy.")], 3),
    ("litters", [(C, "She had a litter in 2021.")], 1),
    ("worth", [(C, "I'm told he's worth twelve thousand.")], 12_000),
    ("worth", [(A, "What's he worth?"), (C, "About four fifty, they said at the show.")], 450_000),
    ("worth", [(C, "I paid for him $2,500, plus the 3 vaccinations.")], 2_500),
    ("budget", [(A, "What did you plan to spend?"), (C, "Eight hundred, tops.")], 800),
    ("budget", [(C, "We set aside fifteen hundred for 10 days.")], 1_500),
    ("budget", [(C, "We can spend six hundred. Hm."), (A, "Okay."), (C, "Say we spend seven hundred.")], 700),
    ("quoted", [(A, "That comes to nine forty."), (C, "Oh."), (A, "I can do eight ninety.")], 890),
    ("coat", [(A, "Is the coat long or short?"), (C, "It's short.")], "Short"),
    ("coat", [(C, "His fur is so shaggy now.")], "Long"),
    ("coat", [(C, "The coat isn't long, it's wire-haired.")], "Wire-haired"),
    ("coat", [(A, "So the coat is short?"), (C, "Right.")], "Short"),
    ("vet", [(C, "Our vet is Dr. Amara Osei on Fifth.")], "Dr. Amara Osei"),
    (
        "vet",
        [(A, "Who's your vet?"), (C, "Uh, Greenfield Animal Hospital, for years now.")],
        "Greenfield Animal Hospital",
    ),
    ("foods", [(A, "What does he eat?"), (C, "Just dry kibble, and rice.")], ["dry kibble", "rice"]),
    ("second_phone", [(C, "My wife's cell is 614-555-0117.")], "614-555-0117"),
    ("cabin_state", [(C, "We take him to the cabin in Montana.")], "MT"),
]

NOT_SAID: list[tuple[str, Turns]] = [
    ("age", [(A, "How old is he?"), (C, "No idea, he's a rescue.")]),
    ("age", [(A, "How old is he?"), (C, "We got him in 2019.")]),
    ("age", [(A, "How old is he?"), (C, "He's a good boy."), (A, "And the stay?"), (C, "Ten days.")]),
    ("age", [(A, "He's fourteen, my own dog.")]),
    ("litters", [(A, "Is he neutered?"), (C, "No.")]),
    ("worth", [(C, "He's worth every penny, all 40 pounds of him.")]),
    ("budget", [(C, "We'd spend the 3 days at my mother's.")]),
    ("quoted", [(C, "At the other place it comes to six hundred.")]),
    ("quoted", [(A, "You spend twelve hundred and I can do better than that.")]),
    ("coat", [(C, "His coat is long on the back and short on the legs.")]),
    ("coat", [(A, "We like a long coat here.")]),
    ("vet", [(A, "Who's your vet?"), (C, "No, we don't have one yet.")]),
    ("foods", [(A, "What does he eat?"), (C, "I don't know, ask my wife.")]),
    ("vet", [(A, "Who's your vet?"), (C, "Oh gosh. My husband does that.")]),
    ("litters", [(C, "My brother had three litters and sold them all.")]),
    ("cabin_state", [(C, "We live in Montana.")]),
    ("for_hand", [(C, "Filled by hand, it says.")]),
]


def dialogue(turns: Turns) -> list[dict[str, Any]]:
    names = {A: "Ida", C: "Sam"}
    return [{"speaker": names[side], "side": side, "text": text, "phase": None} for side, text in turns]


@pytest.mark.parametrize(("field", "turns", "value"), SAID)
def test_a_field_takes_what_is_said_beside_its_cues_or_answered_to_them(
    playbook: Playbook, field: str, turns: Turns, value: Any
) -> None:
    said = dialogue(turns)
    found = find_fields(Talk(said), playbook)[field]
    assert found.value == value
    assert check(said, field, found.value, list(found.quotes), playbook) in ("verified", "paraphrased")


@pytest.mark.parametrize(("field", "turns"), NOT_SAID)
def test_what_is_not_said_of_a_field_is_not_discussed(playbook: Playbook, field: str, turns: Turns) -> None:
    assert field not in find_fields(Talk(dialogue(turns)), playbook)


def test_another_fields_number_is_left_to_it(playbook: Playbook) -> None:
    said = dialogue([(A, "How old is she, and any litters?"), (C, "Three litters, and she's nine.")])
    found = find_fields(Talk(said), playbook)
    assert (found["age"].value, found["litters"].value) == (9, 3)


def test_a_claim_that_its_words_do_not_give_is_not_verified(playbook: Playbook) -> None:
    said = dialogue([(A, "How old is he?"), (C, "Seven.")])
    quotes: list[Quote] = [{"turn": 1, "quote": "Seven."}]
    assert check(said, "age", 7, quotes, playbook) == "verified"
    assert check(said, "age", 8, quotes, playbook) == "paraphrased"
    assert check(said, "age", 7, [{"turn": 0, "quote": "Seven."}], playbook) == "unsupported"
    assert check(said, "coat", "Long", [{"turn": 1, "quote": "Seven."}], playbook) == "paraphrased"
    said = dialogue([(C, "His fur is so shaggy now.")])
    assert check(said, "coat", "Long", [{"turn": 0, "quote": "so shaggy"}], playbook) == "verified"
