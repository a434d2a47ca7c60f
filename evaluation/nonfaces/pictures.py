"""Published pictures of things and of animals: fetched through pip, never committed.

The four animals look into the camera. Their faces are also cut as a detector would that took them
for people: eyes, nose and corners of the mouth, read off by hand, on the template.
"""

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from degradations import Crop
from degradations.pose_crop import misplacement, warped
from evaluation.nonfaces.squares import square
from faces.alignment import align
from tools import photos
from tools.photos import Source

SOURCES = (
    Source(
        package="scikit-image==0.26.0",
        kind="--only-binary=scikit-image",
        folder="skimage/data/",
        sha256={
            "brick.png": "7966caf324f6ba843118d98f7a07746d22f6a343430add0233eca5f6eaaa8fcf",
            "cell.png": "8d23a7fb81f7cc877cd09f330357fc7f595651306e84e17252f6e0a1b3f61515",
            "chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
            "coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
            "coins.png": "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba",
            "grass.png": "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89",
            "gravel.png": "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12",
            "ihc.png": "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef",
            "moon.png": "78739619d11f7eb9c165bb5d2efd4772cee557812ec847532dbb1d92ef71f577",
            "motorcycle_left.png": (
                "db18e9c4157617403c3537a6ba355dfeafe9a7eabb6b9b94cb33f6525dd49179"
            ),
            "page.png": "341a6f0a61557662b02734a9b6e56ec33a915b2c41886b97509dedf2a43b47a3",
            "retina.jpg": "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6",
            "rocket.jpg": "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
        },
    ),
    Source(
        package="gradio==4.44.1",
        kind="--only-binary=gradio",
        folder="gradio/test_data/",
        sha256={
            "cheetah1.jpg": "35550bfbba996e59c242af00f6a14a9c0d055dfbc52ad069a1a4e8c1c39ca095",
            "cheetah2.jpg": "6882e714aa43d60a429f704a5ddd3af4b3708f89701b3bcc9626121349853795",
            "lion.jpg": "4c45ece00075f152cb2e6cfd5f1dfd7dc8e83042264685b4f470026240eff3ef",
        },
    ),
)

ANIMALS: Mapping[str, tuple[tuple[float, float], ...]] = {
    "chelsea.png": ((173, 113), (319, 136), (263, 242), (222, 268), (292, 275)),
    "cheetah1.jpg": ((89, 93), (161, 93), (123, 147), (103, 170), (143, 170)),
    "cheetah2.jpg": ((258, 327), (491, 305), (378, 440), (330, 525), (440, 520)),
    "lion.jpg": ((103, 66), (133, 65), (117, 93), (106, 106), (128, 106)),
}
"""Eyes, nose, corners of the mouth: (x, y) px."""

THINGS = tuple(name for source in SOURCES for name in source.sha256 if name not in ANIMALS)


def read(folder: Path, names: tuple[str, ...]) -> list[NDArray[np.uint8]]:
    """Fetch what is missing in `folder`, and open pictures (BGR).

    Raises:
        PhotosWrong: A package cannot be had as pinned.
    """
    photos.fetch(folder, SOURCES)
    found = [cv2.imread(str(folder / name)) for name in names]
    return [picture.astype(np.uint8, copy=False) for picture in found if picture is not None]


def anywhere(pictures: list[NDArray[np.uint8]], count: int, *, seed: int) -> NDArray[np.uint8]:
    """Squares of any size and place, of every picture in turn."""
    return np.stack(
        [
            square(pictures[row % len(pictures)], np.random.default_rng([seed, row]))
            for row in range(count)
        ]
    )


def animal_faces(folder: Path, count: int, *, seed: int) -> NDArray[np.uint8]:
    """Faces of animals on the template, a little off as a detector would be."""
    names = tuple(ANIMALS)
    crops = [
        _aligned(picture, np.array(ANIMALS[name], dtype=np.float32))
        for name, picture in zip(names, read(folder, names), strict=True)
    ]
    made = []
    for row in range(count):
        generator = np.random.default_rng([seed, row])
        crop = warped(crops[row % len(crops)], misplacement(generator.uniform(0, 8), generator))
        made.append(crop[:, ::-1] if row % 2 else crop)
    return np.ascontiguousarray(np.stack(made))


def _aligned(picture: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> Crop:
    fit = align(landmarks)
    if fit is None:
        raise ValueError(f"no alignment of {landmarks.tolist()}")
    crop = cv2.warpAffine(picture, fit.matrix, (112, 112), flags=cv2.INTER_AREA)
    return crop.astype(np.uint8, copy=False)
