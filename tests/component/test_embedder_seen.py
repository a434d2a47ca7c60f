"""What an embedder answered for a raw crop comes along when that crop is fused."""

import math
from pathlib import Path
from typing import Any

import grpc.aio
import numpy as np
import pytest

from sureface.embedder.v1 import embedder_pb2 as pb
from tests.component.test_embedder_fusion import (
    BLUE,
    GREY,
    RED,
    alone,
    embedded,
    fusing,
    pair,
    serving,
)


async def test_what_was_seen_is_not_looked_at_again(tmp_path: Path) -> None:
    """The answer is that of the pair, whatever the raw pixels are now; covers are the caller's."""
    async with serving(fusing(tmp_path)) as embedder:
        alike = await embedded(embedder, pair(RED, BLUE, 0.5))
        first = await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=[alone(RED)]))
        again = pair(GREY, BLUE, 0.5)
        again.seen.CopyFrom(first.crops[0])
        request = pb.EmbedCropsRequest(crops=[again], expected_contract_id=first.contract_id)
        [fused] = (await embedder.EmbedCrops(request)).crops

    [expected] = alike
    np.testing.assert_allclose(fused.vector, expected.vector, atol=1e-6)
    assert expected.fusion == fused.fusion
    assert expected.quality == fused.quality
    assert not fused.HasField("occlusion")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"contract": ""}, "expected_contract_id must be set", id="no contract"),
        pytest.param({"enhanced": None}, "must not be set without enhanced", id="nothing to fuse"),
        pytest.param({"vector": [1.0]}, "seen.vector must be", id="short"),
        pytest.param({"vector": [9.0, 0, 0, 0]}, "seen.vector must be", id="no unit vector"),
        pytest.param({"vector": [math.nan] * 4}, "seen.vector must be", id="no number"),
        pytest.param({"score": 1.5}, "seen.quality.score must be", id="no quality"),
        pytest.param({"score": math.nan}, "seen.quality.score must be", id="quality, no number"),
    ],
)
async def test_what_no_answer_can_be_is_refused(
    tmp_path: Path, wrong: dict[str, Any], told: str
) -> None:
    """Whoever sends it learns the field."""
    async with serving(fusing(tmp_path)) as embedder:
        first = await embedder.EmbedCrops(pb.EmbedCropsRequest(crops=[alone(RED)]))
        message = pair(RED, BLUE, 0.5) if wrong.get("enhanced", 1) else alone(RED)
        message.seen.CopyFrom(first.crops[0])
        if "vector" in wrong:
            message.seen.vector[:] = wrong["vector"]
        message.seen.quality.score = wrong.get("score", message.seen.quality.score)
        contract = wrong.get("contract", first.contract_id)
        request = pb.EmbedCropsRequest(crops=[message], expected_contract_id=contract)
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await embedder.EmbedCrops(request)

    assert grpc.StatusCode.INVALID_ARGUMENT is failure.value.code()
    assert told in (failure.value.details() or "")
