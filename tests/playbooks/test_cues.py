import pytest

from services.playbooks.cues import BadCue, CueBook, Line, fold, parse


def places(cue: str, text: str) -> list[str]:
    """The words of a text in which a cue is found."""
    return [text[start:end] for start, end in parse(cue).places(Line(fold(text)))]


@pytest.mark.parametrize(
    ("cue", "text", "found"),
    [
        ("living trust", "A living trust, you see.", ["living trust"]),
        ("living trust", "The living, uh, trust is yours.", ["living, uh, trust"]),
        ("living trust", "We were living. Trust me.", []),
        ("trust", "The trust's name, and a trustee.", ["trust's"]),
        ("trust*", "One trust, two trusts.", ["trust", "trusts"]),
        ("gonna|going_to pass", "We're going to pass, I'm gonna pass.", ["going to pass", "gonna pass"]),
        ("i (really) need", "I need it, I really need it.", ["I need", "I really need"]),
        ("set up ... llc", "We'd set up a little rental LLC for it.", ["set up a little rental LLC"]),
        ("set up ... llc", "We set up one thing after another for the new LLC.", []),
        ("it's {number}", "It's twenty-nine ninety-five.", ["It's twenty-nine ninety-five"]),
        ("^no", "No. And no again.", ["No"]),
        ("any kids ?", "Any kids? We never had any kids.", ["Any kids"]),
        ("do-it-yourself", "a do it yourself will, a do-it-yourself will", ["do it yourself", "do-it-yourself"]),
        ("pour-over|pourover", "A pour-over, a pour over, a pourover.", ["pour-over", "pour over", "pourover"]),
        ("my aunt|brother-in-law|ex", "My aunt, my brother-in-law, my ex.", ["My aunt", "my brother-in-law", "my ex"]),
        ("don't need", "We don’t need that.", ["don’t need"]),
    ],
)
def test_a_cue_is_found_as_its_language_says(cue: str, text: str, found: list[str]) -> None:
    assert places(cue, text) == found


def test_a_weight_stands_at_the_end_and_is_one_without() -> None:
    assert parse("too much (2.5)").weight == 2.5
    assert parse("too much").weight == 1.0
    assert parse("not too much (-1)").weight == -1.0


@pytest.mark.parametrize(
    "cue", ["", "  ", "...", "(3)", "... trust", "trust ...", "trust|", "*", "{number}", "a/b", "k*e", "trust (2"]
)
def test_a_cue_that_can_mean_nothing_is_refused(cue: str) -> None:
    with pytest.raises(BadCue):
        parse(cue)


def test_folding_keeps_every_place() -> None:
    for text in ("It’s İstanbul’s “big” day", "ẞtraße", "plain"):
        assert len(fold(text)) == len(text)


def test_a_book_finds_what_each_of_its_cues_finds() -> None:
    cues = ["living trust*", "pour over will", "{number} a month", "sleep on it", "wait till|until", "(very) expensive"]
    book = CueBook((cue, parse(cue)) for cue in cues)
    text = (
        "The living trusts are expensive. Forty a month? Let me sleep on it, or wait until the pour-over will is done."
    )
    line = Line(fold(text))
    one_by_one = {(cue, start, end) for cue in cues for start, end in parse(cue).places(line)}
    assert {(hit.key, hit.start, hit.end) for hit in book.find(line)} == one_by_one
    assert len(one_by_one) == len(cues)
