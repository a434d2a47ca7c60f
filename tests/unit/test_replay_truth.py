"""Replayed records against the truth: the same pictures, decided under the other policy."""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faces.errors import ReferenceUnusable
from faces.policy import ON_LOW_QUALITY, Policy
from faces.replay import Untold, replay
from gateway.records.past import past
from tests.unit.door import POLICY
from tests.unit.worlds import CALLS, Away, Shown, World, decided


def mostly(usual: Any, *rest: Any) -> st.SearchStrategy[Any]:
    """One value twice as often as all others: most pictures get as far as the last rule."""
    return st.sampled_from([usual] * 2 * len(rest) + [*rest])


# Values just short of a line, too: rounded, they would reach it.
qualities = st.sampled_from([0.35, 0.4, 0.5, 0.59996, 0.6, 0.7, 0.9])
angles = st.floats(0, 1.5) | st.sampled_from([0.0, math.acos(0.49998)])

pictures = st.builds(
    Shown,
    scores=mostly((0.9,), (), (0.61,), (0.9, 0.61), (0.9, 0.9), (0.9, 0.7, 0.6, 0.6, 0.5)),
    inter_eye_px=mostly(80.0, 10.0, 39.96),
    yaw=mostly(0.0, -35.04, 50.0),
    quality=qualities,
    occlusion=mostly(None, 0.1, 0.3),
    angle=angles,
    turned=st.sampled_from([0.0, 0.2, 0.8, 1.3]),
    enhanced_quality=qualities,
    liveness=mostly(0.9, None, 0.49996),
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    review, accept = sorted(draw(st.tuples(*[st.sampled_from([0.0, 0.4, 0.5, 0.7])] * 2)))
    return replace(
        POLICY,
        min_quality=draw(st.sampled_from([0.0, 0.4, 0.6])),
        enhance_below=draw(st.sampled_from([0, 0.4, 0.6, 1.0])),
        enhancer_required=draw(mostly(False, True)),
        min_enhanced_similarity=draw(st.sampled_from([-1.0, 0.35, 0.9])),
        on_low_quality=draw(st.sampled_from(ON_LOW_QUALITY)),
        review=review,
        accept=accept,
        margin=draw(st.sampled_from([0.0, 0.05, 0.3])),
        min_inter_eye_px=draw(mostly(40, 5, 60)),
        max_yaw_deg=draw(mostly(35, 60)),
        min_detection_score=draw(mostly(0.6, 0.5, 0.62)),
        max_faces=draw(mostly(1, 2, 9)),
        max_occlusion=draw(mostly(0.6, 0.2)),
        reviewers=draw(mostly(0, 2)),
        liveness=draw(mostly("none", 0.5)),
    )


worlds = st.builds(
    lambda kind, shown, people: kind(shown, people),
    mostly(World, Away),
    st.tuples(pictures, pictures, pictures),
    st.lists(angles, max_size=4),
)


@pytest.fixture(name="runner", scope="module")
def _runner() -> Iterator[asyncio.Runner]:
    """One loop for all examples: to open one takes longer than to decide."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize("call", CALLS)
@settings(deadline=None, max_examples=100)
@given(world=worlds, policy=policies(), other=policies(), enhancer=st.booleans())
def test_what_is_told_is_true(
    runner: asyncio.Runner,
    call: str,
    world: World,
    policy: Policy,
    other: Policy,
    *,
    enhancer: bool,
) -> None:
    """A record, judged by another policy, tells what that policy would have decided, or nothing."""
    try:
        _, record = runner.run(decided(call, policy, world, enhancer=enhancer))
    except ReferenceUnusable:
        return  # no decision, and no record of one
    was = past(record)
    assert was is not None
    told = replay(other, was, enhancer=enhancer)
    if isinstance(told, Untold) and told is not Untold.REFERENCE_REFUSED:
        return
    try:
        truth, _ = runner.run(decided(call, other, world, enhancer=enhancer))
    except ReferenceUnusable:
        assert Untold.REFERENCE_REFUSED is told
    else:
        assert truth == told


@pytest.mark.parametrize("call", CALLS)
@settings(deadline=None, max_examples=100)
@given(world=worlds, policy=policies(), enhancer=st.booleans())
def test_the_same_policy_decides_the_same(
    runner: asyncio.Runner, call: str, world: World, policy: Policy, *, enhancer: bool
) -> None:
    """Every record tells everything about the policy that it was made by: no score is rounded."""
    try:
        outcome, record = runner.run(decided(call, policy, world, enhancer=enhancer))
    except ReferenceUnusable:
        return
    was = past(record)

    assert was is not None
    assert outcome == replay(policy, was, enhancer=enhancer)
