from pages.parts.phases import Stretch, fill, label, stretches
from services.playbooks.loader import load


def test_every_phase_of_the_playbook_has_a_colour_of_its_own() -> None:
    fills = [fill(phase.name) for phase in load().phases]
    assert len(fills) == 18
    assert len(set(fills)) == len(fills)
    assert fill(None) not in fills


def test_a_phase_of_a_firms_own_playbook_keeps_one_colour() -> None:
    assert fill("our fishing story") == fill("Our Fishing Story")


def test_turns_in_a_row_of_one_phase_are_one_stretch() -> None:
    joined = stretches(["greeting", "greeting", None, "greeting"], [1, 2, 3, 4], ["0:00", "0:05", "0:09", "0:20"])
    assert joined == [Stretch("greeting", 3, "0:00"), Stretch(None, 3, "0:09"), Stretch("greeting", 4, "0:20")]


def test_a_phase_is_shown_with_a_capital() -> None:
    assert label("client's goals") == "Client's goals"
    assert label(None) == "No phase"
