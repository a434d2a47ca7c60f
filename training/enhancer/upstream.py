"""Fetches the recogniser that is never served: for training only, and never committed.

`@vladmandic/face-api` (npm, MIT) carries dlib's weights, which their author put into the public
domain. npm fetches the package, and each file is checked against its pin.
"""

from dataclasses import dataclass
from pathlib import Path

from tools.models.fetch import fetch
from tools.models.registry import Source

FOLDER = Path(".cache/recognisers")
"""Where the files go unless the caller names another folder."""

_PACKAGE = "npm:@vladmandic/face-api@1.7.15"
_ARCHIVE = "0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """On disk."""

    manifest: Path
    """Names, shapes and scales."""

    weights: Path
    """All of them, one after the other."""


_PINS = {
    "face_recognition_model-weights_manifest.json": (
        "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b"
    ),
    "face_recognition_model.bin": (
        "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589"
    ),
}


def files(folder: Path = FOLDER) -> Files:
    """Make sure that both files are in `folder`; the first time, npm fetches 12 MB for each.

    Raises:
        ModelsWrong: npm failed, or what came is not what is pinned.
    """
    manifest, weights = (folder / name for name in _PINS)
    for path in (manifest, weights):
        if not path.exists():
            _take(path)
    return Files(manifest=manifest, weights=weights)


def _take(path: Path) -> None:
    source = Source(
        package=_PACKAGE,
        archive_sha256=_ARCHIVE,
        path=f"package/model/{path.name}",
        sha256=_PINS[path.name],
        licence_path="package/LICENSE",
    )
    found = fetch(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "LICENSE").write_text(found.licence, encoding="utf-8")
    # A rename is all or nothing: an interrupted run leaves no half file.
    part = path.with_suffix(".part")
    part.write_bytes(found.model)
    part.rename(path)
