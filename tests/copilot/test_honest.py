"""What a question says beside what it asks, and that an answer says which part of a question it leaves open."""

import pytest

from db import transcripts
from db.engine import Database
from services.copilot.asides import without_asides, without_purpose
from services.copilot.contract import Answer
from services.copilot.engine import answer_of, ask
from services.copilot.recollection import Recollection
from tests.copilot.conftest import TODAY, Ask, call

ODETTE = call(
    "odette", "Odette Varga",
    [("A", "Do you have a will?"), ("C", "We did one when Mina was born."), ("A", "What do you do?"),
     ("C", "I fix teeth all day."), ("C", "Our house on Elm Street is lovely."), ("A", "It is seven thousand dollars."),
     ("C", "We paid four hundred thousand for the barn.")],
    said={"business_interests": 3, "deal_amount": 5, "children_count": 1},
    business_interests=["Varga Dental Arts"], deal_amount=7000, children_count=1, outcome="Lost",
    next_steps=[{"owner": "advisor", "action": "Take Odette off the list", "due": None, "due_date": None}],
)  # fmt: skip
RUFUS = call(
    "rufus", "Rufus Okafor",
    [("A", "Is there a will?"), ("C", "No, never."), ("A", "I'd want one for you."), ("C", "We should have a will.")],
    outcome="Pending",
)  # fmt: skip


@pytest.fixture
def told(calls: Database) -> Ask:
    """Asks about five calls; of the two more, one has a will already and one has none."""
    with calls.session() as session:
        transcripts.upsert_many(session, [ODETTE, RUFUS])

    def put(question: str) -> Answer:
        return answer_of(ask(calls, Recollection(), question, None, "tester", today=TODAY))

    return put


def test_examples_in_brackets_are_no_conditions(told: Ask) -> None:
    bare = told("How many clients have a company of their own?").text
    assert told("How many clients have a company of their own (LLC, partnership, sole shop, whatever)?").text == bare
    assert "1 of 5" in bare


def test_brackets_that_narrow_are_read() -> None:
    for question in ("How many calls (not the lost ones)?", "Deals (only Ohio, Texas, Maine)?", "Who (in March)?"):
        assert without_asides(question) == question


@pytest.mark.parametrize(
    "leaving",
    [
        "Leave Mrs. Lindholm out, she has not decided.",
        "Leave out Petra Lindholm.",
        "Don't count Petra Lindholm, because she still thinks.",
        "Ignore Petra Lindholm.",
    ],
)
def test_a_sentence_may_leave_somebody_out(asked: Ask, leaving: str) -> None:
    answer = asked(f"What is the total of our deals? {leaving}")
    assert "$7,000" in answer.text
    assert "Petra Lindholm $5,000" not in answer.text


def test_minus_somebody_leaves_that_one_out(asked: Ask) -> None:
    assert "$7,000" in asked("What is the total of our deals, minus Petra Lindholm?").text


def test_who_left_something_out_is_still_asked_about(asked: Ask) -> None:
    assert "Quinton Abara" in asked("How much did Quinton pay without a discount?").text


def test_who_has_a_thing_already_is_told_by_the_calls_and_is_no_objection(told: Ask) -> None:
    answer = told("Which clients already have a will, even an old one?")
    assert answer.calls == ("odette",)
    assert "when Mina was born" in answer.text
    assert "objection" not in answer.text


def test_what_was_promised_to_those_who_said_no_is_no_objection(told: Ask) -> None:
    answer = told("For the clients who said no, is there anything our side promised and has to get done?")
    assert "Take Odette off the list" in answer.text
    assert "objection" not in answer.text


def test_small_children_are_not_just_any_children(told: Ask) -> None:
    assert not told("How many clients have small children?").answered
    assert "2 of 5" in told("How many clients have children?").text


def test_a_part_of_the_question_that_nothing_answers_is_named(told: Ask) -> None:
    answer = told("How many lost clients play golf?")
    assert "This part of the question is not answered: “golf”." in answer.text
    assert answer.score <= 3
    assert "not answered" not in told("How many clients were lost?").text


def test_a_price_of_something_else_is_no_answer(told: Ask) -> None:
    answer = told("What did Odette pay for the house on Elm Street?")
    assert not answer.answered
    assert "$7,000" not in answer.text


