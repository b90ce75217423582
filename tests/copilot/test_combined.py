"""Questions that put several things together: shares of a part, ranges, rankings, opposites, two questions in one."""

from datetime import date

import pytest

from services.copilot import periods, quantities
from tests.copilot.conftest import Ask


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What share of clients with a price objection signed?", "0 of 2 clients with the objection Price"),
        ("What percentage of lost deals came with a price objection?", "1 of 1 calls with the outcome Lost"),
        ("Win rate of deals above $3,500?", "0 of 2 calls with a deal amount above $3,500"),
        ("What percentage of our clients live in Ohio?", "1 of 3 (33 %)"),
        ("What % of the deals that were decided one way or the other did we win?", "1 of 2"),
        ("How many of the clients with a price objection are single?", "1 of 2 clients with the objection Price"),
        ("Which adviser has the highest win rate?", "Ida Roe: 1 of 1 call (100 %)"),
    ],
)
def test_a_share_is_of_what_the_question_says(asked: Ask, question: str, told: str) -> None:
    assert told in asked(question).text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Do clients who raise price sign more often than those who don't?", "by 100 points"),
        ("Is our win rate better in Ohio than elsewhere?", "1 of 1 clients in Ohio (100 %)"),
        ("Average deal of clients with children versus those without", "average deal amount of the clients"),
        ("Are divorced clients' deals bigger?", "with another marital status than Divorced"),
        ("number of clients by marital status", "Clients with the marital status Divorced: 1 of 3"),
    ],
)
def test_one_choice_of_clients_is_held_against_the_rest(asked: Ask, question: str, told: str) -> None:
    assert told in asked(question).text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("deals between $2,500 and $4,500", "2 of 3"),
        ("deals > $4,500", "They are of Petra Lindholm."),
        ("Whose estates top half a million dollars?", "They are of Petra Lindholm."),
        ("clients outside Ohio with a price objection", "2 of 2 calls: Petra Lindholm and Petra Vance"),
        ("unmarried clients", "Quinton Abara and Petra Vance"),
        ("calls with no objection about price", "They are of Quinton Abara."),
        ("Who raised price but not timing?", "They are of Petra Lindholm."),
        ("Who besides Quinton lives in Ohio?", "none of 3"),
        ("Which clients raised more than one objection?", "They are of Petra Vance."),
        ("Which deals are larger than Quinton's?", "They are of Petra Lindholm and Petra Vance."),
        ("Which deals are above average?", "They are of Petra Lindholm."),
        ("Which products were never discussed?", "In none of 3 calls: Pour-Over Will"),
    ],
)
def test_calls_are_chosen_by_ranges_exceptions_and_other_values(asked: Ask, question: str, told: str) -> None:
    answer = asked(question)
    assert told in answer.text
    assert answer.answered


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("two biggest deals", ["$5,000: Petra Lindholm", "Petra Vance with $4,000"]),
        ("Who raised the most objections?", ["The highest number of objections is 2: Petra Vance"]),
        ("rank the deals", ["They are of Petra Lindholm, Petra Vance and Quinton Abara."]),
        ("What is the range of our deals?", ["The highest deal amount is $5,000", "The lowest deal amount is $3,000"]),
        ("which is our smallest lost deal?", ["$4,000: Petra Vance"]),
    ],
)
def test_rankings_name_as_many_as_are_asked_for(asked: Ask, question: str, told: list[str]) -> None:
    answer = asked(question)
    assert all(words in answer.text for words in told)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which deals did we lose because of price?", "1 of 1 call"),
        ("everyone with an estate of at least 500k", "They are of Petra Lindholm."),
        ("Anyone single or divorced?", "They are of Quinton Abara and Petra Vance."),
        ("How many clients are single or divorced?", "2 of 3"),
        ("who paid more than 2k?", "They are of Quinton Abara."),
        ("clients with 2+ kids", "They are of Petra Lindholm."),
        ("Which clients didn't we talk to about a will?", "They are of Petra Lindholm."),
        ("who did not raise any objection?", "They are of Quinton Abara."),
        ("average number of objections per call", "The average number of objections is 1.5"),
        ("calls in the spring of 2026", "They are of Petra Lindholm and Quinton Abara."),
        ("whose deposit did we never learn", "They are of Petra Lindholm and Petra Vance."),
        ("Combined price of the deals that fell through", "$4,000"),
        ("which families are on the fence right now?", "They are of Petra Lindholm."),
        ("Which clients have a spouse and kids?", "They are of Petra Lindholm."),
        ("how many calls had a timing objection", "1 of 3"),
        ("what's the gap between our biggest and smallest deal?", "The two are $2,000 apart."),
        ("Is it true that most of our clients are married?", "1 of 3 (33 %)"),
    ],
)
def test_the_words_of_those_who_ask_choose_the_calls(asked: Ask, question: str, told: str) -> None:
    assert told in asked(question).text


