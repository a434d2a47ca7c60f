"""Calls of `sureface.gallery.v1.MaintenanceService`."""

from client.calls.prepared import Prepared, prepare
from client.codec import enrollment
from client.codec import maintenance as codec
from client.types import Collection
from client.types.maintenance import (
    CollectionStats,
    Compaction,
    PlanMeasured,
    Resealing,
    Sealing,
)
from faces.paging import Page
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1 import maintenance_pb2 as pb


def list_collections(page_token: str) -> Prepared[Page[Collection]]:
    """List the collections of a gallery."""
    return prepare(
        gallery_pb2.ListCollectionsRequest(page_token=page_token),
        gallery_pb2.ListCollectionsResponse,
        lambda answer: Page(
            [enrollment.collection(each) for each in answer.collections], answer.next_page_token
        ),
    )


def get_stats(*, collection_id: str) -> Prepared[CollectionStats]:
    """Tell what a collection's index is, and what it costs."""
    request = pb.GetCollectionStatsRequest(collection_id=collection_id)
    return prepare(request, pb.GetCollectionStatsResponse, codec.stats)


def compact(*, collection_id: str) -> Prepared[Compaction]:
    """Rebuild a collection's index without what was deleted, and compact the store."""
    request = pb.CompactCollectionRequest(collection_id=collection_id)
    return prepare(request, pb.CompactCollectionResponse, codec.compaction)


def tune(*, collection_id: str, min_recall: float, request_id: str) -> Prepared[PlanMeasured]:
    """Measure ways of searching a collection; with a request id, keep the best."""
    request = pb.TuneCollectionRequest(
        collection_id=collection_id,
        min_recall=min_recall,
        apply=bool(request_id),
        request_id=request_id,
    )
    return prepare(request, pb.TuneCollectionResponse, codec.measured)


def get_sealing() -> Prepared[Sealing]:
    """Tell whether templates are encrypted, and with which keys."""
    return prepare(pb.GetSealingRequest(), pb.GetSealingResponse, codec.sealing)


def reseal() -> Prepared[Resealing]:
    """Have a gallery read its keys again, and encrypt all templates with the first."""
    return prepare(pb.ResealTemplatesRequest(), pb.ResealTemplatesResponse, codec.resealing)
