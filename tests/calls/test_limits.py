"""What is too large to be a call is refused before it costs time."""

import pytest

from services.calls.reader import read
from services.errors import TooLarge
from services.settings import settings


def test_a_file_of_more_lines_than_a_call_can_have_is_refused() -> None:
    with pytest.raises(TooLarge, match=r"160,001 lines.*MAX_TURNS"):
        read("lines.txt", b"Ann: yes\n" * 160_001)


def test_the_limit_on_lines_follows_the_limit_on_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_TURNS", "3")
    settings.cache_clear()
    lines = b"Ann: yes\nBo: no\nAnn: well\n"
    assert len(read("short.txt", lines).turns) == 3
    with pytest.raises(TooLarge, match="27 lines"):
        read("long.txt", lines * 9)


def test_a_list_of_a_thousand_names_is_no_call() -> None:
    names = "".join(f"Name{number}: hello\n" for number in range(1_500))
    with pytest.raises(TooLarge, match="1,500 different names"):
        read("names.txt", names.encode())


def test_of_many_speakers_those_who_say_most_get_a_side() -> None:
    panel = "".join(f"[00:00:{n % 60:02}] Guest {n}: Thank you all.\n" for n in range(60))
    host = "[00:01:00] Nora Whitfield: Welcome. How did you hear about our firm? We charge a flat fee for a trust.\n"
    call = read("panel.txt", (host + panel + host).encode())
    assert len(call.speakers) == 61
    assert call.side_of("Nora Whitfield") is not None
