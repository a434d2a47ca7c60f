"""Cases."""

from collections.abc import Iterable

from client.codec.job import job
from client.codec.review import findings, review
from client.codec.wire import known, moment
from client.types.case import Case, CaseJob, CaseRecord, CaseReview, ChainCheck, ReviewJudgement
from client.types.review import Judgement
from sureface.investigation.v1 import investigation_pb2 as pb


def case(message: pb.GetCaseResponse) -> Case:
    """All that is on record of a case."""
    return Case(
        case_id=message.case_id,
        records=_records(message.records),
        reviews=tuple(_item(r) for r in message.reviews),
        chain=_check(message.chain),
        jobs=tuple(_job(each) for each in message.jobs),
    )


def _job(message: pb.CaseJob) -> CaseJob:
    return CaseJob(
        job=job(message.job),
        records=_records(message.records),
        chain=_check(message.chain) if message.HasField("chain") else None,
        absence=message.absence,
        log=message.log,
    )


def _records(messages: Iterable[pb.CaseRecord]) -> tuple[CaseRecord, ...]:
    return tuple(CaseRecord(position=each.position, line=each.line) for each in messages)


def _check(message: pb.ChainCheck) -> ChainCheck:
    return ChainCheck(
        intact=message.intact,
        fault=message.fault,
        head=message.head,
        record_count=message.record_count,
        keyed=message.keyed,
        verify_time=moment(message.verify_time),
    )


def _item(message: pb.CaseReview) -> CaseReview:
    return CaseReview(
        review=review(message.review),
        judgements=tuple(_judgement(j) for j in message.judgements),
        probe=message.probe.data,
        reference=message.reference.data,
        probe_absence=message.probe_absence,
    )


def _judgement(message: pb.ReviewJudgement) -> ReviewJudgement:
    return ReviewJudgement(
        reviewer_id=message.reviewer_id,
        judgement=known(Judgement, pb.Judgement.DESCRIPTOR, message.judgement),
        person_id=message.person_id,
        findings=findings(message.findings),
        grounds=tuple(message.grounds),
        open_time=moment(message.open_time) if message.HasField("open_time") else None,
        judge_time=moment(message.judge_time),
    )
