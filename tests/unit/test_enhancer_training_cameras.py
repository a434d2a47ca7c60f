"""Made cameras: each spoils in its own way, and adapters are judged by people they never saw."""

import numpy as np
import pytest
import torch

from tests.trainees import TINY, Tiles, made_people, patterns
from training.enhancer.camera_stand import Stand
from training.enhancer.cameras import CAMERAS, MadeCamera
from training.enhancer.cameras_command import halves
from training.enhancer.networks.enhancer import Enhancer

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("camera", CAMERAS, ids=lambda it: it.name)
def test_a_camera_tells_how_small_faces_are(camera: MadeCamera) -> None:
    """Unless it enlarges its frames itself: then nothing seems to be missing."""
    shots = camera.shots(list(patterns(6, 1)), seed=1)

    low, high = (across / 112 for across in camera.across)
    scales = shots.scale.tolist()
    assert camera.enlarged == (scales == [1.0] * 6)
    assert camera.enlarged or all(low - 0.02 <= scale <= high + 0.02 for scale in scales)


def test_a_grey_camera_sees_no_colour() -> None:
    """But for what JPEG makes of it."""
    camera = MadeCamera(name="grey", across=(112, 112), iso=100, quality=95, grey=True)
    crops = camera.shots(list(patterns(1, 1)), seed=1).crops

    assert (crops.amax(1) - crops.amin(1)).max().item() < 0.02


def test_the_same_seed_gives_the_same_shots() -> None:
    """And another one gives others: noise is drawn anew."""
    crops = list(patterns(2, 1))
    one, again, other = (CAMERAS[0].shots(crops, seed=seed).crops for seed in (1, 1, 2))

    assert one.equal(again)
    assert not one.equal(other)


def test_nobody_helps_to_make_an_adapter_and_to_judge_it() -> None:
    """Both parts are people kept aside, and together they are all of these."""
    people = made_people(8, 4, aside=5)
    made, proof = halves(people)

    assert not set(people.person[made]) & set(people.person[proof])
    assert sorted([*made, *proof]) == np.flatnonzero(people.aside).tolist()


def test_an_adapter_alone_makes_the_difference() -> None:
    """Zeros are no adapter; other values change what is compared."""
    torch.manual_seed(3)
    people = made_people(6, 4)
    enhancer = Enhancer(TINY).eval()
    with torch.no_grad():
        for parameter in enhancer.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    stand = Stand(people, enhancer, [Tiles()], np.arange(len(people.person)))
    none, some = (
        stand.compare(CAMERAS[0], torch.full((enhancer.adapter_size,), value))
        for value in (0.0, 3.0)
    )

    assert none.plain == none.adapted
    assert none.raw == some.raw
    assert none.plain == some.plain
    assert some.plain.cosine != some.adapted.cosine
