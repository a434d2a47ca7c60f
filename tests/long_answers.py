"""Answers about what takes long, for tests of the client: jobs, periods of cameras and tables."""

from collections.abc import Iterator

from google.protobuf.timestamp_pb2 import Timestamp

from sureface.insight.v1 import insight_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2
from sureface.type.v1 import decision_pb2

NOON = Timestamp(seconds=1_700_000_000)

JOB = investigation_pb2.Job(
    job_id="j-1",
    state=investigation_pb2.JOB_STATE_RUNNING,
    done_frame_count=40,
    total_frame_count=100,
    broken_frame_count=2,
    create_time=NOON,
    scene="search_prefilter",
    policy_version="abc",
    collection_id="people",
    case_id="c-1",
    purpose="test",
    operator_id="o-1",
)


def job_watched(
    requests: Iterator[investigation_pb2.WatchJobRequest],
) -> Iterator[investigation_pb2.WatchJobResponse]:
    """A job that is told of twice, and has then ended."""
    next(requests)
    ended = investigation_pb2.Job(
        state=investigation_pb2.JOB_STATE_SUCCEEDED,
        done_frame_count=100,
        track_count=3,
        result_path="/jobs/j-1",
        end_time=NOON,
    )
    last = investigation_pb2.Job()
    last.CopyFrom(JOB)
    last.MergeFrom(ended)
    for job in (JOB, JOB, last):
        yield investigation_pb2.WatchJobResponse(job=job)


SIMULATED = policy_pb2.SimulatePolicyResponse(
    policy_version="def",
    scenes=[
        policy_pb2.SceneSimulation(
            scene="access_control",
            decision_count=1_000,
            unchanged_count=950,
            changes=[
                policy_pb2.DecisionChange(
                    old_verdict=decision_pb2.VERDICT_MATCH,
                    old_rule=decision_pb2.RULE_ACCEPT,
                    new_verdict=decision_pb2.VERDICT_REVIEW,
                    new_rule=decision_pb2.RULE_BELOW_ACCEPT,
                    decision_count=40,
                    decision_ids=["d-1", "d-2", "d-3"],
                )
            ],
            untold=[
                policy_pb2.UntoldDecisions(
                    reason=policy_pb2.UNTOLD_REASON_NOT_EMBEDDED,
                    decision_count=10,
                    decision_ids=["d-4"],
                )
            ],
        )
    ],
)

CALIBRATION_PERIODS = policy_pb2.ListCalibrationPeriodsResponse(
    periods=[
        policy_pb2.CalibrationPeriod(
            contract_id="arc512-1", begin_time=Timestamp(seconds=NOON.seconds + 60)
        ),
        policy_pb2.CalibrationPeriod(
            contract_id="arc512-1",
            version="cal-1",
            begin_time=NOON,
            end_time=Timestamp(seconds=NOON.seconds + 60),
        ),
    ]
)

SUMMARIZED = insight_pb2.SummarizeCamerasResponse(
    start_time=NOON,
    end_time=Timestamp(seconds=NOON.seconds + 604_800),
    previous_start_time=Timestamp(seconds=NOON.seconds - 604_800),
    cameras=[
        insight_pb2.CameraSummary(
            camera_id="gate-7",
            scene="access_control",
            current=insight_pb2.PictureCounts(
                good_count=60,
                low_count=40,
                faceless_count=3,
                clusters=[
                    insight_pb2.CauseCluster(
                        causes=[insight_pb2.CAUSE_DARK, insight_pb2.CAUSE_NOISY], picture_count=30
                    ),
                    insight_pb2.CauseCluster(causes=[insight_pb2.CAUSE_SMALL], picture_count=10),
                ],
                quality=insight_pb2.Distribution(
                    count=100,
                    mean=0.6,
                    median=0.7,
                    buckets=[
                        insight_pb2.Bucket(low=0.3, high=0.35, count=40),
                        insight_pb2.Bucket(low=0.35, high=0.4, count=0),
                        insight_pb2.Bucket(low=0.4, high=0.45, count=10),
                        insight_pb2.Bucket(low=0.95, high=1, count=50),
                    ],
                ),
                magnitude=insight_pb2.Distribution(
                    count=100,
                    mean=3,
                    median=3.1,
                    buckets=[
                        insight_pb2.Bucket(low=2, high=2.18, count=5),
                        insight_pb2.Bucket(low=2.18, high=2.38, count=95),
                    ],
                ),
            ),
            previous=insight_pb2.PictureCounts(good_count=95, low_count=5),
            trend=insight_pb2.TREND_WORSE,
            contract_id="arc512-1",
            advice="add light",
        )
    ],
)
