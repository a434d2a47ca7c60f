"""Packages for tests of `tools.models`: made by hand, served by a fake client, no network."""

import hashlib
import io
import sys
import tarfile
import textwrap
from pathlib import Path

import pytest

from tools.models.registry import Source

MODEL = b"pretends to be ONNX"


LICENCES = b"about others\n\nCopyright (c) Us\nMIT\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _tarball(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _npm(monkeypatch: pytest.MonkeyPatch, folder: Path, archive: bytes | None) -> None:
    """Put a client on PATH that hands over `archive`, or fails if there is none."""
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    (folder / "archive").write_bytes(archive or b"")
    body = f"""\
        #!{sys.executable}
        import shutil, sys
        assert ["pack", "--silent", "made@1.0.0"] == sys.argv[1:]
        if {archive is None}:
            sys.exit("npm went looking\\nnpm ERR! 404 Not Found")
        shutil.copy({str(folder / "archive")!r}, "made-1.0.0.tgz")
        """
    script = bin_folder / "npm"
    script.write_text(textwrap.dedent(body), encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder))


def _source(archive: bytes, model: bytes = MODEL) -> Source:
    return Source(
        package="npm:made@1.0.0",
        archive_sha256=_sha256(archive),
        path="package/model.onnx",
        sha256=_sha256(model),
        licence_path="package/LICENSE",
        licence_from="Copyright",
    )


ARCHIVE = _tarball({"package/model.onnx": MODEL, "package/LICENSE": LICENCES})
