"""A case, read from the decision log and from its review items."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from faces.errors import CaseNotFound, StoreUnavailable
from faces.review import Principal, Review
from gateway.cases.jobs import CaseJob, CaseJobs
from gateway.records.accesses import ACCESS, BEGIN
from gateway.records.recorder import Recorder
from gateway.records.reviews import Reviews
from gateway.records.walks import Record
from gateway.reviewing.pictures import Pictures, Shown
from meshkit.chain import FOLDER, START, Chain, ChainBroken, Entry, Head, Seal

PICTURE_BYTES = 64 * 2**20
"""Most bytes of pictures in one answer: more would not fit into a message."""

_WHILE_BLIND = {"review", "review_opening"}
"""Kinds of records that reviewers must not know while they judge."""

_CALLS = {ACCESS, BEGIN}
"""Kinds of records that somebody asked, which makes no case of what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What verifying the log came to."""

    fault: str
    """The first one; empty if there is none."""

    head: Head
    record_count: int
    keyed: bool
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReview:
    """A review item of the case."""

    review: Review
    shown: Shown | None = None
    """Its pictures; None if they are not told."""

    absence: str = ""
    """Why they are not; empty if they are, or nobody asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All that is on record of a case."""

    case_id: str
    entries: Sequence[Entry]
    """Lines of the log, the oldest first."""

    items: Sequence[CaseReview]
    checked: Checked
    jobs: Sequence[CaseJob] = ()


class Cases:
    """Reads cases, one at a time: each is a walk through the whole log."""

    def __init__(
        self,
        data: Path,
        seal: Seal,
        *,
        recorder: Recorder,
        reviews: Reviews,
        pictures: Pictures,
        jobs: CaseJobs,
    ) -> None:
        self._folder = data / FOLDER
        self._seal = seal
        self._recorder = recorder
        self._reviews = reviews
        self._pictures = pictures
        self._jobs = jobs
        self._turn = asyncio.Lock()

    async def read(self, case_id: str, *, reader: Principal, images: bool) -> CaseFile:
        """Read a case, and put on record who did.

        Args:
            case_id: Which one.
            reader: Who asks.
            images: Whether pictures of settled items come along.

        Raises:
            CaseNotFound: Nothing is on record of it.
            StoreUnavailable: The log cannot be read, or not be written.
        """
        async with self._turn:
            try:
                found, checked = await asyncio.to_thread(self._walk, case_id)
            except OSError as error:
                raise StoreUnavailable(store="decision") from error
        # Items after records: one that was opened meanwhile must be known to wait.
        reviews, jobs = await self._reviews.of_case(case_id), await self._jobs.read(case_id)
        told = any(record["kind"] not in _CALLS for _, record in found)
        if not (told or reviews or jobs):
            raise CaseNotFound(case_id=case_id)
        blind = {item.review_id for item in reviews if item.state.waits}
        entries = [entry for entry, record in found if _is_told(record, blind)]
        facts = {"case_id": case_id, "reader_id": reader.person_id, "images": images}
        await self._recorder.note("case_reading", facts)
        items = (
            await self._items(reviews) if images else [CaseReview(review=each) for each in reviews]
        )
        return CaseFile(case_id=case_id, entries=entries, items=items, checked=checked, jobs=jobs)

    def _walk(self, case_id: str) -> tuple[list[tuple[Entry, Record]], Checked]:
        chain, found, count, fault, head = Chain(self._folder, self._seal), [], 0, "", START
        mentioned = json.dumps(case_id).encode()
        try:
            for entry in chain:
                count, head = count + 1, entry.head
                if mentioned not in entry.line:
                    continue
                record = json.loads(entry.line)
                if record.get("case_id") == case_id:
                    found.append((entry, record))
        except ChainBroken as broken:
            fault = str(broken)
        checked = Checked(
            fault=fault,
            head=head,
            record_count=count,
            keyed=bool(self._seal.key),
            time=datetime.now(UTC),
        )
        return found, checked

    async def _items(self, reviews: Sequence[Review]) -> list[CaseReview]:
        left, items = PICTURE_BYTES, []
        for review in reviews:
            shown, absence = await self._shown(review)
            if shown:
                left -= len(shown.probe) + len(shown.reference)
                if left < 0:
                    shown, absence = None, "this answer holds no more pictures"
            items.append(CaseReview(review=review, shown=shown, absence=absence))
        return items

    async def _shown(self, review: Review) -> tuple[Shown | None, str]:
        if review.state.waits:
            return None, "people still have to judge it"
        if not review.pictures:
            return None, "it was erased"
        try:
            return await self._pictures.load(review.review_id), ""
        except StoreUnavailable:
            return None, "it cannot be read"


def _is_told(record: Record, blind: set[str]) -> bool:
    """Whether a record may be known while some items wait for judgements."""
    if record["kind"] in _CALLS:
        return not blind  # who lists the items of a case may be who judges them
    return not (record["kind"] in _WHILE_BLIND and record.get("review_id") in blind)
