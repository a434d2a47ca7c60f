"""Who judges whether an enhanced crop is still that person: frozen, and at least two.

One is the embedder that is served; another never is, so that what pleases the first one only, as
an adversarial pattern would, is not taken for a gain.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.backbone.network import MobileFaceNet
from training.enhancer import resnet, upstream
from training.enhancer.resnet import ResNet
from training.export import shipped
from training.gate.network import Gate, mixed
from training.robust.model import RobustBranch
from training.rts.head import summarize


@dataclass(frozen=True, slots=True)
class Look:
    """What a recogniser sees in n crops."""

    vectors: Tensor
    """Shape (n, d), unit length."""

    maps: list[Tensor]
    """From the middle of the network, each (n, c, h, w): fine ones first."""


class Recogniser(Protocol):
    """Takes crops of shape (n, 3, 112, 112), BGR, range [0, 1]."""

    name: str
    """Of logs."""

    apart: float
    """Mean of 1 - cosine between two people: so far counts as one in every loss."""

    def __call__(self, crops: Tensor) -> Look:
        """See them; gradients flow back to the crops and no further."""
        ...


class Served(nn.Module):
    """What callers get: the frozen branch, and the robust one as far as the gate trusts it."""

    name = "served"
    apart = 1.0

    def __init__(self, network: MobileFaceNet, robust: RobustBranch, gate: Gate) -> None:
        super().__init__()
        self.network, self.robust, self.gate = network, robust, gate
        self.eval().requires_grad_(requires_grad=False)

    def train(self, mode: bool = True) -> Self:  # noqa: ARG002  # torch's own
        """Stay as in use: dropout has no place in a judge."""
        return super().train(mode=False)

    def forward(self, crops: Tensor) -> Look:
        """See them."""
        values = (crops * 255.0 - 127.5) / 128.0
        found = self.network.features(values)
        raw = self.network.vectors(found.last)
        share = self.gate(summarize(found, raw)).float()
        frozen = functional.normalize(raw.float())
        robust = functional.normalize(self.robust(values).raw.float())
        return Look(mixed(frozen, robust, share), [found.at28, found.at14])


class Other(nn.Module):
    """dlib's, on the part of the crop that its own alignment would cut out."""

    name = "other"
    apart = 0.17
    """Its cosines are not about zero: .83 between two people, .95 between two photos of one
    (40 training people)."""

    _LEFT, _TOP, _SIDE = 6.33, 20.04, 100.5
    """Of dlib's chip (150 px, padding .25, five points) on our template; its lowest 8 px lie
    below the crop, whose border is repeated there."""

    def __init__(self, network: ResNet) -> None:
        super().__init__()
        self.network = network.eval().requires_grad_(requires_grad=False)
        steps = (torch.arange(150) + 0.5) / 150 * self._SIDE
        across, down = ((steps + start) / 56 - 1 for start in (self._LEFT, self._TOP))
        rows, columns = torch.meshgrid(down, across, indexing="ij")
        self.register_buffer("places", torch.stack([columns, rows], dim=-1)[None])
        mean = torch.tensor([122.782, 117.001, 104.298]).reshape(1, 3, 1, 1)
        self.register_buffer("mean", mean / 255.0)

    def forward(self, crops: Tensor) -> Look:
        """See them."""
        places = self.get_buffer("places").expand(len(crops), -1, -1, -1)
        chips = functional.grid_sample(
            crops.float(), places, padding_mode="border", align_corners=False
        )
        vectors, maps = self.network.look(chips.flip(1) - self.get_buffer("mean"))
        return Look(functional.normalize(vectors.float()), maps[:2])


def load(embedder: Path = shipped.WEIGHTS, folder: Path = upstream.FOLDER) -> list[Recogniser]:
    """Both; the one that is never served comes from `folder`, or into it.

    Args:
        embedder: The file that is served.
        folder: Of what is fetched.

    Raises:
        ModelsWrong: What is fetched cannot be had as pinned.
        ValueError: The embedder's file holds something else.
    """
    files, served = upstream.files(folder), shipped.load(embedder)
    judge = Served(served.frozen, served.robust, served.gate)
    return [judge, Other(resnet.load(files.manifest, files.weights))]
