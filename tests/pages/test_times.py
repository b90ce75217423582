from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pages.parts.times import ago, clock, day, span

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


def test_a_day_is_written_as_people_write_it() -> None:
    assert day("2026-03-04") == "Mar 4, 2026"
    assert day("next Tuesday") == "next Tuesday"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "today, 10:00 AM"),
        (timedelta(hours=20), "yesterday, 5:00 PM"),
        (timedelta(days=9), "Feb 23, 2026"),
    ],
)
def test_how_long_ago_something_was(passed: timedelta, told: str) -> None:
    assert ago(NOW - passed, NOW, NEW_YORK) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (None, ""),
        (0.01, "under 0.1 s"),
        (0.42, "0.4 s"),
        (9.96, "10 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3599.7, "1 h 0 min"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations(seconds: float | None, told: str) -> None:
    assert span(seconds) == told


def test_places_in_a_call() -> None:
    assert clock(247.9) == "4:07"
    assert clock(3727) == "1:02:07"
    assert clock(None) == ""
