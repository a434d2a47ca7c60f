"""Cases."""

from faces.review import Opinion, Review
from gateway.cases.jobs import TRACKS, CaseJob
from gateway.cases.reading import CaseFile, CaseReview, Checked
from gateway.codec.jobs import encode_job
from gateway.codec.reviews import (
    encode_findings,
    encode_moment,
    encode_reference,
    encode_review,
)
from meshkit.chain import Entry
from sureface.investigation.v1 import investigation_pb2 as pb
from sureface.type.v1 import face_pb2


def encode_case(case: CaseFile) -> pb.GetCaseResponse:
    """All that is on record of a case."""
    return pb.GetCaseResponse(
        case_id=case.case_id,
        records=map(_record, case.entries),
        reviews=map(_item, case.items),
        chain=_checked(case.checked),
        jobs=[_job(job, case) for job in case.jobs],
    )


def _record(entry: Entry) -> pb.CaseRecord:
    line = entry.line.decode("ascii").removesuffix("\n")
    return pb.CaseRecord(position=entry.head.position, line=line)


def _job(of: CaseJob, case: CaseFile) -> pb.CaseJob:
    """A job and what is on record of it: the first tracks, reviewed ones, and the end."""
    found = of.found
    if found is None:
        return pb.CaseJob(job=encode_job(of.job), absence=of.absence)
    reviewed = {
        item.review.track_rank for item in case.items if item.review.job_id == of.job.order.job_id
    }
    tracks = [found.tracks[rank] for rank in sorted(found.tracks)]
    told = {track["position"] for track in tracks if track["rank"] in reviewed}
    told |= {track["position"] for track in tracks[:TRACKS]} | {found.end.get("position")}
    checked = Checked(
        fault=found.fault,
        head=found.head,
        record_count=found.count,
        keyed=case.checked.keyed,
        time=found.time,
    )
    return pb.CaseJob(
        job=encode_job(of.job),
        records=[_record(entry) for entry in found.entries if entry.head.position in told],
        chain=_checked(checked),
        log=found.end.get("log", ""),
    )


def _item(item: CaseReview) -> pb.CaseReview:
    review, shown = item.review, item.shown
    told = () if review.state.waits else review.opinions
    return pb.CaseReview(
        review=encode_review(review),
        judgements=[_judgement(review, opinion) for opinion in told],
        probe=face_pb2.Image(data=shown.probe) if shown else None,
        reference=encode_reference(shown.reference) if shown else None,
        probe_absence=item.absence,
    )


def _judgement(review: Review, opinion: Opinion) -> pb.ReviewJudgement:
    opened = next((o.raw_time for o in review.openings if o.reviewer == opinion.reviewer), None)
    return pb.ReviewJudgement(
        reviewer_id=opinion.reviewer.person_id,
        judgement=pb.Judgement.Value(f"JUDGEMENT_{opinion.judgement.name}"),
        person_id=opinion.person_id,
        findings=encode_findings(opinion.findings),
        grounds=opinion.grounds,
        open_time=encode_moment(opened) if opened else None,
        judge_time=encode_moment(opinion.time),
    )


def _checked(checked: Checked) -> pb.ChainCheck:
    return pb.ChainCheck(
        intact=not checked.fault,
        fault=checked.fault,
        head=str(checked.head),
        record_count=checked.record_count,
        keyed=checked.keyed,
        verify_time=encode_moment(checked.time),
    )
