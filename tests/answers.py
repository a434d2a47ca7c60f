"""Answers that a gateway could give, for tests of the client."""

from collections.abc import Iterator

from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.gallery.v1 import gallery_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2
from sureface.type.v1 import decision_pb2, face_pb2
from tests.exports import handing_out, lines_made
from tests.fake_gateway import Script
from tests.long_answers import CALIBRATION_PERIODS, JOB, NOON, SIMULATED, SUMMARIZED, job_watched

FACE = face_pb2.Face(
    box=face_pb2.Box(x_min=10.5, y_min=20, x_max=110, y_max=150),
    landmarks=face_pb2.Landmarks(right_eye=face_pb2.Point(x=40, y=60)),
    detection_score=0.9,
    inter_eye_px=48.5,
    pose=face_pb2.Pose(yaw_deg=-3, pitch_deg=2, roll_deg=0.5),
)
QUALITY = face_pb2.Quality(score=0.61, band=face_pb2.QUALITY_BAND_GOOD, magnitude=3.5)
CANDIDATE = decision_pb2.Candidate(
    person_id="p-1", similarity=0.71, template_id="t-1", template_quality=0.9, rank=1
)


def decision(
    verdict: str = "MATCH", rule: str = "ACCEPT", *, reason: str = "as told"
) -> decision_pb2.Decision:
    """A decision with this verdict and rule."""
    return decision_pb2.Decision(
        decision_id="d-1",
        verdict=decision_pb2.Verdict.Value(f"VERDICT_{verdict}"),
        rule=decision_pb2.Rule.Value(f"RULE_{rule}"),
        reason=reason,
        advices=["hold still"],
        scene="access_control",
        policy_version="abc",
        contract_id="arc512-1",
        degradations=["enhancer_not_configured"],
        decide_time=NOON,
    )


def identified(verdict: str = "MATCH", *, reason: str = "as told") -> access_pb2.IdentifyResponse:
    """An answer of Identify."""
    return access_pb2.IdentifyResponse(
        decision=decision(verdict, reason=reason), candidate=CANDIDATE, face=FACE, quality=QUALITY
    )


COLLECTION = gallery_pb2.Collection(
    collection_id="staff",
    contract_id="arc512-1",
    dimension=512,
    person_count=2,
    template_count=3,
    create_time=NOON,
)
PERSON = gallery_pb2.Person(
    person_id="p-1", labels={"door": "east"}, template_count=2, create_time=NOON
)
RECEIPT = enrollment_pb2.ErasureReceipt(
    receipt_id="r-1", collection_id="staff", person_id="p-1", template_count=2, delete_time=NOON
)
REVIEW = investigation_pb2.Review(
    review_id="v-1",
    decision_id="d-1",
    case_id="c-1",
    collection_id="staff",
    candidates=[CANDIDATE],
    state=investigation_pb2.REVIEW_STATE_OPEN,
    needed_reviewer_count=2,
    judged_reviewer_count=1,
    create_time=NOON,
)
CASE = investigation_pb2.GetCaseResponse(
    case_id="c-1",
    reviews=[investigation_pb2.CaseReview(review=REVIEW, probe_absence="it was erased")],
    chain=investigation_pb2.ChainCheck(
        intact=True, head=f"1:{'0' * 64}", record_count=1, verify_time=NOON
    ),
)
POLICY = policy_pb2.Policy(
    scene="access_control",
    min_quality=0.6,
    on_low_quality=decision_pb2.VERDICT_RECAPTURE,
    accept=0.45,
    liveness="none",
)


def enrolled(request: enrollment_pb2.EnrollPersonRequest) -> enrollment_pb2.EnrollPersonResponse:
    """Every photo becomes a template but those whose source begins with ``bad``."""
    outcomes = [
        enrollment_pb2.PhotoOutcome(
            enrolled=False,
            refusal=enrollment_pb2.PHOTO_REFUSAL_POLICY,
            rule=decision_pb2.RULE_MIN_QUALITY,
            reason="quality 0.30, this scene needs 0.60",
        )
        if photo.source_id.startswith("bad")
        else enrollment_pb2.PhotoOutcome(enrolled=True, template_id="t-1", quality=QUALITY)
        for photo in request.photos
    ]
    return enrollment_pb2.EnrollPersonResponse(person=PERSON, outcomes=outcomes)


def enrolled_in_turn(
    requests: Iterator[enrollment_pb2.BatchEnrollRequest],
) -> Iterator[enrollment_pb2.BatchEnrollResponse]:
    """A stream that enrols one person after the other."""
    for request in requests:
        yield enrollment_pb2.BatchEnrollResponse(
            request_id=request.person.request_id, outcome=enrolled(request.person)
        )


