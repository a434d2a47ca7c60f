"""The liveness model of a package, from there. It is measured, and not part of the repository."""

import hashlib
from pathlib import Path

from faces.contract import Preprocessing
from meshkit.models.registry import ModelFile
from meshkit.models.session import Session
from services.detector.liveness import Liveness, network
from tools.models.fetch import fetch
from tools.models.registry import Source

SOURCE = Source(
    package="npm:faceplugin-face-recognition-js@0.0.1",
    archive_sha256="7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
    path="package/model/fr_liveness.onnx",
    sha256="afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
    licence_path="package/LICENSE",
)


def upstream(cache: Path, *, channels: str) -> Liveness:
    """Fetch the model unless it is there, and load it.

    Args:
        cache: Folder for its file; may be deleted.
        channels: Order in which it is fed, ``RGB`` or ``BGR``: the package does not say in which
            it was trained.

    Raises:
        ModelsWrong: It cannot be had as pinned.
    """
    path = cache / "fr_liveness.onnx"
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != SOURCE.sha256:
        cache.mkdir(parents=True, exist_ok=True)
        path.write_bytes(fetch(SOURCE).model)
    file = ModelFile(
        name="fr_liveness",
        family="minifasnet",
        path=path,
        sha256=SOURCE.sha256,
        preprocessing=Preprocessing(version="", channels=channels, mean=0.0, scale=1.0),
        dimension=0,
        quality={},
    )
    return network(file, Session(path, provider="cpu", threads=1))
