"""Jobs, by both clients and by the command line."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from client.types import JobState
from faces.errors import FieldInvalid, JobNotFound, ServiceUnavailable
from sureface.investigation.v1 import investigation_pb2 as pb
from tests import long_answers
from tests.cli import run
from tests.clients import Call
from tests.fake_gateway import FakeGateway

ORDER: dict[str, Any] = {
    "scene": "search_prefilter",
    "collection_id": "people",
    "case_id": "c-1",
    "purpose": "test",
    "operator_id": "o-1",
    "paths": ["door.mp4", "pictures"],
}

SUBMIT = (
    *("job", "submit", "door.mp4", "pictures", "--collection", "people", "--case", "c-1"),
    *("--purpose", "test", "--operator", "o-1"),
)


def test_a_job_is_asked_for(call: Call, gateway: FakeGateway) -> None:
    """With all that it needs, and an id that makes it idempotent."""
    job = call("submit_job", **ORDER, priority=7)
    [request] = gateway.requests

    assert ("j-1", JobState.RUNNING, 40, 100, None) == (
        job.job_id,
        job.state,
        job.done_frame_count,
        job.total_frame_count,
        job.end_time,
    )
    assert ("people", "c-1", "test", "o-1", 7) == (
        request.collection_id,
        request.case_id,
        request.purpose,
        request.operator_id,
        request.priority,
    )
    assert (["door.mp4", "pictures"], 36) == (list(request.paths), len(request.request_id))


def test_a_job_is_watched_until_it_has_ended(call: Call) -> None:
    """What did not change is not told again."""
    states = call("watch_job", job_id="j-1")

    assert [JobState.RUNNING, JobState.SUCCEEDED] == [job.state for job in states]
    assert (100, 3, "/jobs/j-1") == (
        states[-1].done_frame_count,
        states[-1].track_count,
        states[-1].result_path,
    )


def test_a_watch_outlives_its_connection(
    call: Call, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream that breaks is followed by another one, which goes on."""
    monkeypatch.setattr("client.bulk.patience._PAUSE_S", 0.0)
    breaks = iter([True, True, False])

    def script(requests: Iterator[pb.WatchJobRequest]) -> Iterator[Any]:
        if next(breaks):
            yield pb.WatchJobResponse(job=long_answers.JOB)
            yield ServiceUnavailable(service="gateway")
        yield from long_answers.job_watched(requests)

    gateway.answers["WatchJob"] = script
    states = call("watch_job", job_id="j-1")

    assert [JobState.RUNNING, JobState.SUCCEEDED] == [job.state for job in states]


def test_a_job_that_is_not_there_is_refused(call: Call, gateway: FakeGateway) -> None:
    """At once: waiting would not bring it."""
    gateway.answers["WatchJob"] = JobNotFound(job_id="j-2")
    with pytest.raises(JobNotFound):
        call("watch_job", job_id="j-2")


def test_nobody_asks_for_an_unknown_state(call: Call) -> None:
    """OTHER is for answers of newer gateways."""
    with pytest.raises(FieldInvalid):
        call("list_jobs", state=JobState.OTHER)


def test_submit(gateway: FakeGateway) -> None:
    """Says what was queued, and how far it is."""
    result = run(gateway, *SUBMIT)

    assert 0 == result.exit_code
    assert "40 of 100, 2 of them broken" in result.stdout
    assert "search_prefilter" == gateway.requests[0].scene


def test_submit_and_wait(gateway: FakeGateway) -> None:
    """Follows the job, and tells how fast it went and where the findings are."""
    result = run(gateway, *SUBMIT, "--wait")

    assert 0 == result.exit_code
    assert "j-1 is running" in result.stdout
    assert "frames/s" in result.stdout
    assert "3 to review" in result.stdout
    assert "/jobs/j-1" in result.stdout


def test_a_job_that_failed(gateway: FakeGateway) -> None:
    """Has an exit code of its own, and says why."""
    failed = pb.Job(
        job_id="j-1",
        state=pb.JOB_STATE_FAILED,
        failure_reason="ERROR_REASON_SOURCE_UNUSABLE",
        failure_message="a.mp4 cannot be decoded as a video",
        create_time=long_answers.NOON,
        end_time=long_answers.NOON,
    )
    gateway.answers["WatchJob"] = lambda _: iter([pb.WatchJobResponse(job=failed)])
    result = run(gateway, "job", "watch", "j-1")

    assert 5 == result.exit_code
    assert "a.mp4 cannot be decoded as a video" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(SUBMIT, id="submit"),
        pytest.param((*SUBMIT, "--wait"), id="submit and wait"),
        pytest.param(("job", "watch", "j-1"), id="watch"),
        pytest.param(("job", "cancel", "j-1"), id="cancel"),
    ],
)
def test_one_document(gateway: FakeGateway, arguments: tuple[str, ...]) -> None:
    """With --json, a job is one document and nothing else."""
    result = run(gateway, *arguments, "--json")

    assert 0 == result.exit_code
    assert "j-1" == json.loads(result.stdout)["job_id"]


def test_list_is_what_a_job_without_a_command_does(gateway: FakeGateway) -> None:
    """One line a job."""
    result = run(gateway, "job", "--case", "c-1", "--state", "running")
    [request] = gateway.requests

    assert ("c-1", pb.JOB_STATE_RUNNING) == (request.case_id, request.state)
    assert "40 of 100" in result.stdout


def test_nothing_to_list(gateway: FakeGateway) -> None:
    """Is said."""
    gateway.answers["ListJobs"] = pb.ListJobsResponse()

    assert "no jobs\n" == run(gateway, "job", "list").stdout


def test_tracks_go_to_reviewers(gateway: FakeGateway) -> None:
    """Chosen ones, or the best; whoever names neither or both is asked which."""
    chosen = run(gateway, "job", "review", "j-1", "--operator", "mia", "--track", "3")
    best = run(gateway, "job", "review", "j-1", "--operator", "mia", "--top", "5")
    neither = run(gateway, "job", "review", "j-1", "--operator", "mia")

    assert (0, 0, 2) == (chosen.exit_code, best.exit_code, neither.exit_code)
    assert "sureface reviews open" in chosen.stdout
    first, second = gateway.requests
    assert ([3], 0, "mia") == (list(first.ranks), first.top, first.operator_id)
    assert ([], 5) == (list(second.ranks), second.top)


def test_a_job_may_ask_for_reviews_itself(gateway: FakeGateway) -> None:
    """When it is submitted."""
    run(gateway, *SUBMIT, "--review", "7")

    assert 7 == gateway.requests[0].review_count
