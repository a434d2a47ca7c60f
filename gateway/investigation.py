"""Investigations: rank lists that assert nothing, and comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass

from faces.decision import Candidate
from faces.review import Principal
from gateway import raw_score
from gateway.backends.ports import Gallery, Only
from gateway.calibrations.lines import weighed
from gateway.pipeline import Pipeline
from gateway.records.decision import Decision
from gateway.records.recorder import Recorder
from gateway.reviewing.principals import principal
from gateway.reviewing.reviewing import Reviewing
from gateway.sample import Sample
from meshkit.together import together


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Why a search is lawful, and who answers for it."""

    case_id: str
    purpose: str
    operator_id: str
    key_id: str = ""
    """Of the API key that the request came with; empty if with none."""

    subject: str = ""
    """Who the credential of the request says it is; empty without one."""

    @property
    def operator(self) -> Principal:
        """Who ran the search, and may not judge what it finds."""
        return Principal(self.operator_id, self.key_id, self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A rank list and what the policy concludes of it."""

    decision: Decision
    sample: Sample
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two faces side by side."""

    decision: Decision
    first: Sample
    second: Sample
    similarity: float | None


class Investigation:
    """Searches and compares for people who have to judge the result."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        pipeline: Pipeline,
        gallery: Gallery,
        reviewing: Reviewing,
    ) -> None:
        self._recorder = recorder
        self._pipeline = pipeline
        self._gallery = gallery
        self._reviewing = reviewing

    async def search(
        self,
        scene: str,
        probe: bytes,
        *,
        collection_id: str,
        case: Case,
        limit: int,
        camera_id: str,
        only: Only | None = None,
    ) -> Found:
        """Rank everyone in a collection; a hit becomes a review item.

        Args:
            scene: Whose policy row applies.
            probe: An encoded picture.
            collection_id: Whom to rank.
            case: What for.
            limit: Most candidates.
            camera_id: Which camera took the picture.
            only: Which templates count; None for all.
        """
        policy = self._recorder.policy(scene)
        sample = await self._pipeline.sample(
            policy, probe, camera_id=camera_id, images=policy.reviewers > 0
        )
        candidates: list[Candidate] = []
        line, lines = None, self._recorder.lines
        calibration = lines.calibrations.get(sample.contract_id)
        if sample.judged and not sample.refusal:
            candidates = await self._gallery.search(
                collection_id,
                sample.judged.vector,
                contract_id=sample.contract_id,
                limit=limit,
                only=only,
            )
            candidates = weighed(candidates, calibration, sample.judged.quality.score)
            line = await lines.among(policy, sample.contract_id, collection_id)
        raw = None
        if not only:  # then the person's best template may be one that does not count
            raw = await raw_score.in_collection(self._gallery, sample, collection_id, candidates)
        decision = await self._recorder.conclude(
            "Search",
            policy,
            [sample],
            candidates,
            {
                "collection_id": collection_id,
                "camera_id": camera_id,
                "case_id": case.case_id,
                "purpose": case.purpose,
                "operator_id": case.operator_id,
                **_logged(only),
            },
            raw_similarity=raw,
            line=line,
            calibration=calibration.version if calibration and candidates else "",
        )
        await self._reviewing.begin(policy, decision, sample, searcher=case.operator, probe=probe)
        return Found(decision=decision, sample=sample, candidates=candidates)

    async def compare(
        self,
        scene: str,
        first: bytes,
        second: bytes,
        *,
        camera_ids: tuple[str, str] = ("", ""),
        images: bool = False,
    ) -> Compared:
        """Compare the most prominent faces of two pictures; a hit becomes a review item.

        Args:
            scene: Whose policy row applies.
            first: An encoded picture.
            second: Another one.
            camera_ids: Which camera took either, for the log and for adapters.
            images: Whether what an enhancer makes comes as an image for people, too.
        """
        policy = self._recorder.policy(scene)
        images = images or policy.reviewers > 0
        one, two = await together(
            self._pipeline.sample(
                policy, image, camera_id=camera_id, embed_anyway=True, images=images
            )
            for image, camera_id in zip((first, second), camera_ids, strict=True)
        )
        similarity = None
        if one.judged and two.judged:
            similarity = float(one.judged.vector @ two.judged.vector)
        # Nobody is enrolled here: the second picture stands in for a candidate.
        candidates = [] if similarity is None else [Candidate("", similarity)]
        lines = self._recorder.lines
        line = lines.shown(policy, one.contract_id, photos=1) if candidates else None
        context = dict(zip(("first_camera_id", "second_camera_id"), camera_ids, strict=True))
        decision = await self._recorder.conclude(
            "Compare",
            policy,
            [one, two],
            candidates,
            {name: camera_id for name, camera_id in context.items() if camera_id},
            raw_similarity=raw_score.among(one, [two]),
            line=line,
        )
        await self._reviewing.begin(
            policy, decision, one, searcher=principal(), probe=first, reference=second
        )
        return Compared(decision=decision, first=one, second=two, similarity=similarity)


def _logged(only: Only | None) -> dict[str, str]:
    """What a record says of a filter. Labels are the operator's, and may name people."""
    if only is None:
        return {}
    said = {
        "filter_since": only.since.isoformat() if only.since else "",
        "filter_until": only.until.isoformat() if only.until else "",
        "filter_group": "set" if only.group else "",
        "filter_labels": "set" if only.person_labels or only.template_labels else "",
    }
    return {name: text for name, text in said.items() if text}
