"""The search for secrets, which proves nothing if it finds nothing."""

import base64

import pytest

from tests.marks import KEY, NAME, PIXELS, marks

VECTOR = [0.123456789, -0.0987654321]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"KeyError: {NAME!r}", id="name"),
        pytest.param(f"{{'authorization': 'Bearer {KEY}'}}", id="key"),
        pytest.param(repr(b"\xff\xd8" + PIXELS), id="bytes"),
        pytest.param((b"\xff\xd8" + PIXELS).hex(), id="hexadecimal"),
        *(
            pytest.param(base64.b64encode(bytes(n) + PIXELS).decode(), id=f"base64 at {n}")
            for n in range(4)
        ),
        pytest.param(repr(VECTOR[:1]), id="a number"),
        pytest.param(f"{VECTOR[1]:.7f}", id="a negative number, rounded"),
    ],
)
def test_what_is_looked_for_would_be_found(text: str) -> None:
    """Each secret, in the ways in which a program might write it."""
    assert any(mark in text for mark in marks(VECTOR))


def test_what_is_no_secret_is_not_found() -> None:
    """Times, shares and ids."""
    assert not any(mark in "took 12.5 ms, 0.98 of 7, 4bf92f35" for mark in marks(VECTOR))
