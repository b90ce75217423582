"""A client's name, their people, addresses and short quotes are found in a post however they are written."""

from typing import Any

import pytest

from services.calls.model import Header
from services.household_names import HouseholdNames
from services.playbooks.loader import load
from services.publish_guard import Private, findings_in
from tests.agents import examples

TURNS = (
    (
        "client",
        "My daughter Odalys and I run Blue Heron Books in Tulsa, worth four hundred thousand. Rubén is my partner.",
    ),
    ("advisor", "And where does your brother Thaddeus live?"),
    (
        "client",
        "Zebulon is my son. A trust is like a tuxedo on a mule, honestly. I found two lost hikers before lunch.",
    ),
    (
        "client",
        "My number is 918-555-0143 and my shop is at 88 Alder Street, write to corliss@abernathy.example.",
    ),
)

NAMES = [
    "We met corliss this week.",
    "We met corliss abernathy-dunn.",
    "We met C. Abernathy.",
    "We met Mrs. A-D this week.",
    "We met Mrs. A. this week.",
    "We met abernathy dunn.",
    "We met ABERNATHY.",
    "We met Abernathy‑Dunn.",
    "We met C0rliss.",
    "We met Сorliss.",
    "We met Cor\u200bliss.",
    "We met Cor\xadliss.",
    "We met Córliss.",
    "We met 𝐂𝐨𝐫𝐥𝐢𝐬𝐬.",
    "We met Ｃｏｒｌｉｓｓ.",
    "We met C o r l i s s.",
    "We met C.o.r.l.i.s.s today.",
    "We met Cor-liss.",
    "We met Corl*ss.",
    "We met C*****s Abern*thy.",
    "#CorlissStory matters.",
    "#corlissabernathy",
    "#TheAbernathyFamily",
    "#teamabernathy",
    "@corliss_ad",
    "corlissabernathy wrote.",
    "corliss.abernathy wrote",
    "corliss_abernathy wrote",
    "Corliss's plan.",
    "Corliss’ plan.",
    "the abernathys' plan",
    "the Abernathy-Dunns",
    "ABERNATHY-DUNN won.",
    "C.A. told us.",
    "C. D. told us.",
    "Corey told us.",
    "Cory said no.",
    "grace miller said yes.",
    "Grace said yes.",
    "We met Grace.",
    "The Millers are great.",
    "the miller family",
    "mrs. miller came",
    "Gracie came.",
    "miller, grace",
    "corliss@abernathy.example",
    "c at abernathy dot example",
    "info [at] abernathy [dot] com",
    "abernathy.com",
]
OTHERS = [
    "odalys helps.",
    "ODALYS helps.",
    "Odalys helps.",
    "Zebulon helps.",
    "zebulon helps.",
    "thaddeus lives far.",
    "Thad lives far.",
    "tulsa is hot.",
    "In tulsa they plan.",
    "Ruben is a partner.",
    "ruben is a partner.",
    "Blue Heron Books is great.",
    "blue heron books is great.",
    "blue-heron books",
    "#BlueHeronBooks",
    "#OdalysPlans",
]
WORDS = [
    "A client said a trust is “a tuxedo on a mule”.",
    "A client said a trust is 'a tuxedo on a mule'.",
    "A client said a trust is ‘a tuxedo on a mule’.",
    "A client said a trust is «a tuxedo on a mule».",
    'A client said "two lost hikers" once.',
    "Two lost hikers before lunch: that was a morning.",
    "found two lost hikers before breakfast",
]
ADDRESSES = [
    "Call 918-555-0143.",
    "Call 918 555 0143.",
    "Call (918) 555-0143.",
    "Call 918–555–0143.",
    "Call 9185550143.",
    "Call +1 918 555 0143.",
    "Call 555-0143.",
    "Call nine one eight five five five oh one four three.",
    "Call 9 1 8 5 5 5 0 1 4 3.",
    "corliss@abernathy.example",
    "c at abernathy dot example",
    "info [at] abernathy [dot] com",
    "abernathy.com",
    "blueheronbooks.com",
    "88 alder street",
    "at 88 Alder St",
]
NOBODYS = [
    "By the grace of time.",
    "A miller keeps a mill.",
    "Will your children know?",
    "The coral reef is far.",
    "Nice weather in the city of angels.",
    "A blue heron stood there.",
    "Read good books.",
    "“Plan for the day” is good advice.",
    "“Living trust” is two words.",
    "“power of attorney” is a document",
    "Every family needs a plan. Start today.",
    "Call us on 1 day.",
    "In 2026 the estate tax exemption is $15,000,000.",
    "Three in four have none.",
    "C. S. Lewis wrote it.",
    "U.S. law is old.",
    "#estateplanning #familyfirst",
    "Mr. Smith is a common name.",
]


def private(client: str = "Corliss Abernathy-Dunn", spouse: str = "Grace Miller") -> Private:
    names = {"client": client, "advisor": "Dana Whitfield"}
    dialogue: Any = [
        examples.dialogue()[0] | {"speaker": names[side], "side": side, "text": text} for side, text in TURNS
    ]
    facts = examples.extraction()["facts"]
    facts |= {"spouse_name": examples.fact(spouse, 0, spouse), "client_state": examples.fact("OK", 0, "Tulsa")}
    return Private(dialogue, examples.extraction(facts=facts), Header(client_name=client), load())


def kinds(post: str) -> set[str]:
    found = findings_in(post, private())
    assert all(post[one.start : one.end] == one.words for one in found)
    return {one.kind for one in found}


@pytest.mark.parametrize("post", NAMES)
def test_a_name_of_the_household_is_one_however_it_is_written(post: str) -> None:
    assert "name" in kinds(post)


@pytest.mark.parametrize("post", OTHERS)
def test_other_names_of_the_call_are_to_be_looked_at(post: str) -> None:
    assert "other name" in kinds(post)


@pytest.mark.parametrize("post", WORDS)
def test_short_quotes_and_rare_words_need_the_clients_consent(post: str) -> None:
    assert "client's words" in kinds(post)


@pytest.mark.parametrize("post", ADDRESSES)
def test_a_way_to_reach_the_client_is_found_in_words_too(post: str) -> None:
    assert "address" in kinds(post)


@pytest.mark.parametrize("post", NOBODYS)
def test_ordinary_words_name_nobody(post: str) -> None:
    assert kinds(post) == set()


@pytest.mark.parametrize(
    ("client", "post", "sure"),
    [
        ("Will Marsh", "We met Will on his farm.", [False]),
        ("Will Marsh", "Will a will help? A Will is a start, says the marsh.", []),
        ("Will Marsh", "will marsh helped us.", [True, True]),
        ("Mark Price", "Mark and the price: #marketing, mark my words.", [True]),
        ("Ellen Nolan", "An excellent plan, and #excellent at that.", []),
        ("Bo Li", "We met Bo in the bo tree.", [True]),
        ("Jürgen Müller", "Mueller, muller and jurgen.", [True, True, True]),
        ("William Okafor", "Billy sent the bill; liam too.", [True, True]),
        ("Speaker 1", "The speaker spoke.", []),
    ],
)
def test_names_that_are_words_count_with_their_capital_or_beside_the_rest(
    client: str, post: str, sure: list[bool]
) -> None:
    found = HouseholdNames([client], frozenset(("will", "price", "trust"))).find(post)
    assert [one.sure for one in found] == sure
