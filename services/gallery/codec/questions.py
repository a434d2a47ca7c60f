"""Questions to the gallery: probes, and how they are searched."""

from collections.abc import Sequence

from faces import fields
from faces.errors import FieldInvalid, FieldMissing
from services.gallery.codec.requests import contract_id
from services.gallery.codec.samples import microseconds, vector_of
from services.gallery.filter import GROUP, Filter
from services.gallery.gallery import Probes
from services.gallery.matches import Aggregation, How
from sureface.gallery.v1 import gallery_pb2 as pb

MAX_PROBES = 64
"""Most probes of one call."""

MAX_LIMIT = 100
DEFAULT_LIMIT = 10
"""Persons per probe."""

_AGGREGATIONS: dict[int, Aggregation] = {
    pb.AGGREGATION_UNSPECIFIED: Aggregation.BEST,
    pb.AGGREGATION_BEST: Aggregation.BEST,
    pb.AGGREGATION_FUSED: Aggregation.FUSED,
}


def decode_search(message: pb.SearchPersonsRequest) -> tuple[Probes, int]:
    """Probes, not checked yet, and how many persons are wanted for each."""
    fields.count(len(message.probes), "probes", limit=MAX_PROBES)
    limit = int(fields.within(message.limit, "limit", low=0, high=MAX_LIMIT))
    return _probes(message, message.probes), limit or DEFAULT_LIMIT


def decode_score(message: pb.ScorePersonRequest) -> tuple[Probes, str]:
    """One probe, not checked yet, and whom it is compared with."""
    if not message.HasField("probe"):
        raise FieldMissing(field="probe")
    return _probes(message, [message.probe]), fields.person_id(message.person_id)


def _probes(
    message: pb.SearchPersonsRequest | pb.ScorePersonRequest, probes: Sequence[pb.Probe]
) -> Probes:
    if message.min_position < 0:
        raise FieldInvalid(field="min_position", rule="must not be negative")
    if message.aggregation not in _AGGREGATIONS:
        raise FieldInvalid(field="aggregation", rule="must be one of the published values")
    return Probes(
        collection_id=fields.collection_id(message.collection_id),
        contract_id=contract_id(message.contract_id),
        vectors=list(map(vector_of, probes)),
        how=How(filter=_filter(message.filter), aggregation=_AGGREGATIONS[message.aggregation]),
        min_position=message.min_position,
    )


def _filter(message: pb.SearchFilter) -> Filter:
    persons = dict(message.person_labels)
    if message.group and persons.setdefault(GROUP, message.group) != message.group:
        raise FieldInvalid(field="filter.group", rule="must not contradict person_labels")
    return Filter.of(
        persons=fields.labels(persons),
        templates=fields.labels(dict(message.template_labels)),
        from_us=_time(message, "start_time"),
        until_us=_time(message, "end_time"),
    )


def _time(message: pb.SearchFilter, field: str) -> int | None:
    return microseconds(getattr(message, field), field) if message.HasField(field) else None  # type: ignore[arg-type]  # one of its two times
