"""The public API as a whole: what is served, what is said, what is kept."""

import asyncio
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.audit.v1 import audit_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.insight.v1 import insight_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2
from sureface.type.v1 import decision_pb2
from tests.mesh.mesh import Mesh, fresh_id, image, refusal
from tests.photos import degraded, photo
from tests.records import kept

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = (
    *(access_pb2, analysis_pb2, audit_pb2, enrollment_pb2),
    *(insight_pb2, investigation_pb2, policy_pb2),
)


async def test_serves_everything(shared: Mesh) -> None:
    """Every call of the contract is answered or refused for a reason of its own."""
    for file in PUBLIC:
        [service] = file.DESCRIPTOR.services_by_name.values()
        for method in service.methods:
            path = f"/{service.full_name}/{method.name}"
            code, reason = await refusal_of_nothing(shared, path, method)
            assert code not in {"INTERNAL", "UNKNOWN", "UNIMPLEMENTED"}, path
            assert reason or code == "OK", path


async def refusal_of_nothing(shared: Mesh, path: str, method: Any) -> tuple[str, str]:
    """Call a method of any kind with an empty request: its code and reason."""
    kinds: dict[tuple[bool, bool], Any] = {
        (False, False): shared.channel.unary_unary,
        (False, True): shared.channel.unary_stream,
        (True, False): shared.channel.stream_unary,
        (True, True): shared.channel.stream_stream,
    }
    asks, answers = method.client_streaming, method.server_streaming
    call = kinds[asks, answers](path)() if asks else kinds[asks, answers](path)(b"")
    if asks:
        await call.write(b"")
        await call.done_writing()

    async def outcome() -> object:
        return [answer async for answer in call] if answers else await call

    try:
        return await refusal(outcome())
    except AssertionError:
        return "OK", ""


async def test_garbage_is_not_our_bug(shared: Mesh) -> None:
    """Bytes that are no message are the caller's mistake, not an INTERNAL error."""
    call: Any = shared.channel.unary_unary("/sureface.access.v1.AccessService/Identify")

    assert ("INVALID_ARGUMENT", "MESSAGE_MALFORMED") == await refusal(call(b"\xff\xff\xff"))


async def test_two_people_confirm(shared: Mesh) -> None:
    """A hit becomes a review that two people close, neither of them the searcher."""
    await shared.enrol("wanted", p1="obama")
    found = await shared.investigation.Search(
        investigation_pb2.SearchRequest(
            scene="search_prefilter",
            probe=image(photo("obama3")),
            collection_id="wanted",
            case_id="case-1",
            purpose="test",
            operator_id="searcher",
        )
    )

    def judge(reviewer: str, judgement: int = investigation_pb2.JUDGEMENT_SAME_PERSON) -> Any:
        return shared.investigation.SubmitReview(
            investigation_pb2.SubmitReviewRequest(
                request_id=fresh_id(),
                review_id=found.review_id,
                reviewer_id=reviewer,
                judgement=judgement,  # type: ignore[arg-type]
                person_id="p1",
                findings=[
                    investigation_pb2.FeatureFinding(
                        feature=investigation_pb2.FACIAL_FEATURE_EYES,
                        finding=investigation_pb2.FINDING_SIMILAR,
                    )
                ],
            )
        )

    async def look(reviewer: str) -> None:
        about = {"review_id": found.review_id, "reviewer_id": reviewer}
        raw = await shared.investigation.OpenReview(investigation_pb2.OpenReviewRequest(**about))
        assert photo("obama3") == raw.probe.data
        await shared.investigation.OpenReviewCandidates(
            investigation_pb2.OpenReviewCandidatesRequest(**about)
        )

    conflict = ("FAILED_PRECONDITION", "REVIEWER_CONFLICT")
    assert decision_pb2.VERDICT_REVIEW == found.decision.verdict
    assert conflict == await refusal(judge("searcher"))
    assert ("FAILED_PRECONDITION", "REVIEW_NOT_OPENED") == await refusal(judge("anna"))
    await look("anna")
    first = await judge("anna")
    assert investigation_pb2.REVIEW_STATE_OPEN == first.review.state
    assert conflict == await refusal(judge("anna"))
    await look("boris")
    second = await judge("boris")
    assert investigation_pb2.REVIEW_STATE_CONFIRMED == second.review.state
    assert ("FAILED_PRECONDITION", "REVIEW_CLOSED") == await refusal(judge("carla"))
    listed = await shared.investigation.ListReviews(
        investigation_pb2.ListReviewsRequest(case_id="case-1")
    )
    assert [found.review_id] == [review.review_id for review in listed.reviews]
    about = [each for each in kept(shared.folder) if each.get("review_id") == found.review_id]
    judged = [each for each in about if each["kind"] == "review"]
    opened = [each["reviewer_id"] for each in about if each["kind"] == "review_opening"]
    assert ["anna", "anna", "boris", "boris"] == opened
    assert ["anna", "boris"] == [each["reviewer_id"] for each in judged]
    assert {found.decision.decision_id} == {each["decision_id"] for each in judged}


