"""What a way of a probe through the mesh costs."""

import pytest

from evaluation.enhancement.times import Times
from evaluation.enhancement.ways import Way

pytestmark = pytest.mark.timeout(600)  # forty settings, on a busy machine


@pytest.mark.parametrize(
    ("way", "enhanced", "expected"),
    [
        pytest.param(Way(name="", version="raw"), 0.0, 5.0, id="embedded once"),
        pytest.param(Way(name="", version="enhanced"), 0.5, 5 + (40 + 5) / 2, id="half, twice"),
        pytest.param(
            Way(name="", version="enhanced", gate="g"), 1.0, 5 + 40 + 5 + 1, id="and fused"
        ),
        pytest.param(Way(name="", version="super-resolution only"), 1.0, 5 + 30 + 5, id="resolver"),
        pytest.param(Way(name="", version="denoise only"), 1.0, None, id="not known"),
    ],
)
def test_a_way_costs_what_the_mesh_does(way: Way, enhanced: float, expected: float | None) -> None:
    """The gateway asks the embedder first, and once more for what was made of the crop."""
    times = Times(
        enhancer_ms=40.0,
        resolver_ms=30.0,
        batched_per_s=50.0,
        embedder_ms={"made": 5.0},
        gate_ms={"made": 1.0},
    )

    assert expected == pytest.approx(times.way_ms("made", way, enhanced))