@pytest.mark.parametrize("question", ["What's our average response time?", "how many clients have children under 18?"])
def test_no_other_figure_is_told_for_what_no_field_holds(asked: Ask, question: str) -> None:
    answer = asked(question)
    assert not answer.answered
    assert "$" not in answer.text
    assert "Clients with" not in answer.text


def test_others_with_the_same_number_are_found(asked: Ask) -> None:
    assert "none of 3" in asked("Which clients have the same number of children as Petra Lindholm?").text


def test_a_box_at_the_bank_is_no_deposit(asked: Ask) -> None:
    assert not asked("which clients have a safe deposit box?").answered


def test_a_figure_is_never_more_than_what_it_is_of(asked: Ask) -> None:
    for question in (
        "How many of our clients are married or single?",
        "What share of clients is in Ohio or Texas?",
    ):
        text = asked(question).text
        assert "2 of 3" in text


def test_they_are_all_who_were_chosen_before(asked: Ask) -> None:
    first = asked("Which clients raised the price objection?")
    assert "$9,000" in asked("what are their deals worth in total?", first).text
    assert "They are of Petra Lindholm and Petra Vance." in asked("which ones?", first).text


def test_they_without_anybody_before_are_asked_back_about(asked: Ask) -> None:
    assert asked("How many kids do they have?").asks


def test_only_two_are_told_of_the_two_biggest(asked: Ask) -> None:
    assert "Quinton" not in asked("two biggest deals").text


def test_what_is_no_number_has_no_biggest(asked: Ask) -> None:
    answer = asked("Which client has the highest IQ?")
    assert not answer.answered
    assert "$" not in answer.text


def test_two_questions_in_one_are_both_answered(asked: Ask) -> None:
    answer = asked("How many calls raised price, and how many of those were lost?")
    assert "2 of 3" in answer.text
    assert "1 of 2 clients with the objection Price" in answer.text
    both = asked("How many clients signed and how many said no?").text
    assert "with the outcome Won: 1 of 3" in both
    assert "with the outcome Lost: 1 of 3" in both


def test_how_a_call_ended_does_not_choose_where_either_way_is_asked(asked: Ask) -> None:
    assert "$4,000" in asked("What is the median price, sold or not?").text


def test_what_part_of_the_price_was_paid_is_told_call_by_call(asked: Ask) -> None:
    answer = asked("Who paid which share of the price up front?")
    assert "Quinton Abara paid 0 % up front, $0 of $3,000." in answer.text
    assert "both known for 1 of 3 calls" in answer.text


def test_who_talked_how_much_is_counted_in_words(asked: Ask) -> None:
    told = asked("Did Quinton do most of the talking?").text
    assert "62 % ours and 38 % were those of Quinton Abara" in told


def test_nobody_of_an_unknown_name_is_quoted_a_price(asked: Ask) -> None:
    answer = asked("What price did we quote Priya Raman?")
    assert not answer.answered
    assert "Nobody called Priya Raman is on record" in answer.text
    assert "$" not in answer.text


@pytest.mark.parametrize(
    ("told", "rank"),
    [("top three deals", 3), ("the two smallest estates", 2), ("second largest deal", 2), ("deals", None)],
)
def test_a_rank_is_no_amount(told: str, rank: int | None) -> None:
    assert quantities.rank_in(told) == rank


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ("q1 2026", (date(2026, 1, 1), date(2026, 3, 31))),
        ("the second quarter of 2025", (date(2025, 4, 1), date(2025, 6, 30))),
        ("the first half of 2026", (date(2026, 1, 1), date(2026, 6, 30))),
    ],
)
def test_quarters_and_halves_are_times(told: str, ends: tuple[date, date]) -> None:
    found = periods.period_in(told, date(2026, 5, 20), lambda _: None)
    assert found is not None
    assert (found.since, found.until) == ends


def test_hours_are_minutes() -> None:
    assert [one.value for one in quantities.numbers_of("calls longer than half an hour", None) if one.timed] == [30]
