import re

import pytest
from markdown_it import MarkdownIt

from pages.parts.text import count, escape, escape_lines, shorten


@pytest.mark.parametrize(
    "words",
    [
        "**bold** _it_ `code` ~~gone~~",
        "[click](https://example.com) ![x](y) <https://example.com>",
        "<script>alert(1)</script> &amp; &lt;",
        "# no heading",
        "- no list",
        "1. no list",
        "    no code block",
        "| a | b |",
        ":red[not red] :material/home: :smile: $x^2$",
        "Setext\n===",
        "C:\\path\\*",
        "ann@example.com www.example.com",
    ],
)
def test_escaped_words_are_one_paragraph_of_plain_text(words: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(escape(words))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children).replace(":gray[]", "") == " ".join(words.split())


@pytest.mark.parametrize(
    "words",
    [
        "https://evil.example/a",
        "see HTTP://evil.example",
        "www.evil.example",
        "WWW.evil.example",
        "x@evil.example",
        "a.b+c_@evil.example",
        "(https://www.evil.example)",
        "mailto:x@evil.example",
    ],
)
def test_no_piece_of_an_address_is_left_whole_for_a_link(words: str) -> None:
    pieces = [piece.replace("\\", "") for piece in escape(words).split(":gray[]")]
    assert "".join(pieces) == words
    assert not any(re.search(r"https?://|www\.|[-.\w+]@[-\w]", piece, re.IGNORECASE) for piece in pieces)


def test_an_at_sign_or_a_colon_alone_parts_nothing() -> None:
    assert ":gray[]" not in escape("meet @ 5: the http one, www, or a @b")


def test_a_name_can_t_turn_the_words_after_it_around() -> None:
    assert escape("\u202eeeL\u2066 nnA") == "eeL nnA"
    assert escape("שרה לוי") == "שרה לוי"


def test_every_mark_that_streamlit_reads_is_escaped() -> None:
    assert escape(":red[x] $y$ :material/home:") == r"\:red\[x\] \$y\$ \:material\/home\:"


def test_nothing_is_said_of_none() -> None:
    assert escape(None) == ""
    assert escape_lines(None) == ""


def test_line_ends_stay_line_ends() -> None:
    assert escape_lines("a*b\n# c") == "a\\*b  \n\\# c"


def test_long_words_are_cut_at_a_word() -> None:
    assert shorten("one two  three", 20) == "one two three"
    assert shorten("one two three four", 12) == "one two…"
    assert len(shorten("x" * 50, 10)) == 10


def test_counts_agree_with_their_word() -> None:
    assert count(1, "call") == "1 call"
    assert count(0, "call") == "0 calls"
    assert count(12345, "reply", "replies") == "12,345 replies"
