"""Calls of `sureface.investigation.v1.InvestigationService`."""

from client.calls.prepared import Prepared, prepare
from client.codec import decision as codec
from client.codec.wire import image
from client.types import Comparison, Picture, SearchOnly, SearchResult
from sureface.investigation.v1 import investigation_pb2 as pb


def search(
    *,
    scene: str,
    probe: Picture,
    collection_id: str,
    case_id: str,
    purpose: str,
    operator_id: str,
    limit: int = 0,
    camera_id: str = "",
    only: SearchOnly | None = None,
) -> Prepared[SearchResult]:
    """Rank the persons of a collection by similarity. `limit` 0 means 10, at most 100.

    With `only`, among the templates that it lets through.
    """
    request = pb.SearchRequest(
        scene=scene,
        probe=image(probe),
        collection_id=collection_id,
        case_id=case_id,
        purpose=purpose,
        operator_id=operator_id,
        limit=limit,
        camera_id=camera_id,
        filter=codec.wire_only(only) if only else None,
    )
    return prepare(request, pb.SearchResponse, codec.search_result)


def compare(
    *,
    scene: str,
    first: Picture,
    second: Picture,
    enhanced: bool = False,
    first_camera_id: str = "",
    second_camera_id: str = "",
) -> Prepared[Comparison]:
    """Compare the most prominent faces of two pictures.

    With `enhanced`, what the scene's policy had an enhancer make of them comes along, for people
    to look at.
    """
    request = pb.CompareRequest(
        scene=scene,
        first=image(first),
        second=image(second),
        enhanced=enhanced,
        first_camera_id=first_camera_id,
        second_camera_id=second_camera_id,
    )
    return prepare(request, pb.CompareResponse, codec.comparison)
