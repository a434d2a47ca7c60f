"""The enhancer before people kept aside, and its course."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tests.trainees import TINY, Tiles, made_people
from training.enhancer.course import Course
from training.enhancer.networks.enhancer import Enhancer
from training.enhancer.trial import Trial
from training.people import People

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(name="people", scope="module")
def _people() -> People:
    return made_people(5, 3, aside=2)


def test_a_trial_compares_raw_denoised_and_enhanced(people: People) -> None:
    """A new enhancer does as the raw crops do; one that paints all crops black matches nobody."""
    trial = Trial(people, [Tiles()], probes=6)
    torch.manual_seed(12)
    enhancer = Enhancer(TINY).train()
    found = trial.run(enhancer)
    with torch.no_grad():
        enhancer.generator.out.get_parameter("bias").fill_(-2.0)
    black = trial.run(enhancer)

    names = {"<= 8 px", "8-12 px", "12-16 px", "16-24 px", "mild"}
    assert names == {name.split(":")[0] for name in found}
    for name in names:
        raw, denoised, enhanced = (
            found[f"{name}: {how}, tiles"] for how in ("raw", "denoised", "enhanced")
        )
        assert raw == denoised == enhanced
        assert raw == black[f"{name}: raw, tiles"] == black[f"{name}: denoised, tiles"]
        assert 0.0 == black[f"{name}: enhanced, tiles"].cosine
    assert enhancer.training
    assert found["mild: raw, tiles"].cosine > found["<= 8 px: raw, tiles"].cosine + 0.01


def test_a_trial_is_of_people_kept_aside(people: People) -> None:
    """Nobody else's crops matter to it."""
    others = people.crops.copy()
    others[~people.aside] = 0
    enhancer = Enhancer(TINY)
    found = Trial(people, [Tiles()], probes=4).run(enhancer)

    assert found == Trial(replace(people, crops=others), [Tiles()], probes=4).run(enhancer)
    assert np.isfinite([each.cosine for each in found.values()]).all()


def test_the_rate_rises_and_falls() -> None:
    """To its highest after a twentieth of the steps, to a hundredth in the end."""
    course = Course(steps=100, rate=1.0)
    rates = [course.rate_at(step) for step in range(100)]

    assert 1.0 == max(rates) == rates[5]
    assert rates[0] == pytest.approx(0.2)
    assert rates[-1] < 0.02


def test_only_known_parts_are_trained() -> None:
    """A word that means nothing is refused at once."""
    with pytest.raises(ValueError, match="parts must be"):
        Course(steps=1, parts="everything")
