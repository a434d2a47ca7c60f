"""The search for secrets, which proves nothing if it finds nothing."""

import base64

import numpy as np
import pytest

from tests.marks import KEY, NAME, PIXELS, found

VECTOR = np.random.default_rng(1).normal(0, 0.05, 512).astype(np.float32)
TOLD = VECTOR.astype(float).tolist()


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
        pytest.param(repr(TOLD), id="a vector"),
        pytest.param(repr(VECTOR), id="a vector, shortened"),
        pytest.param(" ".join(f"{value:.7f}" for value in TOLD[:20]), id="some of it, rounded"),
    ],
)
def test_what_is_looked_for_would_be_found(text: str) -> None:
    """Each secret, in the ways in which a program might write it."""
    assert found(text, TOLD)


def test_what_is_no_secret_is_not_found() -> None:
    """Times, shares and ids; a time that happens to be as much as a number of a vector."""
    assert [] == found(f"took 12.5 ms, {TOLD[0]} s, 0.98 of 7, 4bf92f35", TOLD)
