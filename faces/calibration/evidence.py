"""What one similarity says, as a likelihood ratio."""

import math
from dataclasses import dataclass

from faces.calibration import likelihood
from faces.calibration.likelihood import Events
from faces.calibration.tail import Numbers

_RIDGE = 1e-6
"""Clean photos of few people do not overlap: without it, their ratios would be a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """``LLR = similarity s + offset + quality q + product s q``, within its limits (`methods` E).

    The natural logarithm of how many times likelier a similarity s is between two samples of one
    person than between two strangers; q is the lower of both qualities.
    """

    similarity: float
    offset: float
    quality: float = 0.0
    product: float = 0.0

    least: float
    """Limits: data cannot show a ratio that is rarer than they are many."""

    most: float

    def __post_init__(self) -> None:
        numbers = (self.similarity, self.offset, self.quality, self.product, self.least, self.most)
        # More similar is never less evidence, whatever the quality.
        rises = min(self.similarity, self.similarity + self.product) > 0
        if not (all(map(math.isfinite, numbers)) and rises and self.least <= self.most):
            raise ValueError(f"no evidence has these numbers: {numbers}")

    @classmethod
    def of(cls, similarity: Numbers, quality: Numbers, same: Events) -> "Evidence":
        """Fit comparisons; with quality if that makes sense of them.

        Args:
            similarity: Shape (n,).
            quality: Shape (n,): the lower one of both samples, in [0, 1].
            same: Shape (n,); some are, and some are not.

        Raises:
            ValueError: Similarities of one person are no higher than those of strangers.
        """
        limits = {"least": -math.log(same.sum()), "most": math.log((~same).sum())}
        for given in (quality, None):
            found = likelihood.fit(likelihood.columns(similarity, given), same, ridge=_RIDGE)
            factors = dict(
                zip(("similarity", "offset", "quality", "product"), found.tolist(), strict=False)
            )
            try:
                numbers = (factors | limits).items()
                return cls(**{name: float(f"{value:.7g}") for name, value in numbers})
            except ValueError:
                continue
        raise ValueError("photos of one person are no more alike than those of strangers")

    def ratio(self, similarity: float, quality: float) -> float:
        """The natural logarithm of the likelihood ratio."""
        found = self.similarity * similarity + self.offset
        found += quality * (self.quality + self.product * similarity)
        return min(self.most, max(self.least, found))