async def test_an_erased_person_is_gone(shared: Mesh) -> None:
    """After the receipt nobody finds them, and the receipt stays the same."""
    await shared.enrol("leaving", p1="obama")
    request = enrollment_pb2.DeletePersonRequest(
        request_id=fresh_id(), collection_id="leaving", person_id="p1"
    )

    receipt = (await shared.enrollment.DeletePerson(request)).receipt
    again = (await shared.enrollment.DeletePerson(request)).receipt
    answer = await shared.access.Identify(
        access_pb2.IdentifyRequest(
            scene="access_control", probe=image(photo("obama")), collection_id="leaving"
        )
    )

    assert receipt == again
    assert 1 == receipt.template_count
    assert decision_pb2.RULE_NO_CANDIDATE == answer.decision.rule


async def test_a_missing_enhancer_is_said(shared: Mesh) -> None:
    """A scene that would enhance says that it could not, in the answer and in the log."""
    answer = await shared.investigation.Compare(
        investigation_pb2.CompareRequest(
            scene="alarm_review", first=image(degraded("obama2")), second=image(photo("obama"))
        )
    )

    assert ["enhancer_not_configured"] == list(answer.decision.degradations)


async def test_every_decision_is_on_record(shared: Mesh) -> None:
    """An answer's decision is in the log, word for word, before the answer arrives."""
    await shared.enrol("recorded", p1="obama")
    answer = await shared.access.Identify(
        access_pb2.IdentifyRequest(
            scene="access_control",
            probe=image(photo("obama2")),
            collection_id="recorded",
            camera_id="cam-7",
        )
    )

    decision_id = answer.decision.decision_id
    [record] = [r for r in kept(shared.folder) if r.get("decision_id") == decision_id]
    assert ("match", "accept", "cam-7", answer.decision.reason) == (
        record["verdict"],
        record["rule"],
        record["camera_id"],
        record["reason"],
    )
    assert answer.candidate.similarity == pytest.approx(
        record["candidates"][0]["similarity"], abs=1e-4
    )


async def test_policies_explain_themselves(shared: Mesh) -> None:
    """The table can be read and asked, and says which rule would fire."""
    table = await shared.policy.ListPolicies(policy_pb2.ListPoliciesRequest())
    explained = await shared.policy.ExplainDecision(
        policy_pb2.ExplainDecisionRequest(scene="access_control", inter_eye_px=22)
    )

    scenes = [policy.scene for policy in table.policies]
    assert ["access_control", "alarm_review", "search_prefilter"] == scenes
    assert (decision_pb2.VERDICT_RECAPTURE, decision_pb2.RULE_MIN_INTER_EYE_PX) == (
        explained.verdict,
        explained.rule,
    )
    assert "22 px between the eyes, this scene needs 40" == explained.reason
    assert table.policy_version == explained.policy_version


async def test_a_foreign_client_needs_nothing_of_ours(shared: Mesh) -> None:
    """`buf curl` reads the schema by reflection and gets an answer."""
    buf = shutil.which("buf", path=str(Path(sys.executable).parent))
    assert buf
    port = shared.processes["gateway"].port
    process = await asyncio.create_subprocess_exec(
        buf,
        *(
            "curl",
            "--protocol",
            "grpc",
            "--http2-prior-knowledge",
            "-d",
            '{"scene":"alarm_review"}',
        ),
        f"http://127.0.0.1:{port}/sureface.policy.v1.PolicyService/GetPolicy",
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()

    assert "VERDICT_REVIEW" == json.loads(out)["policy"]["onLowQuality"]


async def test_logs_hold_no_pixels_vectors_or_names(shared: Mesh) -> None:
    """The processes log calls and incidents, and nothing that was in the messages."""
    text = "".join(line for p in shared.processes.values() for line in p.lines)

    assert '"message": "call"' in text
    for secret in ("obama", "wanted", "searcher", "anna", "vector", "JFIF"):
        assert secret not in text
