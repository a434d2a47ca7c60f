"""What a camera's adapter does to maps: a scale and a shift of each channel.

After Perez et al., "FiLM" (AAAI 2018). The numbers are inputs of the network, a row for each crop,
so crops of several cameras share a batch; zeros change nothing.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def size(widths: Sequence[int]) -> int:
    """Numbers of one adapter for blocks of these widths."""
    return 2 * sum(widths)


def parts(adapter: Tensor | None, widths: Sequence[int]) -> list[Tensor | None]:
    """Cut rows of shape (n, k) into those of each block, (n, 2 * width); nothing of None."""
    if adapter is None:
        return [None] * len(widths)
    return list(torch.split(adapter, [2 * width for width in widths], dim=1))


def adapted(maps: Tensor, part: Tensor | None) -> Tensor:
    """Maps of shape (n, c, h, w) under a block's part of the adapter, (n, 2c): scales, shifts."""
    if part is None:
        return maps
    scale, shift = part[..., None, None].chunk(2, dim=1)
    return maps * (1 + scale) + shift
