"""Two texts beside each other, with what differs marked."""

import pytest

from pages.parts.word_diff import marked


@pytest.mark.parametrize(
    ("mine", "other", "told"),
    [
        ("a b c", "a x c", "a :green-background[**b**] c"),
        ("a b", "a b", "a b"),
        ("a\n\nb c", "a\n\nb", "a  \n  \nb :green-background[**c**]"),
        ("a", "", ":green-background[**a**]"),
        ("", "a", ""),
        ("*a*", "b", r":green-background[**\*a\***]"),
    ],
)
def test_only_what_the_other_text_lacks_is_marked(mine: str, other: str, told: str) -> None:
    assert marked(mine, other, "green") == told


def test_very_long_texts_are_shown_without_marks() -> None:
    assert "background" not in marked("word " * 4000, "other " * 4000, "green")
