"""What an operator can tell the detector."""

import pytest

from meshkit.config import ConfigError, load
from services.detector.config import Config


def test_nothing_needs_to_be_said() -> None:
    """The defaults serve YuNet on the CPU."""
    config = load(Config, {}, prefix="DETECTOR_")

    assert ("yunet", "cpu", (320, 640), 50051) == (
        config.model,
        config.provider,
        config.sides,
        config.port,
    )


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        pytest.param("SIDES", "300", "multiples of 32", id="side between strides"),
        pytest.param("SIDES", "0,320", "multiples of 32", id="no side"),
        pytest.param("SIDES", "640,320", "rise", id="sides that fall"),
        pytest.param("SIDES", "320,320", "rise", id="a side twice"),
        pytest.param("MIN_SCORE", "0", "min_score", id="everything is a face"),
        pytest.param("MIN_SCORE", "1.1", "min_score", id="nothing is"),
        pytest.param("THREADS", "-1", "threads", id="fewer than no threads"),
        pytest.param("SECOND_LOOKS", "-1", "second_looks", id="fewer than no looks"),
        pytest.param("DECODE_THREADS", "0", "decode_threads", id="nobody decodes"),
        pytest.param("MAX_BATCH", "65", "max_batch <= max_calls", id="batch beyond calls"),
        pytest.param("MAX_DELAY_S", "-1", "max_delay_s", id="wait in the past"),
        pytest.param("MAX_PIXELS", "1000000", "one picture", id="no room for a large picture"),
        pytest.param("CALL_LIMIT_S", "0", "call_limit_s", id="what every server refuses"),
    ],
)
def test_refuses(name: str, value: str, rule: str) -> None:
    """A wrong value names its rule before anything starts."""
    with pytest.raises(ConfigError, match=rule):
        load(Config, {f"DETECTOR_{name}": value}, prefix="DETECTOR_")
