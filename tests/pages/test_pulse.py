from pages.parts.pulse import QUICKEST, SLOWEST, TOGETHER, Audience


def test_one_who_watches_alone_asks_quickly() -> None:
    assert Audience().pace("one", 0.0) == QUICKEST


def test_many_ask_no_more_often_together_than_a_few() -> None:
    audience = Audience()
    pace = [audience.pace(f"session {number}", 0.0) for number in range(50)][-1]
    assert 50 / pace <= TOGETHER
    assert pace <= SLOWEST


def test_who_has_gone_does_not_slow_the_others_down() -> None:
    audience = Audience()
    for number in range(50):
        audience.pace(f"session {number}", 0.0)
    assert audience.pace("stays", 10 * SLOWEST) == QUICKEST


def test_a_crowd_is_slowed_down_and_nobody_waits_longer_than_the_slowest() -> None:
    audience = Audience(together=10.0, slowest=10.0)
    for number in range(20_000):
        pace = audience.pace(f"browser {number}", 0.0)
    assert pace == 10.0
