"""What records tell of cameras."""

from collections.abc import Iterable

from google.protobuf.timestamp_pb2 import Timestamp

from faces.insight import CAUSES, Cause, Group, Insight, Outcome, Spread, Tally, sentence
from gateway.insight.summarizing import Period
from sureface.insight.v1 import insight_pb2 as pb


def encode_insight(insight: Insight, period: Period) -> pb.SummarizeCamerasResponse:
    """All cameras of two periods."""
    times = (Timestamp(), Timestamp(), Timestamp())
    for stamp, time in zip(times, (period.start, period.end, period.before), strict=True):
        stamp.FromDatetime(time)
    start, end, before = times
    return pb.SummarizeCamerasResponse(
        start_time=start,
        end_time=end,
        previous_start_time=before,
        cameras=map(_camera, insight.groups),
        further_record_count=insight.beyond,
    )


def _camera(group: Group) -> pb.CameraSummary:
    return pb.CameraSummary(
        camera_id=group.camera_id,
        scene=group.scene,
        current=_counts(group.now, group.contract_id),
        previous=_counts(group.before, group.contract_id),
        trend=pb.Trend.Value(f"TREND_{group.trend.name}"),
        contract_id=group.contract_id,
        advice=sentence(group),
    )


def _counts(tally: Tally, contract_id: str) -> pb.PictureCounts:
    magnitudes = tally.magnitudes.get(contract_id)
    return pb.PictureCounts(
        good_count=tally.outcomes[Outcome.GOOD],
        low_count=tally.low,
        faceless_count=tally.outcomes[Outcome.NO_FACE],
        unjudged_count=tally.outcomes[Outcome.NOT_JUDGED],
        clusters=[_cluster(causes, count) for causes, count in tally.clusters.most_common()],
        quality=_distribution(tally.quality),
        magnitude=_distribution(magnitudes) if magnitudes else None,
    )


def _cluster(causes: Iterable[Cause], count: int) -> pb.CauseCluster:
    in_order = [cause for cause in CAUSES if cause in set(causes)]
    return pb.CauseCluster(
        causes=[pb.Cause.Value(f"CAUSE_{cause.name}") for cause in in_order], picture_count=count
    )


def _distribution(spread: Spread) -> pb.Distribution:
    return pb.Distribution(
        count=spread.count,
        mean=spread.mean,
        lower_decile=spread.quantile(0.1),
        median=spread.quantile(0.5),
        upper_decile=spread.quantile(0.9),
        buckets=[pb.Bucket(low=b.low, high=b.high, count=b.count) for b in spread.buckets],
    )
