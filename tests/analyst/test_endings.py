"""The next meeting, read from how the two sides speak of days and hours."""

from services.analyst.dialogue import Talk
from services.analyst.endings import FIXED, find_appointment, last_part


def talk_of(*turns: tuple[str, str]) -> Talk:
    return Talk(
        [
            {"speaker": side, "side": side, "start": None, "end": None, "text": text, "phase": None}
            for side, text in turns
        ]
    )


def test_a_day_that_is_taken_up_is_a_meeting() -> None:
    talk = talk_of(("advisor", "How about Thursday at four?"), ("client", "Thursday at four works."))
    found = find_appointment(talk)
    assert found is not None
    assert found.strength >= FIXED
    assert found.due == "Thursday at four"


def test_a_deadline_is_no_meeting() -> None:
    talk = talk_of(("advisor", "I'll send you the drafts by Thursday."), ("client", "Okay."))
    found = find_appointment(talk)
    assert found is None or found.strength < FIXED


def test_a_client_who_wants_no_calendar_has_no_meeting() -> None:
    talk = talk_of(
        ("advisor", "Shall we say Monday at nine?"), ("client", "No calendar. I'll call you when I'm ready.")
    )
    assert find_appointment(talk) is None


def test_an_hour_takes_the_day_named_before_it() -> None:
    talk = talk_of(
        ("client", "Could it be Monday the ninth?"),
        ("advisor", "I can do nine-thirty."),
        ("client", "Nine-thirty is perfect."),
    )
    found = find_appointment(talk)
    assert found is not None
    assert "Monday" in found.due


def test_a_short_exchange_is_all_last_part() -> None:
    assert last_part(talk_of(("advisor", "Hello."), ("client", "Hello.")), 0.6) == 0
