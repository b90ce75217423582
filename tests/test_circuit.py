"""The circuit breaker, with a clock that is moved by hand."""

import pytest

from services.circuit import LONGEST, LONGEST_ASKED_FOR, Circuit


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    """It opens at the third failure, for ten seconds."""
    return Circuit(threshold=3, rest=10, clock=clock)


def fail(circuit: Circuit, times: int) -> None:
    for _ in range(times):
        circuit.failed()


def test_it_opens_after_so_many_failures_in_a_row(circuit: Circuit) -> None:
    fail(circuit, 2)
    assert (circuit.may_ask(), circuit.is_open) == (True, False)
    fail(circuit, 1)
    assert (circuit.may_ask(), circuit.is_open) == (False, True)


def test_one_that_goes_well_between_keeps_it_closed(circuit: Circuit) -> None:
    fail(circuit, 2)
    circuit.went_well()
    fail(circuit, 2)
    assert circuit.may_ask()


def test_after_its_rest_one_may_try_and_the_others_wait(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.now += 9.9
    assert not circuit.may_ask()
    clock.now += 0.2
    assert [circuit.may_ask() for _ in range(3)] == [True, False, False]


def test_a_trial_that_goes_well_closes_it(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.now += 11
    assert circuit.may_ask()
    circuit.went_well()
    assert [circuit.may_ask() for _ in range(3)] == [True, True, True]


def test_a_trial_that_fails_doubles_the_rest_up_to_the_longest(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    rests = []
    for _ in range(7):
        began = clock.now
        while not circuit.may_ask():
            clock.now += 1
        rests.append(clock.now - began)
        circuit.failed()
    assert rests == [10, 20, 40, 80, 160, LONGEST, LONGEST]


def test_after_it_closed_the_rest_is_short_again(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    for _ in range(3):
        clock.now += LONGEST
        assert circuit.may_ask()
        circuit.failed()
    circuit.went_well()
    fail(circuit, 3)
    clock.now += 10
    assert circuit.may_ask()


def test_failures_of_those_who_asked_before_make_no_rest_longer(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 20)
    clock.now += 10
    assert circuit.may_ask()


def test_a_trial_that_is_never_heard_of_again_is_followed_by_another(circuit: Circuit, clock: Clock) -> None:
    fail(circuit, 3)
    clock.now += 10
    assert circuit.may_ask()
    clock.now += 10
    assert circuit.may_ask()


def test_who_asks_to_be_left_alone_is_at_once_and_for_that_long(circuit: Circuit, clock: Clock) -> None:
    circuit.failed(leave_for=600)
    clock.now += 599
    assert not circuit.may_ask()
    clock.now += 1
    assert circuit.may_ask()


def test_nobody_is_left_alone_for_a_day(circuit: Circuit, clock: Clock) -> None:
    circuit.failed(leave_for=86_400)
    clock.now += LONGEST_ASKED_FOR
    assert circuit.may_ask()
