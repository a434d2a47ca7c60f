"""What a re-export changes in the signature of each upstream model: names and free dimensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Shape = tuple[int | str, ...]
"""A number is fixed, a word is free and named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The signature of a re-exported model."""

    inputs: Mapping[str, Shape]
    """Name after renaming, and shape."""

    outputs: Mapping[str, Shape]
    """Name after renaming, and shape, in the order of the original."""

    renames: Mapping[str, str] = field(default_factory=dict)
    """Upstream name to ours, only where upstream's says nothing."""

    span: tuple[float, float] = (0.0, 255.0)
    """Lowest and highest input value, for checks by numbers."""


_PICTURE: Shape = ("batch", 3, "height", "width")

_YUNET_HEADS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
"""Numbers for each anchor point."""

_CENTERFACE_HEADS = {"heatmap": 1, "size": 2, "offset": 2, "landmarks": 10}
"""Channels."""

RECIPES: Mapping[str, Recipe] = {
    "yunet": Recipe(
        inputs={"input": _PICTURE},
        outputs={
            f"{head}_{stride}": ("batch", f"points_{stride}", numbers)
            for head, numbers in _YUNET_HEADS.items()
            for stride in (8, 16, 32)
        },
    ),
    "centerface": Recipe(
        inputs={"input": _PICTURE},
        outputs={
            head: ("batch", channels, "height/4", "width/4")
            for head, channels in _CENTERFACE_HEADS.items()
        },
        renames={
            "input.1": "input",
            "537": "heatmap",
            "538": "size",
            "539": "offset",
            "540": "landmarks",
        },
    ),
    "mobilefacenet": Recipe(
        inputs={"input": ("batch", 3, 112, 112)},
        outputs={"embedding": ("batch", 512)},
        renames={"output": "embedding"},
        span=(-1.0, 1.0),
    ),
}
"""By the key of `models.toml`."""
