"""The objective: classify at a random temperature, without drifting off."""

import torch
from torch import Tensor
from torch.nn import functional


def temperature(log_variances: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Draw one temperature for each crop.

    A generalised chi-square: with equal variances v it is Gamma(delta / 2, (delta / 2 - 1) / v),
    whose mode is v.

    Args:
        log_variances: Shape (n, delta), delta at least 3.
        generator: Source of chance; torch's own if None.

    Returns:
        Shape (n,), > 0.
    """
    noise = torch.randn(log_variances.shape, generator=generator)
    return (log_variances.exp() * noise.square()).sum(1) / (log_variances.shape[1] - 2)


def divergence(log_variances: Tensor) -> Tensor:
    """Mean Kullback-Leibler divergence of N(0, v_k) from N(0, 1); 0 only where v is 1."""
    return 0.5 * (log_variances.exp() - log_variances - 1).mean()


def objective(
    log_variances: Tensor,
    cosines: Tensor,
    persons: Tensor,
    *,
    scale: float,
    margin: float,
    weight: float,
) -> Tensor:
    """Cross-entropy at a drawn temperature, with CosFace's margin, plus the divergence.

    Args:
        log_variances: Shape (n, delta).
        cosines: Shape (n, p): of each vector with each person's centre.
        persons: Shape (n,): whose each is.
        scale: Of the logits.
        margin: Taken off the cosine with the own centre.
        weight: Of the divergence.
    """
    own = functional.one_hot(persons, cosines.shape[1])
    logits = scale * (cosines - margin * own)
    drawn = temperature(log_variances).clamp(min=1e-3)
    return functional.cross_entropy(logits / drawn[:, None], persons) + weight * divergence(
        log_variances
    )
