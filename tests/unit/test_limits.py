"""How much one caller may ask for."""

import contextlib

import pytest

from faces.errors import QueueFull, RateLimited
from gateway.identity.asking import Identity
from gateway.identity.limits import Limits
from meshkit.keys.key import Role

ANN = Identity(subject="ann", roles=frozenset({Role.DEVICE}), key_id="k1")
BOB = Identity(subject="bob", roles=frozenset({Role.DEVICE}), key_id="k2", calls_per_s=0.5)


class Clock:
    """Stands still unless moved."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def made(limits: Limits, who: Identity, tries: int) -> int:
    """How many of some calls, one after the other, are admitted."""
    count = 0
    for _ in range(tries):
        with contextlib.suppress(RateLimited), limits.admitted(who):
            count += 1
    return count


def test_a_second_is_worth_its_calls() -> None:
    """A burst of that many passes; then as many as time allows."""
    clock = Clock()
    limits = Limits(calls_per_s=4, call_slots=9, clock=clock)
    counts = [made(limits, ANN, 10)]
    for clock.now_s in (0.5, 100.0):
        counts.append(made(limits, ANN, 10))

    assert [4, 2, 4] == counts


def test_a_key_has_a_rate_of_its_own() -> None:
    """Below one a second, too; and what others do does not count."""
    clock = Clock()
    limits = Limits(calls_per_s=4, call_slots=9, clock=clock)
    made(limits, ANN, 10)
    first = made(limits, BOB, 3)
    clock.now_s = 2.0

    assert (1, 1) == (first, made(limits, BOB, 3))


def test_a_refusal_tells_how_long_to_wait() -> None:
    """After that time, one call passes."""
    clock = Clock()
    limits = Limits(calls_per_s=4, call_slots=9, clock=clock)
    made(limits, BOB, 1)
    with pytest.raises(RateLimited) as refused, limits.admitted(BOB):
        pass
    assert refused.value.retry_after_s is not None
    clock.now_s = refused.value.retry_after_s

    assert 2.0 == clock.now_s
    assert 1 == made(limits, BOB, 2)


def test_what_runs_is_counted_until_it_ends() -> None:
    """However it does."""
    limits = Limits(calls_per_s=100, call_slots=1)
    with contextlib.suppress(ZeroDivisionError), limits.admitted(ANN):
        with pytest.raises(QueueFull), limits.admitted(ANN):
            pass
        raise ZeroDivisionError

    assert 1 == made(limits, ANN, 1)


def test_callers_are_forgotten_but_not_while_they_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fills our memory with names, and nobody gets a new bucket by that."""
    monkeypatch.setattr("gateway.identity.limits._MOST_CALLERS", 2)
    clock = Clock()
    limits = Limits(calls_per_s=1, call_slots=1, clock=clock)
    with limits.admitted(ANN):
        for number in range(5):
            made(limits, Identity(subject=f"s{number}", roles=frozenset()), 1)
        clock.now_s = 1.0
        with pytest.raises(QueueFull), limits.admitted(ANN):
            pass
