"""Times and days as transcripts write them."""

import pytest

from services.calls.times import day, seconds, time_of_day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:05", 5.0),
        ("00:05", 5.0),
        ("59:59", 3599.0),
        ("92:15", 5535.0),
        ("1:00:02", 3602.0),
        ("01:02:33", 3753.0),
        ("00:00:01.280", 1.28),
        ("00:00:05,309", 5.309),
        ("0:0:0.820", 0.82),
        ("01:00:40:15", 3640.5),
        (" 0:05 ", 5.0),
    ],
)
def test_every_way_of_writing_a_time_gives_seconds(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "5", "0:5", "0:60", "1:60:00", "1:00:60", "a:bc", "12:30 pm", "1:2:3:4", "-0:05", "0:05.", "1:00:99:00"],
)
def test_what_is_no_time_gives_none(text: str) -> None:
    assert seconds(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-03T20:00:00Z", "2025-10-03"),
        ("on 2022/06/03 at noon", "2022-06-03"),
        ("Oct 24, 2025", "2025-10-24"),
        ("October 30, 2025, 10:05AM", "2025-10-30"),
        ("15 August 2026, 06:07pm", "2026-08-15"),
        ("the 3rd of May 2025", "2025-05-03"),
        ("10/03/2025", "2025-10-03"),
        ("Thursday", None),
        ("October 24", None),
        ("2025-13-45", None),
        ("70112233", None),
    ],
)
def test_a_day_needs_its_year_and_must_exist(text: str, expected: str | None) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-10-03T20:00:00Z", "20:00:00"),
        ("October 30, 2025, 10:05AM", "10:05"),
        ("15 August 2026, 06:07pm", "18:07"),
        ("12:30 a.m.", "00:30"),
        ("at 14:00 UTC", "14:00"),
        ("25:00", None),
        ("no time", None),
    ],
)
def test_a_time_of_day_is_given_on_a_24_hour_clock(text: str, expected: str | None) -> None:
    assert time_of_day(text) == expected
