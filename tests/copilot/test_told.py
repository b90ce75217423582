"""Reasons, wishes, whom something goes to, the way to a price: kinds of telling that no field holds."""

import asyncio

import pytest

from db import transcripts
from db.engine import Database
from services import samples, stages
from services.agents.persistence import PersistenceAgent
from services.copilot.contract import Answer, Context
from services.copilot.describing import said_of_themselves
from services.copilot.details import groups_of_attributes
from services.copilot.engine import answer_of, ask
from services.copilot.figured import amounts, around_field
from services.copilot.proof import CallProof, proofs_of
from services.copilot.recollection import Recollection
from services.copilot.relevance import wanted
from services.copilot.turns import Turn, speaks, turns_of, with_reply
from services.copilot.wishes import covered, quoted, told, wishes
from services.playbooks.cues import Line, fold
from tests.copilot.conftest import TODAY, Ask, call

INGRID = call(
    "ingrid", "Ingrid Solberg",
    [("A", "Hello Ingrid. What made you reach out?"),
     ("C", "My neighbor died, and his girls stood at the courthouse for a year. So I said, we do it now."),
     ("A", "I'm sorry. And who would look after the boys?"),
     ("C", "My sister Frida. She has the room, and they know her."),
     ("A", "So what do you own?"),
     ("C", "The house is three hundred thousand, and I broke my arm fixing its roof."),
     ("C", "The boat is fifty thousand. I keep it at Magnus's dock."),
     ("A", "Three fifty together, then."),
     ("C", "The boys get the house, half and half. The boat goes to Frida."),
     ("A", "For that it's normally four thousand dollars."),
     ("C", "There's a man in town who does it for nine hundred."),
     ("A", "He only gives you a form. Nobody records the deed."),
     ("A", "I could do thirty-five hundred."),
     ("C", "I can't say yes today. I have to talk to Magnus, we both sign such things."),
     ("A", "Of course. You have ten days to change your mind afterwards, and every penny comes back."),
     ("C", "Good. I'll scan the ferry ticket office lease for you on Friday.")],
    said={"deal_amount": 12, "estate_value": 7, "children_count": 8, "Price": 10},
    deal_amount=3500, estate_value=350_000, children_count=2, client_state="ME", spouse_name="Magnus",
    marital_status="Married", outcome="Pending", deal_stage="Proposal", objections=["Price"], adviser="Nora Quist",
)  # fmt: skip


@pytest.fixture
def told_of(database: Database) -> Ask:
    """Asks about the one call."""
    with database.session() as session:
        transcripts.upsert_many(session, [INGRID])

    def put(question: str, before: Answer | None = None) -> Answer:
        context = before.context if before else Context()
        return answer_of(ask(database, Recollection(), question, context, "tester", today=TODAY))

    return put


@pytest.fixture
def proof(told_of: Ask, database: Database) -> CallProof:
    return proofs_of(database, ["ingrid"])["ingrid"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Why did Ingrid call us in the first place?", "My neighbor died"),
        ("What made Ingrid reach out?", "My neighbor died"),
        ("Who'd raise Ingrid's boys?", "My sister Frida"),
        ("who gets Ingrid's boat?", "The boat goes to Frida"),
        ("What kept Ingrid from signing on the spot?", "I have to talk to Magnus"),
        ("why is Ingrid holding off", "I have to talk to Magnus"),
        ("What if Ingrid changes her mind?", "every penny"),
        ("how did Ingrid break her arm", "I broke my arm"),
        ("What was the first price we named to Ingrid and where did we land?", "normally four thousand"),
        ("What is Ingrid's estate made up of?", "The boat is fifty thousand"),
        ("what's still open with Ingrid", "ferry ticket office lease"),
        ("what did Nora reply when Ingrid mentioned the man in town?", "He only gives you a form"),
    ],
)
def test_how_people_tell_such_things_is_known(told_of: Ask, question: str, words: str) -> None:
    answer = told_of(question)
    assert words in answer.text
    assert answer.answered


def test_somebody_who_does_not_speak_is_not_quoted(told_of: Ask) -> None:
    answer = told_of("What did Magnus himself say about the boat?")
    assert "does not hold Magnus's own words" in answer.text
    assert not answer.answered


def test_a_question_that_points_back_is_about_the_client_before(told_of: Ask) -> None:
    first = told_of("Did Ingrid object to anything?")
    assert "He only gives you a form" in told_of("what did we reply to that?", first).text


def test_who_somebody_is_to_a_client_is_no_request_for_a_summary(told_of: Ask) -> None:
    answer = told_of("who is Ingrid's accountant?")
    assert not answer.answered
    assert "does not say" in answer.text


def test_the_spouse_is_named_where_a_concern_speaks_of_he_or_she(told_of: Ask, database: Database) -> None:
    own = {**INGRID, "external_id": "ingrid"}
    quote = "I can't say yes today. I have to ask him first."
    own["dialogue"] = [*INGRID["dialogue"][:13], {**INGRID["dialogue"][13], "text": quote}, *INGRID["dialogue"][14:]]
    own["extracted_data"] = {
        **INGRID["extracted_data"],
        "objections": [{"category": "Price", "state": "verified", "evidence": [{"turn": 13, "quote": quote}]}],
    }
    with database.session() as session:
        transcripts.upsert_many(session, [own])
    assert "Magnus" in told_of("What did Ingrid object to?").text


