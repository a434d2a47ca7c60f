"""An enhancer over a real socket, and crops of one colour."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc.aio
import numpy as np

from services.enhancer.app import open_app
from services.enhancer.config import Config
from services.enhancer.model import Model
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.enhancer.v1.enhancer_pb2_grpc import EnhancerServiceStub
from sureface.type.v1.face_pb2 import AlignedCrop

if TYPE_CHECKING:
    from sureface.enhancer.v1.enhancer_pb2_grpc import EnhancerServiceAsyncStub as Enhancer
else:
    Enhancer = EnhancerServiceStub

__all__ = ["CROP_BYTES", "Enhancer", "config", "enhanced", "flat", "pixel", "serving"]

CROP_BYTES = 112 * 112 * 3


def config(folder: Path, **changes: object) -> Config:
    settings: dict[str, object] = {
        "host": "127.0.0.1",
        "port": 0,
        "drain_s": 0,
        "grace_s": 0,
        "models": folder,
        "model": "tiny-enhancer",
        **changes,
    }
    return Config(**settings)  # type: ignore[arg-type]  # checked by Config


@contextlib.asynccontextmanager
async def serving(
    folder: Path, model: Model | None = None, **changes: object
) -> AsyncIterator[Enhancer]:
    async with (
        open_app(config(folder, **changes), model) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield EnhancerServiceStub(channel)


def flat(red: int, green: int | None = None, blue: int | None = None, **more: Any) -> AlignedCrop:
    """A crop of one colour."""
    pixel = bytes([red, red if green is None else green, red if blue is None else blue])
    return AlignedCrop(rgb=pixel * (112 * 112), **more)


def pixel(crop: pb.EnhancedCrop) -> tuple[int, ...]:
    """The colour of a crop that has one."""
    pixels = np.frombuffer(crop.crop.rgb, dtype=np.uint8).reshape(-1, 3)
    assert np.all(pixels == pixels[0])
    return tuple(pixels[0].tolist())


async def enhanced(
    enhancer: Enhancer, *crops: AlignedCrop, camera: str = ""
) -> list[pb.EnhancedCrop]:
    request = pb.EnhanceCropsRequest(crops=crops, camera_id=camera)
    return list((await enhancer.EnhanceCrops(request)).crops)
