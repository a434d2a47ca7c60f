"""Calls of `sureface.insight.v1.InsightService`."""

from datetime import datetime

from client.calls.prepared import Prepared, prepare
from client.codec import insight as codec
from client.types import CameraInsight
from sureface.insight.v1 import insight_pb2 as pb


def summarize_cameras(
    *,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    camera_id: str = "",
    scene: str = "",
) -> Prepared[CameraInsight]:
    """Tell which cameras take bad pictures, why, and how it was in as long a period before.

    Times must know their zone; None means seven days before the end, and up to now.
    """
    request = pb.SummarizeCamerasRequest(camera_id=camera_id, scene=scene)
    if start_time:
        request.start_time.FromDatetime(start_time)
    if end_time:
        request.end_time.FromDatetime(end_time)
    return prepare(request, pb.SummarizeCamerasResponse, codec.insight)
