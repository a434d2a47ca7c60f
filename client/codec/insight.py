"""Decodes what records tell of cameras."""

from client.codec.wire import known, moment
from client.types.insight import (
    CameraInsight,
    CameraSummary,
    CauseCluster,
    Distribution,
    PictureCounts,
)
from faces.insight import Bucket, Cause, Trend
from sureface.insight.v1 import insight_pb2 as pb


def insight(message: pb.SummarizeCamerasResponse) -> CameraInsight:
    """All cameras of a period."""
    return CameraInsight(
        start_time=moment(message.start_time),
        end_time=moment(message.end_time),
        previous_start_time=moment(message.previous_start_time),
        cameras=tuple(map(_camera, message.cameras)),
        further_record_count=message.further_record_count,
    )


def _camera(message: pb.CameraSummary) -> CameraSummary:
    return CameraSummary(
        camera_id=message.camera_id,
        scene=message.scene,
        current=_counts(message.current),
        previous=_counts(message.previous),
        trend=known(Trend, pb.Trend.DESCRIPTOR, message.trend),
        contract_id=message.contract_id,
        advice=message.advice,
    )


def _counts(message: pb.PictureCounts) -> PictureCounts:
    magnitude = _distribution(message.magnitude) if message.HasField("magnitude") else None
    return PictureCounts(
        good_count=message.good_count,
        low_count=message.low_count,
        faceless_count=message.faceless_count,
        unjudged_count=message.unjudged_count,
        clusters=tuple(map(_cluster, message.clusters)),
        quality=_distribution(message.quality),
        magnitude=magnitude,
    )


def _cluster(message: pb.CauseCluster) -> CauseCluster:
    causes = tuple(known(Cause, pb.Cause.DESCRIPTOR, cause) for cause in message.causes)
    return CauseCluster(causes=causes, picture_count=message.picture_count)


def _distribution(message: pb.Distribution) -> Distribution:
    return Distribution(
        count=message.count,
        mean=message.mean,
        lower_decile=message.lower_decile,
        median=message.median,
        upper_decile=message.upper_decile,
        buckets=tuple(Bucket(each.low, each.high, each.count) for each in message.buckets),
    )
