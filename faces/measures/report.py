"""All measures of one face."""

from faces.measures import colour, light, placement, sharpness
from faces.measures.component import Component, Measure
from faces.measures.placement import Placement
from faces.measures.portrait import FACE, LEAST_SHOWN, Portrait

_ORDER = {component: place for place, component in enumerate(Component)}


def measure(portrait: Portrait, where: Placement) -> tuple[Measure, ...]:
    """Measure a face; what its picture does not show enough of is left out.

    Args:
        portrait: The face, aligned.
        where: Its place in the picture.

    Returns:
        At most one measure a component, in the order of `Component`.
    """
    found = placement.measures(where)
    region = FACE & portrait.shown
    if region.sum() >= LEAST_SHOWN * FACE.sum():
        found += light.measures(portrait, region)
        found.append(sharpness.measure(portrait.pixels, region))
    natural = colour.measure(portrait)
    if natural:
        found.append(natural)
    return tuple(sorted(found, key=lambda each: _ORDER[each.component]))
