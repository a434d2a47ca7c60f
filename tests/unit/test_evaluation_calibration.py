"""The sigmoid from magnitude to quality finds the parameters that made the data."""

import numpy as np
import pytest

from evaluation.logistic import Events, Numbers, Sigmoid, fit
from evaluation.magnitude import Method, calibrate, quality
from evaluation.probes import Probes

THRESHOLD = 0.3


def _events(sigmoid: Sigmoid, x: Numbers, *, seed: int = 1) -> Events:
    return np.asarray(np.random.default_rng(seed).random(len(x)) < sigmoid(x), dtype=np.bool_)


def _probes(magnitude: Numbers, passed: Events, unseen: Events) -> Probes:
    nothing = np.zeros(len(magnitude), dtype=np.bool_)
    return Probes(
        magnitude=magnitude,
        cosine=np.where(passed, THRESHOLD, THRESHOLD - 1e-6),
        degraded=nothing,
        profile=nothing,
        unseen=unseen,
    )


def _made_by(method: Method, sigmoid: Sigmoid, *, count: int = 20_000) -> Probes:
    """Probes whose chance to pass is exactly `sigmoid` of their magnitude or its logarithm."""
    generator = np.random.default_rng(2)
    magnitude = np.exp(generator.normal(2.0, 0.8, count))
    x = np.log(magnitude) if method == "log_magnitude" else magnitude
    return _probes(magnitude, _events(sigmoid, x), generator.random(count) < 0.3)


@pytest.mark.parametrize(
    ("midpoint", "width"),
    [
        pytest.param(0.0, 1.0, id="standard"),
        pytest.param(0.95, 0.11, id="as a log magnitude"),
        pytest.param(20.0, 3.0, id="as a magnitude"),
    ],
)
def test_a_fit_recovers_the_parameters(midpoint: float, width: float) -> None:
    """Within what 40,000 probes allow."""
    x = np.random.default_rng(0).normal(midpoint + width / 2, 3 * width, 40_000)

    fitted = fit(x, _events(Sigmoid(midpoint=midpoint, width=width), x))

    assert midpoint == pytest.approx(fitted.midpoint, abs=0.1 * width)
    assert width == pytest.approx(fitted.width, rel=0.05)


def test_a_fit_recovers_rare_failures() -> None:
    """Nine of ten pass, as clean photos do."""
    x = np.random.default_rng(0).normal(0.0, 1.0, 40_000)

    fitted = fit(x, _events(Sigmoid(midpoint=-2.0, width=0.8), x))

    assert fitted.midpoint == pytest.approx(-2.0, abs=0.1)
    assert fitted.width == pytest.approx(0.8, rel=0.05)


def test_a_fit_is_the_maximum_of_the_likelihood() -> None:
    """Any other midpoint or width makes the data less likely."""
    x = np.random.default_rng(3).normal(5.0, 2.0, 500)
    happened = _events(Sigmoid(midpoint=4.0, width=1.5), x)

    def likelihood(midpoint: float, width: float) -> float:
        chance = Sigmoid(midpoint=midpoint, width=width)(x)
        return float(np.log(np.where(happened, chance, 1 - chance)).sum())

    best = fit(x, happened)
    others = [(-0.05, 0.0), (0.05, 0.0), (0.0, -0.05), (0.0, 0.05)]
    peak = likelihood(best.midpoint, best.width)
    assert all(likelihood(best.midpoint + m, best.width + w) < peak for m, w in others)


def test_a_number_that_falls_with_success_is_no_quality() -> None:
    """A fit never gives a sigmoid that goes down."""
    x = np.random.default_rng(0).normal(0.0, 1.0, 1000)

    with pytest.raises(ValueError, match="no quality"):
        fit(x, ~_events(Sigmoid(midpoint=0.0, width=0.5), x))


def test_the_width_is_the_way_from_one_half_to_073() -> None:
    """As the field says."""
    chance = Sigmoid(midpoint=2.0, width=0.5)(np.array([2.0, 2.5, 1.5]))

    assert [0.5, 0.7311, 0.2689] == pytest.approx(chance.tolist(), abs=1e-4)


@pytest.mark.parametrize(
    ("method", "sigmoid"),
    [
        pytest.param("magnitude", Sigmoid(midpoint=9.0, width=2.0), id="magnitude"),
        pytest.param("log_magnitude", Sigmoid(midpoint=2.0, width=0.2), id="log magnitude"),
    ],
)
def test_the_method_that_made_the_data_wins(method: Method, sigmoid: Sigmoid) -> None:
    """Its held-out log loss is lower, and its parameters are the ones that are kept."""
    calibration = calibrate(_made_by(method, sigmoid), threshold=THRESHOLD)

    assert method == calibration.method
    assert calibration.losses[method] == min(calibration.losses.values())
    assert sigmoid.midpoint == pytest.approx(calibration.sigmoid.midpoint, rel=0.05)
    assert sigmoid.width == pytest.approx(calibration.sigmoid.width, rel=0.1)


def test_a_fit_does_not_see_the_held_out_probes() -> None:
    """Turning every held-out outcome round changes the loss, not the sigmoid."""
    probes = _made_by("log_magnitude", Sigmoid(midpoint=2.0, width=0.2), count=2000)
    passed = probes.cosine >= THRESHOLD
    turned = _probes(probes.magnitude, passed ^ probes.unseen, probes.unseen)

    honest = calibrate(probes, threshold=THRESHOLD)
    lied_to = calibrate(turned, threshold=THRESHOLD)

    expected = {"magnitude": probes.magnitude, "log_magnitude": np.log(probes.magnitude)}
    for calibration in (honest, lied_to):
        x = expected[calibration.method][~probes.unseen]
        assert fit(x, passed[~probes.unseen]) == calibration.sigmoid
    assert min(lied_to.losses.values()) > max(honest.losses.values())


@pytest.mark.parametrize(
    ("method", "x"),
    [
        pytest.param("magnitude", 20.0, id="magnitude"),
        pytest.param("log_magnitude", np.log(20.0), id="log magnitude"),
    ],
)
def test_quality_takes_the_number_of_its_method(method: Method, x: float) -> None:
    """The sigmoid sees the magnitude, or its natural logarithm."""
    sigmoid = Sigmoid(midpoint=4.0, width=5.0)
    probes = _made_by(method, sigmoid)
    calibration = calibrate(probes, threshold=THRESHOLD)

    promised = quality(calibration, np.array([20.0]))

    assert method == calibration.method
    assert calibration.sigmoid(np.array([x])).tolist() == promised.tolist()
