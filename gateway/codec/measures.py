"""Quality measures."""

from collections.abc import Iterable

from faces.measures import Component, Measure
from sureface.type.v1 import measure_pb2 as pb

_KNOWN = {component.value: component for component in Component}


def decode_measures(measures: Iterable[pb.Measure]) -> tuple[Measure, ...]:
    """Measures as the detector sent them; those of a newer one that we do not know are dropped."""
    return tuple(
        Measure(
            component=_KNOWN[measure.name],
            native=measure.native_value,
            score=measure.score,
            estimated=measure.estimated,
        )
        for measure in measures
        if measure.name in _KNOWN
    )


def encode_measure(measure: Measure) -> pb.Measure:
    """A measure for the public API."""
    return pb.Measure(
        name=measure.component.value,
        native_value=measure.native,
        score=measure.score,
        estimated=measure.estimated,
    )
