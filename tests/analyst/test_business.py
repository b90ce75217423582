import pytest

from services.analyst.business import find_businesses
from services.analyst.property import find_estate_value
from tests.analyst.said import talk


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("Yes, I own Maple Ridge Roofing.", ["Maple Ridge Roofing"]),
        ("There's a shop, it's called Thread and Needle.", ["Thread and Needle"]),
        ("I have my own law practice.", ["law practice"]),
        (
            "Two of them. Cedar Point Rentals LLC, and Blue Heron Coffee.",
            ["Cedar Point Rentals LLC", "Blue Heron Coffee"],
        ),
    ],
)
def test_a_business_goes_by_the_name_its_owner_uses(answer: str, names: list[str]) -> None:
    found = find_businesses(talk("A: Do you own a business?", f"C: {answer}"))
    assert found is not None
    assert found.value == names


@pytest.mark.parametrize(
    "answer",
    [
        "No, I work for Maple Ridge Roofing.",
        "We had Maple Ridge Roofing, but we sold it.",
        "My brother owns Maple Ridge Roofing.",
        "No, nothing like that. The savings are at Wells Fargo.",
    ],
)
def test_what_is_sold_or_another_persons_is_no_interest_of_the_client(answer: str) -> None:
    assert find_businesses(talk("A: Do you own a business?", f"C: {answer}")) is None


@pytest.mark.parametrize(
    ("lines", "dollars"),
    [
        (["A: So three hundred, two fifty and fifty, that's six hundred thousand."], 600_000),
        (
            ["A: So three hundred, two hundred, that's five hundred thousand. Less the mortgage, so four hundred."],
            400_000,
        ),
        (["A: What's your net worth?", "C: About two million."], 2_000_000),
    ],
)
def test_the_estate_is_the_total_that_stands(lines: list[str], dollars: float) -> None:
    found = find_estate_value(talk(*lines))
    assert found is not None
    assert found.value == dollars
