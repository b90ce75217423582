import pytest

from services.wording import counted, first_name, listed, long_date, money, sentence


@pytest.mark.parametrize(("amount", "words"), [(4500, "$4,500"), (2995.5, "$2,995.50"), (0, "$0"), (1e6, "$1,000,000")])
def test_money_has_cents_only_where_there_are_any(amount: float, words: str) -> None:
    assert money(amount) == words


def test_a_list_reads_as_in_a_sentence() -> None:
    assert [listed("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_none_one_and_many_are_counted() -> None:
    assert [counted(n, "child", "children") for n in (0, 1, 3)] == ["no children", "1 child", "3 children"]


def test_only_a_real_day_is_a_date() -> None:
    assert long_date("2025-06-01") == "June 1, 2025"
    assert [long_date(words) for words in (None, "", "June", "2025-13-40")] == [None] * 4


def test_a_sentence_begins_large_and_ends_once() -> None:
    assert sentence("send  the draft,") == "Send the draft."
    assert sentence("is it done?") == "Is it done?"
    assert sentence(" .") == ""


def test_the_first_name_of_nobody_is_nothing() -> None:
    assert [first_name("Ana Brook"), first_name("Ana"), first_name("")] == ["Ana", "Ana", ""]