def test_figures_on_the_way_to_a_sum_are_found_by_its_proof(proof: CallProof) -> None:
    assert [turn.number for turn in around_field(proof, "estate_value")] == [5, 6, 7]
    assert around_field(proof, "deposit_amount") == []


def test_the_way_to_a_price_tells_every_amount_and_how_it_was_taken(proof: CallProof) -> None:
    turns = around_field(proof, "deal_amount")
    assert {9, 10, 12, 13} <= {turn.number for turn in turns}
    assert {"4,000", "900", "3,500"} <= amounts(turns)


def test_a_reply_is_what_the_other_side_says_next(proof: CallProof) -> None:
    assert [turn.number for turn in with_reply(turns_of(proof)[10])] == [10, 11]


def test_a_voice_without_a_name_may_be_anybodys(proof: CallProof) -> None:
    assert speaks("ingrid", [proof])
    assert not speaks("magnus", [proof])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("who's to inherit the farm", "heirs"),
        ("Who is going to look after the kids?", "keeper"),
        ("what was holding them back?", "reluctance"),
        ("what prompted the call", "trigger"),
        ("which card did she use", "paying"),
        ("can they get a refund", "remorse"),
        ("what were they most afraid of", "fear"),
        ("what convinced her in the end", "acceptance"),
        ("how much a month", "instalments"),
    ],
)
def test_what_is_asked_for_is_known_by_how_it_is_asked(question: str, kind: str) -> None:
    assert kind in groups_of_attributes("asks", Line(fold(question)))


def test_calls_about_something_are_looked_for_by_its_word_though_it_asks_for_more_elsewhere() -> None:
    assert wanted("on which calls did a guardian come up", topics=True).stems
    assert not wanted("who is the guardian").stems


def test_a_word_that_tells_little_does_not_hide_what_was_found() -> None:
    assert wanted("where is the stuff kept, the violin").share("my violin is in the attic") > 0.5


@pytest.mark.parametrize(
    ("side", "text", "known"),
    [
        ("client", "I'm a harbor pilot, twenty years.", True),
        ("client", "My brother-in-law is a pilot.", False),
        ("advisor", "And you're a pilot?", True),
        ("advisor", "Pilot, good morning.", True),
        ("advisor", "I had a pilot once who owned a farm.", False),
    ],
)
def test_somebody_is_known_by_what_they_say_they_are(proof: CallProof, side: str, text: str, known: bool) -> None:
    assert said_of_themselves(Turn(proof, 0, "x", side, text), ("pilot",)) is known


def test_the_wishes_of_a_request_are_told_apart_without_names_and_courtesies() -> None:
    request = (
        "Please write Ingrid a short note: no hard feelings, the lease she scans, and the ten days to change her mind"
    )
    assert wishes(request, ["Ingrid Solberg"]) == ["lease scans", "ten days change mind"]
    assert wishes("draft a follow-up to Ingrid", ["Ingrid Solberg"]) == []


def test_a_wish_finds_its_turn_and_its_sentence(proof: CallProof) -> None:
    turn = told(proof, "ferry lease")
    assert turn is not None
    assert quoted(turn, "ferry lease") == "Good. I'll scan the ferry ticket office lease for you on Friday."
    assert told(proof, "insurance policy") is None
    assert covered("the lease", ["You'll scan the lease."])


@pytest.fixture
def brielle(database: Database) -> Database:
    """One of the sample calls, worked through."""
    sample = next(each for each in samples.samples() if each.name.startswith("Legacy Intro"))
    state = stages.analyze(sample.name, sample.content)
    state["transcript_id"] = state.get("transcript_id") or state["call"].external_id
    asyncio.run(PersistenceAgent(database).run(state))
    return database


def test_a_draft_reads_as_the_chains_own_and_says_what_was_wished(brielle: Database) -> None:
    question = "Message for Brielle: no hard feelings, and a nudge about the thing she wrote on her hand"
    answer = answer_of(ask(brielle, Recollection(), question, Context(), "tester", today=TODAY))
    assert answer.draft is not None
    assert answer.answered
    body = answer.draft.body
    assert body.startswith("Hi Brielle,\n\nThank you for taking the time to speak with us")
    assert "- You told us: “I'm writing it on my hand. Change beneficiary. Okay.”" in body
    assert "You decided not to go ahead." in body
    assert body.rstrip().endswith("Hollis Ekwueme")


def test_a_short_draft_says_only_what_was_asked_for(brielle: Database) -> None:
    answer = answer_of(
        ask(
            brielle,
            Recollection(),
            "short note to Brielle about the link to the form",
            Context(),
            "tester",
            today=TODAY,
        )
    )
    assert answer.draft is not None
    assert "link to the form" in answer.draft.body
    assert "We talked about" not in answer.draft.body
    assert "fix Trevor" not in answer.draft.body
