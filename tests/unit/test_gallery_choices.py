"""What a gallery was configured with: it is there, or said not to be, and ends with it."""

import sys
from pathlib import Path

import pytest

from meshkit.config import ConfigError
from meshkit.sealing import Sealer
from services.gallery.choices import indexes_of, store_of
from services.gallery.config import Config
from services.gallery.exact import ExactIndexes
from services.gallery.projection import Projection


def test_milvus_is_left_when_the_gallery_ends(tmp_path: Path) -> None:
    """The connection is used while the block runs, and not afterwards."""
    config = Config(path=tmp_path / "db", index="milvus", milvus_uri=f"{tmp_path}/light.db")
    with indexes_of(config, Sealer()) as indexes:
        indexes.keep([])

    with pytest.raises(OSError, match="Milvus"):
        indexes.keep([])


def test_a_store_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "redis", None)
    for name in [name for name in sys.modules if name.startswith("services.gallery.redis")]:
        monkeypatch.delitem(sys.modules, name)
    config = Config(redis_url="redis://127.0.0.1:1")

    with pytest.raises(ConfigError, match=r"install sureface\[redis\]"):
        store_of(config, Projection(ExactIndexes()), Sealer())