def test_quotes_that_are_near_to_nothing_are_left_out(told: Ask) -> None:
    answer = told("What is Odette's favorite colour?")
    assert not answer.answered
    assert "“We paid" not in answer.text


def test_somebody_is_known_by_the_trade_of_the_business(told: Ask) -> None:
    assert "$7,000" in told("How much did we quote the dentist?").text


def test_when_and_where_we_see_somebody_next_is_a_next_step(asked: Ask) -> None:
    assert "Mail the binder" in asked("When and where do we see Quinton next?").text


def test_a_wish_is_no_likeness(asked: Ask) -> None:
    answer = asked("Who would Petra Lindholm like to get the lighthouse?")
    assert "shares" not in answer.text
    assert "We own a lighthouse in Maine" in answer.text


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Who owns land in Maine? I need to line up the deeds.", "Who owns land in Maine?"),
        ("What is her church called? I'd like to send flowers there.", "What is her church called?"),
        ("Who has a spouse, so that I can invite them all.", "Who has a spouse,"),
        ("We are about to call the lost ones: who has children?", "who has children?"),
        ("What did Ann say? I need to know who heard it.", "What did Ann say? I need to know who heard it."),
        ("I need to write Ann an e-mail.", "I need to write Ann an e-mail."),
        ("Who needs a deed? I want to leave out Ohio.", "Who needs a deed? I want to leave out Ohio."),
    ],
)
def test_what_an_answer_is_for_is_no_part_of_the_question(question: str, meant: str) -> None:
    told = without_purpose(question)
    assert len(told) == len(question)
    assert told.strip() == meant


def test_who_is_named_beside_the_question_is_meant(asked: Ask) -> None:
    assert "$900,000" in asked("What is the estate worth? I'd like to send Petra Lindholm a card.").text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many children do our clients have?", "The total number of children is 2"),
        ("What is the number of children that our clients have?", "The total number of children is 2"),
        ("How many of our clients have children?", "1 of 3"),
        ("How many children do we count altogether? But not Olof's daughter.", "The total number of children is 2"),
    ],
)
def test_what_clients_have_is_counted_up_and_clients_are_counted(asked: Ask, question: str, told: str) -> None:
    assert told in asked(question).text


def test_what_they_bought_of_us_for_a_price_is_a_deal(asked: Ask) -> None:
    assert "Will" in asked("What did Quinton buy for $3,000?").text


def test_today_is_a_day_unless_something_is_so_today(asked: Ask) -> None:
    assert "on May 20, 2026" in asked("How many calls do we have today?").text
    assert "2026" not in asked("How many children and houses do our clients own today?").text


def test_what_they_bought_something_for_is_no_deal_of_ours(told: Ask) -> None:
    answer = told("What had Petra Lindholm's parents bought the lighthouse for?")
    assert not answer.answered
    assert "Revocable" not in answer.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How much money did we make in March 2026?", "with the outcome Won is $3,000"),
        ("Who handled the call with Quinton?", "Ida Roe spoke with Quinton Abara"),
        ("Any calls in July 2025?", "There are no calls from July 1, 2025"),
        ("What percentage of calls ended with a next step?", "No next step is on record for 1 of 3 calls"),
        ("What did we quote Petra Lindholm, and how did she object?", "deal amount is $5,000"),
        ("Who is upset about our price?", "The objection Price was raised in"),
        ("What are the top two deals?", "Then comes Petra Vance with $4,000"),
        ("List the clients by deal amount", "They are of Petra Lindholm, Petra Vance and Quinton Abara"),
    ],
)
def test_plain_questions_are_answered_for_what_they_ask(asked: Ask, question: str, told: str) -> None:
    assert told in asked(question).text


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("Who is the youngest client?", "$"),
        ("What percentage of clients have a dog?", "outcome Won"),
        ("Which clients own a cabin?", "number of properties"),
        ("Whose children are adopted?", "children 2"),
    ],
)
def test_what_no_field_holds_is_not_answered_with_another_field(asked: Ask, question: str, never: str) -> None:
    assert never not in asked(question).text


def test_an_amount_is_no_yes_to_whether_all_was_paid(asked: Ask) -> None:
    assert "Yes" not in asked("Has Petra Lindholm paid the full amount?").text
