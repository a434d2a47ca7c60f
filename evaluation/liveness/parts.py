"""Live faces: photos of `photos/`, half of the people to draw lines by, half to report on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evaluation.aside import SEED
from evaluation.cutting import Cutter
from evaluation.liveness.presentations import Part
from services.detector.decode import read_header, read_pixels
from services.detector.liveness import Liveness, Patch, cut

_SIDE = 256
"""Of a part: twice a patch, so that surfaces have something to spoil."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photographed:
    """One live face."""

    patch: Patch
    """As the detector service would score it."""

    part: Part
    """What attacks are made of."""

    chosen_by: bool
    """Whether lines are drawn by it. None of the same person's photos is reported on then."""


def photographed(data: Path, models: Path, model: Liveness, *, most: int) -> Iterator[Photographed]:
    """Cut the most prominent face out of each of `most` photos; photos without one are left out."""
    cutter = Cutter(models, threads=1)
    files = _spread(sorted((data / "photos").glob("*/*.jpg")), most)
    people = sorted({file.parent.name for file in files})
    drawn = np.random.default_rng(SEED).permutation(len(people))[: len(people) // 2]
    choosing = {people[number] for number in drawn}
    for file in files:
        pixels = read_pixels(read_header(file.read_bytes()))
        faces = cutter.faces(pixels)
        if faces:
            box, margin = faces[0].box, model.margin
            part = cut(pixels, box, side=_SIDE, margin=margin)
            yield Photographed(
                patch=cut(pixels, box, side=model.side, margin=margin),
                part=np.ascontiguousarray(part[..., ::-1]),
                chosen_by=file.parent.name in choosing,
            )


def _spread(files: Sequence[Path], most: int) -> list[Path]:
    """`most` of the files, over all of them."""
    step = max(1.0, len(files) / most)
    return [files[int(number * step)] for number in range(min(most, len(files)))]
