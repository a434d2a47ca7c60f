"""Which failures cost a frame, and which the stream."""

from faces.errors import (
    Code,
    FaceError,
    ImageAnimated,
    ImageBroken,
    ImageBytes,
    ImageEmpty,
    ImageFormat,
    ImagePixels,
    ImageTooSmall,
)

_OF_ONE_PICTURE = (
    *(ImageEmpty, ImageBytes, ImageFormat, ImageBroken),
    *(ImagePixels, ImageTooSmall, ImageAnimated),
)
"""Cameras send a torn picture now and then; a door does not close for it."""


def costs_a_frame(error: FaceError) -> bool:
    """Whether the stream can go on. Otherwise its caller has to change something."""
    # A bug is somebody else's, too, and often that of one picture.
    return error.passes or error.code is Code.INTERNAL or isinstance(error, _OF_ONE_PICTURE)
