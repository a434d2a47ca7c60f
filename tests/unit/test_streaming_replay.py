"""What was told of tracks, tried again under another table."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faces.policy import Policy, Verdict
from faces.replay import Decided, Untold, replay
from faces.rules import Rule
from gateway.records.log import DecisionLog
from gateway.records.past import past
from tests.cameras import door, frames, told_of
from tests.records import kept
from tests.stage import Shown, Stage
from tests.unit.door import POLICY
from tests.unit.sights import vector

ALICE, BOB, NEARLY = vector(0), vector(90), vector(62)
"""Only the first is enrolled; the last is between the lines."""

FAR = Shown(ALICE, inter_eye_px=20)
POOR = Shown(ALICE, quality=0.3)
REJECTING = replace(POLICY, on_low_quality=Verdict.REJECT)


async def recorded(
    stage: Stage, log: DecisionLog, folder: Path, policy: Policy, *shown: Shown
) -> dict[str, Any]:
    """The only record of a stream."""
    await told_of(door(stage, log, policy), frames(*map(stage.picture, shown)))
    [record] = kept(folder)
    return dict(record)


MATCHED = Decided(Verdict.MATCH, Rule.ACCEPT)


@pytest.mark.parametrize(
    ("policy", "shown", "change", "told"),
    [
        pytest.param(POLICY, [Shown(ALICE)], {}, MATCHED, id="a match stays one"),
        pytest.param(POLICY, [Shown(BOB)] * 4, {}, Decided(Verdict.NO_MATCH, Rule.BELOW_REVIEW),
                     id="so does a stranger"),
        pytest.param(POLICY, [Shown(NEARLY)] * 15, {},
                     Decided(Verdict.REVIEW, Rule.BELOW_ACCEPT), id="and who is between the lines"),
        pytest.param(POLICY, [FAR], {}, Decided(Verdict.RECAPTURE, Rule.MIN_INTER_EYE_PX),
                     id="and advice"),
        pytest.param(REJECTING, [POOR], {}, Decided(Verdict.REJECT, Rule.MIN_QUALITY),
                     id="and who left without a good shot"),
        pytest.param(POLICY, [Shown(NEARLY)] * 15, {"accept": 0.45}, MATCHED,
                     id="a lower line matches"),
        pytest.param(POLICY, [Shown(ALICE)], {"reviewers": 2},
                     Decided(Verdict.REVIEW, Rule.REVIEWERS), id="people would confirm"),
        pytest.param(POLICY, [Shown(vector(45))], {"accept": 0.8}, Untold.MORE_FRAMES,
                     id="one shot is no longer enough"),
        pytest.param(POLICY, [Shown(ALICE)], {"min_quality": 0.95}, Untold.MORE_FRAMES,
                     id="the shot would be refused, another one waited for"),
        pytest.param(POLICY, [FAR], {"on_low_quality": Verdict.REJECT}, Untold.MORE_FRAMES,
                     id="nobody would be asked again"),
        pytest.param(REJECTING, [POOR], {"on_low_quality": Verdict.RECAPTURE}, Untold.MORE_FRAMES,
                     id="who has left is not asked"),
        pytest.param(POLICY, [FAR], {"min_inter_eye_px": 10}, Untold.NOT_EMBEDDED,
                     id="a shot would pass that was not embedded"),
    ],
)  # fmt: skip
async def test_a_track_is_tried_on_its_shots(  # noqa: PLR0917  # a table
    stage: Stage,
    log: DecisionLog,
    tmp_path: Path,
    policy: Policy,
    shown: list[Shown],
    change: dict[str, Any],
    told: Decided | Untold,
) -> None:
    """Under the same table it comes out the same; nothing is guessed of other frames."""
    was = past(await recorded(stage, log, tmp_path, policy, *shown))

    assert was is not None
    assert told == replay(replace(policy, **change), was, enhancer=False)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(0.40, Decided(Verdict.NO_MATCH, Rule.BELOW_REVIEW), id="the same"),
        pytest.param(0.45, Decided(Verdict.NO_MATCH, Rule.BELOW_REVIEW), id="they agree by more"),
        pytest.param(0.499, Untold.NOT_COMPARED, id="they might be taken for two people"),
    ],
)
async def test_shots_that_would_be_fused_otherwise(
    stage: Stage, log: DecisionLog, tmp_path: Path, line: float, told: Decided | Untold
) -> None:
    """The vector of other shots was never compared."""
    apart = [Shown(vector(angle)) for angle in (80, 142, 110, 100)]
    was = past(await recorded(stage, log, tmp_path, POLICY, *apart))

    assert was is not None
    assert told == replay(replace(POLICY, review=line), was, enhancer=False)
