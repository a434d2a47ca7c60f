"""Cases."""

from client.codec.review import findings, review
from client.codec.wire import known, moment
from client.types.case import Case, CaseRecord, CaseReview, ChainCheck, ReviewJudgement
from client.types.review import Judgement
from sureface.investigation.v1 import investigation_pb2 as pb


def case(message: pb.GetCaseResponse) -> Case:
    """All that is on record of a case."""
    chain = message.chain
    return Case(
        case_id=message.case_id,
        records=tuple(CaseRecord(position=r.position, line=r.line) for r in message.records),
        reviews=tuple(_item(r) for r in message.reviews),
        chain=ChainCheck(
            intact=chain.intact,
            fault=chain.fault,
            head=chain.head,
            record_count=chain.record_count,
            keyed=chain.keyed,
            verify_time=moment(chain.verify_time),
        ),
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
