import pytest

from services.analyst.amounts import amounts
from services.analyst.deposit import find_deposit
from services.analyst.price import find_price
from tests.analyst.said import talk

ASKED = "C: So what does it cost?"


def roles(*lines: str) -> list[tuple[float, str]]:
    return [(amount.dollars, amount.role) for amount in amounts(talk(*lines))]


def test_each_amount_is_told_by_the_words_beside_it() -> None:
    said = roles(
        ASKED,
        "A: It's thirty-six hundred. Six hundred down, then five hundred a month, and I can take two hundred off.",
    )
    assert said == [(3600, "price"), (600, "deposit"), (500, "monthly"), (200, "discount")]


@pytest.mark.parametrize(
    ("words", "price"),
    [
        ("It's normally four thousand, but for you it's thirty-five hundred.", 3500),
        ("It's three thousand, and I'll take two hundred fifty off of that today.", 2750),
        ("It's a flat fee of $2,995.", 2995),
        ("The plan is forty-eight for a couple.", 4800),
        ("It's five thousand two hundred, all in, both deeds included.", 5200),
    ],
)
def test_the_price_that_stands_is_the_last_one(words: str, price: float) -> None:
    found, _, _ = find_price(talk(ASKED, f"A: {words}", "C: Okay."))
    assert found is not None
    assert found.value == price


def test_probate_and_stories_are_no_price() -> None:
    lines = (
        "A: Probate would cost your kids thirty thousand dollars.",
        "C: That's a lot.",
        "A: I had a family who paid a lawyer nine thousand dollars.",
    )
    assert find_price(talk(*lines))[0] is None


def test_no_deposit_stands_before_the_client_agreed() -> None:
    lines = (ASKED, "A: It's two thousand, with five hundred down.", "C: We'll think about it.")
    found = talk(*lines)
    _, price, said = find_price(found)
    assert find_deposit(found, price, said, won=False) is None
    agreed = find_deposit(found, price, said, won=True)
    assert agreed is not None
    assert agreed.value == 500


def test_a_receipt_for_all_of_it_is_a_deposit_of_the_whole_price() -> None:
    found = talk(
        ASKED, "A: It's two thousand.", "C: I'll do it. Here's my card.", "A: The payment went through, thank you."
    )
    _, price, said = find_price(found)
    deposit = find_deposit(found, price, said, won=True)
    assert deposit is not None
    assert deposit.value == 2000
