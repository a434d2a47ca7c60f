"""Decodes what a gallery tells its operators."""

from client.codec.wire import moment, number
from client.types.maintenance import (
    CollectionStats,
    Compaction,
    IndexPlan,
    PlanMeasured,
    Resealing,
    Sealing,
)
from sureface.gallery.v1 import maintenance_pb2 as pb


def stats(message: pb.GetCollectionStatsResponse) -> CollectionStats:
    """One collection."""
    return CollectionStats(
        collection_id=message.collection_id,
        contract_id=message.contract_id,
        dimension=message.dimension,
        person_count=message.person_count,
        template_count=message.template_count,
        tombstone_count=message.tombstone_count,
        index_kind=message.index_kind,
        plan=_plan(message.plan),
        tuned=message.tuned,
        index_bytes=message.index_bytes,
        table_bytes=message.table_bytes,
        position=message.position,
        lag=message.lag,
        snapshot_time=moment(message.snapshot_time) if message.HasField("snapshot_time") else None,
        snapshot_template_count=message.snapshot_template_count,
    )


def compaction(message: pb.CompactCollectionResponse) -> Compaction:
    """What it brought."""
    return Compaction(
        tombstone_count=message.tombstone_count,
        template_count=message.template_count,
        index_bytes_before=message.index_bytes_before,
        index_bytes_after=message.index_bytes_after,
    )


def measured(message: pb.TuneCollectionResponse) -> PlanMeasured:
    """One answer of a tuning."""
    return PlanMeasured(
        plan=_plan(message.plan),
        recall_at_1=number(message.recall_at_1),
        recall_at_10=number(message.recall_at_10),
        latency_ms=number(message.latency_ms),
        batched_latency_ms=number(message.batched_latency_ms),
        index_bytes=message.index_bytes,
        measured_count=message.measured_count,
        plan_count=message.plan_count,
        chosen=message.chosen,
    )


def sealing(message: pb.GetSealingResponse) -> Sealing:
    """What templates are encrypted with."""
    return Sealing(key_id=message.key_id, older_key_ids=tuple(message.older_key_ids))


def resealing(message: pb.ResealTemplatesResponse) -> Resealing:
    """How far it is."""
    return Resealing(
        key_id=message.key_id,
        template_count=message.template_count,
        resealed_count=message.resealed_count,
        done=message.done,
        older_key_ids=tuple(message.older_key_ids),
    )


def _plan(message: pb.IndexPlan) -> IndexPlan:
    return IndexPlan(
        storage=message.storage,
        first_stage=message.first_stage,
        shortlist=message.shortlist,
        nprobe=message.nprobe,
    )
