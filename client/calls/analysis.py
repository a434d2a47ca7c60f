"""Calls of `sureface.analysis.v1.AnalysisService`."""

from client.calls.prepared import Prepared, prepare
from client.codec import face as codec
from client.codec.wire import image
from client.types import Detection, Extraction, Picture
from sureface.analysis.v1 import analysis_pb2 as pb


def detect_faces(*, picture: Picture, max_faces: int = 0) -> Prepared[Detection]:
    """Find the faces of a picture. `max_faces` 0 means 100."""
    request = pb.DetectFacesRequest(image=image(picture), max_faces=max_faces)
    return prepare(request, pb.DetectFacesResponse, codec.detection)


def extract(
    *,
    picture: Picture,
    max_faces: int = 0,
    expected_contract_id: str = "",
    measures: bool = False,
    enhanced: bool = False,
    camera_id: str = "",
) -> Prepared[Extraction]:
    """Find the faces of a picture; vector and quality of each. `max_faces` 0 means 64.

    With `measures`, the OFIQ-style quality measures of each, too; with `enhanced`, what an
    enhancer makes of each, for people to look at. The vectors stay those of the raw crops.
    """
    request = pb.ExtractRequest(
        image=image(picture),
        max_faces=max_faces,
        expected_contract_id=expected_contract_id,
        measures=measures,
        enhanced=enhanced,
        camera_id=camera_id,
    )
    return prepare(request, pb.ExtractResponse, codec.extraction)
