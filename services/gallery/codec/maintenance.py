"""Maintenance on the wire."""

from faces import fields
from services.gallery.codec.replies import time
from services.gallery.codec.requests import request_of
from services.gallery.maintenance.resealing import KeysInUse, Progress
from services.gallery.maintenance.stats import Stats
from services.gallery.maintenance.steps import Step, Wish
from services.gallery.plan import Plan
from services.gallery.successor import Rebuilt
from sureface.gallery.v1 import maintenance_pb2 as pb

DEFAULT_RECALL = 0.995


def decode_tune(message: pb.TuneCollectionRequest) -> Wish:
    """What is to be tuned."""
    recall = fields.within(message.min_recall, "min_recall", low=0, high=1)
    return Wish(
        collection_id=fields.collection_id(message.collection_id),
        min_recall=recall or DEFAULT_RECALL,
        write=request_of(message) if message.apply else None,
    )


def step(value: Step) -> pb.TuneCollectionResponse:
    """What one plan is worth."""
    measured = value.measured
    return pb.TuneCollectionResponse(
        plan=_plan(measured.plan),
        recall_at_1=measured.recall_at_1,
        recall_at_10=measured.recall_at_10,
        latency_ms=measured.latency_ms,
        batched_latency_ms=measured.batched_latency_ms,
        index_bytes=measured.index_bytes,
        measured_count=value.number,
        plan_count=value.of,
        chosen=value.chosen,
    )


def stats(value: Stats) -> pb.GetCollectionStatsResponse:
    """What a collection's index is, and costs."""
    saved = value.saved
    return pb.GetCollectionStatsResponse(
        collection_id=value.collection.collection_id,
        contract_id=value.collection.contract_id,
        dimension=value.collection.dimension,
        person_count=value.persons,
        template_count=value.templates,
        tombstone_count=value.tombstones,
        index_kind=value.kind,
        plan=_plan(value.plan),
        tuned=value.tuned,
        index_bytes=value.index_bytes,
        table_bytes=value.table_bytes,
        position=value.position,
        lag=value.lag,
        snapshot_time=time(saved.written_us) if saved else None,
        snapshot_template_count=saved.templates if saved else 0,
    )


def compacted(value: Rebuilt) -> pb.CompactCollectionResponse:
    """What a compaction brought."""
    return pb.CompactCollectionResponse(
        tombstone_count=value.tombstones,
        template_count=value.templates,
        index_bytes_before=value.bytes_before,
        index_bytes_after=value.bytes_after,
    )


def sealing(value: KeysInUse) -> pb.GetSealingResponse:
    """What templates are sealed with."""
    return pb.GetSealingResponse(key_id=value.key_id, older_key_ids=value.older)


def resealed(value: Progress) -> pb.ResealTemplatesResponse:
    """How far it is."""
    return pb.ResealTemplatesResponse(
        key_id=value.key_id,
        template_count=value.seen,
        resealed_count=value.changed,
        done=value.done,
        older_key_ids=value.older,
    )


def _plan(value: Plan) -> pb.IndexPlan:
    return pb.IndexPlan(
        storage=value.storage,
        first_stage=value.first_stage,
        shortlist=value.shortlist,
        nprobe=value.nprobe,
    )
