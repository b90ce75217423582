"""Who is named in a dialogue."""

from services.analyst.cast import Cast
from services.analyst.dialogue import Talk
from services.calls.model import Call, Header, Side, Speaker


def cast_of(*turns: tuple[Side, str, str], client: str | None = None) -> Cast:
    """The cast of turns of side, speaker and words."""
    talk = Talk([{"side": side, "speaker": speaker, "text": text} for side, speaker, text in turns])
    speakers = tuple(Speaker(name, side) for side, name in dict.fromkeys((side, name) for side, name, _ in turns))
    return Cast(talk, Call("x", "0", "plain", Header(client_name=client), speakers, ()))


def test_people_are_told_from_towns_and_firms() -> None:
    cast = cast_of(
        ("client", "Nora Pell", "My brother Dale banks with Harbor Bank in Toledo. Dale says it's fine."),
        client="Nora Pell",
    )
    assert cast.others() == ["Dale"]


def test_an_unusual_name_is_known_by_what_it_does() -> None:
    cast = cast_of(("client", "Nora Pell", "So I told Zivko about it, and Zivko says go ahead."), client="Nora Pell")
    assert cast.others() == ["Zivko"]


def test_a_label_may_hold_two_people() -> None:
    cast = cast_of(("client", "Gene & Marla", "Good morning."), client="Gene Tabor")
    assert cast.voices == ["Gene", "Marla"]
    assert cast.is_own("Gene")
    assert not cast.is_own("Marla")


def test_a_short_name_is_the_client_too() -> None:
    cast = cast_of(("client", "Benjamin Oak", "Ben here, Ben is fine."), client="Benjamin Oak")
    assert cast.is_own("Ben")
    assert cast.others() == []


def test_an_adviser_is_known_by_how_they_introduce_themselves() -> None:
    cast = cast_of(
        ("advisor", "Speaker 1", "Hi, I'm Corinne, with the firm."),
        ("client", "Speaker 2", "Hello Corinne, is Ray there?"),
    )
    assert "Corinne" not in cast.others()


def test_a_plain_word_at_the_start_of_a_sentence_is_no_name() -> None:
    cast = cast_of(
        ("client", "Nora Pell", "Will is what we need, a will. Hope it's quick, I hope."), client="Nora Pell"
    )
    assert cast.others() == []
