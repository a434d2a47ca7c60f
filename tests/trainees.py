"""Made people, and small trainings of them, for tests of `training`: nobody's face is in them."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from evaluation.probes import unit
from training.backbone.folder import tensor
from training.backbone.network import MobileFaceNet
from training.enhancer.networks.enhancer import Size
from training.enhancer.recognisers import Look
from training.people import People

Crops = NDArray[np.uint8]


def patterns(people: int, photos: int, *, seed: int = 5) -> Crops:
    """Smooth pictures with a little noise: shape (people * photos, 112, 112, 3)."""
    generator = np.random.default_rng(seed)
    made = []
    for _ in range(people):
        coarse = generator.integers(0, 256, (4, 4, 3)).astype(np.uint8)
        face = cv2.resize(coarse, (112, 112), interpolation=cv2.INTER_CUBIC)
        made += [face + generator.normal(0, 12, face.shape) for _ in range(photos)]
    return np.clip(np.stack(made), 0, 255).astype(np.uint8)


def made_people(
    people: int, photos: int, *, aside: int = 0, backbone: MobileFaceNet | None = None
) -> People:
    """The last `aside` of the people are kept aside; nobody is seen from the side.

    Args:
        people: How many.
        photos: Of each.
        aside: People whom no fit sees.
        backbone: Gives the vectors; without one, they are drawn around a centre of each person.
    """
    crops = patterns(people, photos)
    person = np.repeat(np.arange(people), photos)
    return People(
        crops=crops,
        raw=_drawn(person) if backbone is None else _seen(backbone, crops),
        person=person,
        profile=np.zeros(len(crops), np.bool_),
        inter_eye_px=np.full(len(crops), 60.0, np.float32),
        aside=person >= people - aside,
    )


def batch_of(crops: Crops) -> torch.Tensor:
    """As every network takes them: shape (n, 3, 112, 112), channels last, which is faster."""
    values = torch.stack([tensor(np.ascontiguousarray(crop)) for crop in crops])
    return values.contiguous(memory_format=torch.channels_last)


def _drawn(person: NDArray[np.int64]) -> NDArray[np.float32]:
    generator = np.random.default_rng(6)
    centres = unit(generator.normal(size=(int(person.max()) + 1, 512)).astype(np.float32))
    noise = generator.normal(0, 0.02, (len(person), 512)).astype(np.float32)
    return (10.0 * (centres[person] + noise)).astype(np.float32)


@torch.no_grad()
def _seen(backbone: MobileFaceNet, crops: Crops) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = backbone.eval()(batch_of(crops)).numpy()
    return vectors


TINY = Size(denoiser=4, width=8, blocks=1, growth=4)


class Tiles(nn.Module):
    """Sees the contrast of 64 tiles."""

    name = "tiles"
    apart = 1.0

    def forward(self, crops: Tensor) -> Look:
        maps = functional.avg_pool2d(crops, 14)
        flat = maps.flatten(1).float()
        return Look(functional.normalize(flat - flat.mean(1, keepdim=True)), [maps])
