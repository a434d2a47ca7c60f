"""Sharpness without a network: what any camera software would compute."""

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.logistic import Numbers


def laplacian(crops: NDArray[np.uint8]) -> Numbers:
    """Variance of the Laplacian of brightness; shape (n,) of crops (n, 112, 112, 3), BGR."""
    return np.array(
        [cv2.Laplacian(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var() for crop in crops]
    )
