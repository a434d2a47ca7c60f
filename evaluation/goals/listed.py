"""All numbers of one model, in the order of a page."""

from collections.abc import Mapping

from evaluation.examination import Examined
from evaluation.goals import others, quality, recognition
from evaluation.goals.number import Number
from evaluation.parts.cost import Cost


def numbers(own: Examined, base: Examined | None, costs: Mapping[str, Cost]) -> list[Number]:
    """List them.

    Args:
        own: The model.
        base: What it is compared with; None for the baseline itself.
        costs: Of both, by name.
    """
    against = None if base is None else costs[base.name]
    return [
        *recognition.clean(own, base),
        *recognition.spoiled(own, base),
        *recognition.patterns(own, learned=base is not None),
        *quality.numbers(own, learned=base is not None),
        *others.numbers(own),
        *others.cost(costs[own.name], against),
    ]
