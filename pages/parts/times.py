"""Days and durations as people say them."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from services.settings import settings
from services.wording import clock_time


def zone() -> tzinfo:
    """The reader's time zone as the browser tells it, else the firm's."""
    for name in (st.context.timezone, settings().time_zone):
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return UTC


def day(value: date | str | None) -> str:
    """'Mar 4, 2026' for a date or an ISO date; words that are no date come back as they are; '' for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        try:
            return day(date.fromisoformat(value[:10]))
        except ValueError:
            return value
    return f"{value:%b} {value.day}, {value.year}"


def ago(value: datetime | None, now: datetime | None = None, where: tzinfo | None = None) -> str:
    """'just now', '5 min ago', 'today, 9:12 AM', 'yesterday, 4:30 PM', else the day; '' for None."""
    if value is None:
        return ""
    where = where or zone()
    local, here = value.astimezone(where), (now or datetime.now(UTC)).astimezone(where)
    passed = here - local
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed.seconds // 60} min ago"
    if local.date() == here.date():
        return f"today, {clock_time(local.time())}"
    if local.date() == here.date() - timedelta(days=1):
        return f"yesterday, {clock_time(local.time())}"
    return day(local.date())


def span(seconds: float | None) -> str:
    """A duration: '0.4 s', '12 s', '3 min 20 s', '1 h 5 min'; '' for None."""
    if seconds is None:
        return ""
    if seconds < 0.05:
        return "under 0.1 s"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def clock(seconds: float | None) -> str:
    """A place in a call: '4:07' or '1:02:07'; '' for None."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def time_left(seconds: float | None) -> str:
    """How long it may take until nothing waits any more, in round words."""
    if seconds is None:
        return "how long it takes is not known before the first call is done"
    if seconds < 50:
        return "less than a minute left"
    minutes = seconds / 60
    if minutes < 90:
        return f"about {max(1, round(minutes)) if minutes < 20 else 5 * round(minutes / 5)} min left"
    return f"about {round(minutes / 60)} h left"
