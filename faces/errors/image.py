"""Pictures that cannot or will not be decoded."""

from faces.errors.base import Code, FaceError


class ImageEmpty(FaceError):
    """No bytes."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_IMAGE_EMPTY"
    text = "the image has no bytes"


class ImageBytes(FaceError):
    """A file larger than the service takes."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_IMAGE_BYTES"
    text = "the image has {actual_bytes} bytes, more than {limit_bytes}"


class ImageFormat(FaceError):
    """Not a picture, or of a format that is not read."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_IMAGE_FORMAT"
    text = "the bytes are not a JPEG, PNG, WebP, BMP or TIFF image"


class ImageBroken(FaceError):
    """A picture that ends early or contradicts itself."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_IMAGE_BROKEN"
    text = "the {format} image is truncated or corrupt"


class ImagePixels(FaceError):
    """More pixels than the service decodes; told from the header alone."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_IMAGE_PIXELS"
    text = "the image is {width_px} x {height_px}, more than {limit_pixels} pixels"


class ImageTooSmall(FaceError):
    """Too few pixels to hold a face."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_IMAGE_TOO_SMALL"
    text = "the image is {width_px} x {height_px}; each side needs {limit_px} pixels"


class ImageAnimated(FaceError):
    """Several frames or pages: which one is meant is the caller's to say."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_IMAGE_ANIMATED"
    text = "the image has {frame_count} frames; send the one that counts"