def watched(
    requests: Iterator[access_pb2.IdentifyStreamRequest],
) -> Iterator[access_pb2.IdentifyStreamResponse]:
    """A stream that tells each frame that it is a match."""
    next(requests)
    yield access_pb2.IdentifyStreamResponse()
    for number, request in enumerate(requests, 1):
        yield access_pb2.IdentifyStreamResponse(
            track_id=f"#{number}",
            decision=decision(),
            candidate=CANDIDATE,
            face=FACE,
            quality=QUALITY,
            offset_ms=request.frame.offset_ms,
        )


EVERYTHING: dict[str, Script] = {
    "Verify": access_pb2.VerifyResponse(decision=decision(), similarity=0.71, face=FACE),
    "Identify": identified(),
    "IdentifyStream": watched,
    "Search": investigation_pb2.SearchResponse(
        decision=decision(), candidates=[CANDIDATE], face=FACE, quality=QUALITY, review_id="v-1"
    ),
    "Compare": investigation_pb2.CompareResponse(
        decision=decision(),
        similarity=0.71,
        first=investigation_pb2.ComparedFace(face=FACE, quality=QUALITY),
    ),
    "ListReviews": investigation_pb2.ListReviewsResponse(reviews=[REVIEW]),
    "SubmitReview": investigation_pb2.SubmitReviewResponse(review=REVIEW),
    "OpenReview": investigation_pb2.OpenReviewResponse(
        review=REVIEW, probe=face_pb2.Image(data=b"probe"), box=FACE.box, image_sha256="ab"
    ),
    "OpenReviewCandidates": investigation_pb2.OpenReviewCandidatesResponse(review=REVIEW),
    "GetCase": CASE,
    "SubmitJob": investigation_pb2.SubmitJobResponse(job=JOB),
    "GetJob": investigation_pb2.GetJobResponse(job=JOB),
    "ListJobs": investigation_pb2.ListJobsResponse(jobs=[JOB]),
    "WatchJob": job_watched,
    "CancelJob": investigation_pb2.CancelJobResponse(job=JOB),
    "OpenJobReviews": investigation_pb2.OpenJobReviewsResponse(reviews=[REVIEW]),
    "CreateCollection": enrollment_pb2.CreateCollectionResponse(collection=COLLECTION),
    "GetCollection": enrollment_pb2.GetCollectionResponse(collection=COLLECTION),
    "ListCollections": enrollment_pb2.ListCollectionsResponse(collections=[COLLECTION]),
    "DeleteCollection": enrollment_pb2.DeleteCollectionResponse(receipt=RECEIPT),
    "EnrollPerson": enrolled,
    "BatchEnroll": enrolled_in_turn,
    "ListPersons": enrollment_pb2.ListPersonsResponse(persons=[PERSON]),
    "GetPerson": enrollment_pb2.GetPersonResponse(
        person=PERSON, templates=[gallery_pb2.Template(template_id="t-1", quality=0.9)]
    ),
    "DeletePerson": enrollment_pb2.DeletePersonResponse(receipt=RECEIPT),
    "DetectFaces": analysis_pb2.DetectFacesResponse(faces=[FACE], width_px=200, height_px=300),
    "Extract": analysis_pb2.ExtractResponse(
        faces=[analysis_pb2.ExtractedFace(face=FACE, vector=[0.6, 0.8], quality=QUALITY)],
        contract_id="arc512-1",
        width_px=200,
        height_px=300,
    ),
    "ListPolicies": policy_pb2.ListPoliciesResponse(policies=[POLICY], policy_version="abc"),
    "GetPolicy": policy_pb2.GetPolicyResponse(policy=POLICY, policy_version="abc"),
    "ExplainDecision": policy_pb2.ExplainDecisionResponse(
        verdict=decision_pb2.VERDICT_RECAPTURE,
        rule=decision_pb2.RULE_MIN_QUALITY,
        reason="quality 0.30, this scene needs 0.60",
        advices=["hold still"],
        policy_version="abc",
    ),
    "ListPolicyPeriods": policy_pb2.ListPolicyPeriodsResponse(
        periods=[policy_pb2.PolicyPeriod(policy_version="abc", begin_time=NOON)]
    ),
    "GetPolicyTable": policy_pb2.GetPolicyTableResponse(
        policy_version="abc", text="access_control:  # a door\n  accept: 0.45\n", policies=[POLICY]
    ),
    "ListCalibrationPeriods": CALIBRATION_PERIODS,
    "GetCalibration": policy_pb2.GetCalibrationResponse(version="cal-1", text="growth = 0.5\n"),
    "SimulatePolicy": SIMULATED,
    "ExportRecords": handing_out(lines_made(5)),
    "SummarizeCameras": SUMMARIZED,
}
"""An answer for every method that is served."""
