"""Ways to tell whoever stands before a door that nobody knows them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bench.scenes.visiting import EVERY_MS
from evaluation.seen import Seen
from faces.decision import Candidate, Conclusion, decide
from faces.policy import Row as Policy
from faces.policy import Verdict
from faces.tracking import Evidence, Shot, is_certain
from faces.tracking.shots import gather

_CONTRACT = "one model"
_RUNNERS_UP = 2


class Look(NamedTuple):
    """What is known with one frame."""

    waited_ms: int
    """Since the first good shot."""

    conclusion: Conclusion
    found: Sequence[Candidate]
    evidence: Evidence[int]


Certain = Callable[[Look, Policy], bool]


def first(_look: Look, _policy: Policy) -> bool:
    """By the first good shot."""
    return True


def three(look: Look, _policy: Policy) -> bool:
    """By three good shots over 300 ms; between the lines as it is done."""
    return look.evidence.count >= 3 and look.evidence.span_ms >= 300  # noqa: PLR2004  # its name


def ours(look: Look, policy: Policy) -> bool:
    """As a stream tells."""
    return is_certain(look.conclusion, look.evidence, policy=policy, found=look.found, over=False)


WAYS: Mapping[str, Certain] = {
    "the first good shot": first,
    "three good shots over 300 ms": three,
    "as it is done": ours,
}


def looks(
    seen: Seen, rows: Sequence[int], gallery: Mapping[int, NDArray[np.float32]], policy: Policy
) -> Iterator[Look]:
    """A visit, frame by frame, from the first good one on."""
    names, enrolled = list(gallery), np.stack(list(gallery.values()))
    evidence: Evidence[int] | None = None
    began_ms = 0
    for number, row in enumerate(rows):
        now_ms = number * EVERY_MS
        if seen.quality[row] < policy.min_quality:
            continue
        shot = Shot(
            vector=seen.vectors[row],
            quality=float(seen.quality[row]),
            contract_id=_CONTRACT,
            offset_ms=now_ms,
            sample=number,
        )
        began_ms = now_ms if evidence is None else began_ms
        evidence = gather(evidence, shot, policy)
        similarity = enrolled @ evidence.fused.vector
        best = np.argsort(-similarity)[: 1 + _RUNNERS_UP]
        found = [Candidate(str(names[each]), float(similarity[each])) for each in best]
        yield Look(now_ms - began_ms, decide(policy, found), found, evidence)


def told(seen: Sequence[Look], certain: Certain, policy: Policy) -> Look:
    """With which look somebody is told: the last one if none is certain."""
    for look in seen:
        against = look.conclusion.verdict is Verdict.NO_MATCH
        if certain(look, policy) if against else ours(look, policy):
            return look
    return seen[-1]
