"""What the enhancer refuses, over a real socket, and what breaks without a crop."""

import math
from pathlib import Path

import grpc.aio
import pytest

from meshkit import status
from services.enhancer.config import MAX_CROPS
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.type.v1.face_pb2 import AlignedCrop
from tests import enhancers
from tests.enhancing import CROP_BYTES, enhanced, flat, pixel, serving

INVALID, FIELD = "INVALID_ARGUMENT", "ERROR_REASON_FIELD_INVALID"


@pytest.mark.parametrize(
    ("request_", "reason", "metadata"),
    [
        pytest.param(
            pb.EnhanceCropsRequest(),
            "ERROR_REASON_BATCH_SIZE",
            {"field": "crops", "count": "0", "limit": "64"},
            id="empty batch",
        ),
        pytest.param(
            pb.EnhanceCropsRequest(crops=[flat(1)] * (MAX_CROPS + 1)),
            "ERROR_REASON_BATCH_SIZE",
            {"field": "crops", "count": "65", "limit": "64"},
            id="oversize batch",
        ),
        pytest.param(
            pb.EnhanceCropsRequest(crops=[flat(1), AlignedCrop(rgb=b"short")]),
            "ERROR_REASON_CROP_MALFORMED",
            {"index": "1", "actual_bytes": "5", "expected_bytes": str(CROP_BYTES)},
            id="second crop truncated",
        ),
        pytest.param(
            pb.EnhanceCropsRequest(crops=[flat(1), flat(1, derived=True)]),
            FIELD,
            {"field": "crops[1].derived", "rule": "must not be set"},
            id="enhanced already",
        ),
        *(
            pytest.param(
                pb.EnhanceCropsRequest(crops=[flat(1, scale=scale)]),
                FIELD,
                {"field": "crops[0].scale", "rule": "must be in [0, 3.40282e+38]"},
                id=f"scale {scale}",
            )
            for scale in (-0.5, math.nan, math.inf)
        ),
        *(
            pytest.param(
                pb.EnhanceCropsRequest(crops=[flat(1)], camera_id=camera),
                FIELD,
                {
                    "field": "camera_id",
                    "rule": "must be at most 128 of a-z A-Z 0-9 . _ - @ :, "
                    "and start with a letter or digit",
                },
                id=f"camera {camera!r}",
            )
            for camera in ("../gate-7", "/etc/passwd", "..", "a/b", "gate-7\0", "a\\b", " ")
        ),
    ],
)
async def test_refuses(
    tmp_path: Path, request_: pb.EnhanceCropsRequest, reason: str, metadata: dict[str, str]
) -> None:
    """A refusal carries what error_reason.proto promises."""
    async with serving(enhancers.write_enhancer(tmp_path)) as enhancer:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await enhancer.EnhanceCrops(request_)

    info = status.info_of(failure.value)
    assert info is not None
    assert (INVALID, reason, metadata) == (
        failure.value.code().name,
        info.reason,
        dict(info.metadata),
    )


async def test_no_number_is_no_crop(tmp_path: Path) -> None:
    """A graph that makes NaN of a crop is a bug with an incident, not a black picture."""
    models = enhancers.write_enhancer(tmp_path, blind_to_black=True)
    async with serving(models) as enhancer:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await enhanced(enhancer, flat(0))
        [afterwards] = await enhanced(enhancer, flat(200))

    info = status.info_of(failure.value)
    assert info is not None
    assert ("ERROR_REASON_INTERNAL", ["incident"]) == (info.reason, list(info.metadata))
    assert (100, 100, 100) == pixel(afterwards)
