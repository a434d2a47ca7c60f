"""How a vector is written in memory: as fp32, as fp16 or as int8.

A quantizer is an empty FAISS index without structure. It encodes, decodes, and can be
shown codes that it does not own: they live in one array of ours, which grows without
being copied, can be read row by row, and goes to disk as it is.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors
from services.gallery.plan import Storage

Codes = NDArray[np.uint8]
"""Shape (n, bytes of a vector)."""

_SPREAD = 6.0
"""Without a sample, int8 covers numbers up to so many standard deviations, as if the
directions were random; what is larger is cut."""

_MARGIN = 0.1
"""How much wider int8's ranges are than the sample's, on either side."""

_KINDS = {"fp16": faiss.ScalarQuantizer.QT_fp16, "int8": faiss.ScalarQuantizer.QT_8bit}


def quantizer(dimension: int, storage: Storage, sample: Vectors) -> Any:
    """Make the quantizer of a storage.

    Args:
        dimension: Length of the vectors.
        storage: Their precision.
        sample: Shape (n, d), what int8 learns its ranges from; may be empty.
    """
    if storage == "fp32":
        return faiss.IndexFlatIP(dimension)
    made = faiss.IndexScalarQuantizer(dimension, _KINDS[storage], faiss.METRIC_INNER_PRODUCT)
    made.sq.rangestat_arg = _MARGIN
    reach = min(1.0, _SPREAD / dimension**0.5)
    corners = np.repeat(np.array([[-reach], [reach]], np.float32), dimension, axis=1)
    made.train(np.ascontiguousarray(sample) if len(sample) else corners)
    return made


def show(quantizer: Any, codes: Codes) -> Any:
    """Let a quantizer search codes that it does not own; returns it.

    Args:
        quantizer: What wrote the codes.
        codes: Contiguous. Must stay where they are while the quantizer is used.
    """
    pointer, view = faiss.swig_ptr(codes), quantizer.codes
    # What `MaybeOwnedVector::create_view` does; Python cannot give it a null owner.
    view.is_owned = False
    view.view_data = view.c_ptr = pointer
    view.view_size = view.c_size = codes.size
    quantizer.ntotal = len(codes)
    return quantizer
