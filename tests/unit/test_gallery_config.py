"""What the gallery can be told."""

from pathlib import Path

import pytest

from meshkit.config import ConfigError, load
from meshkit.sealing import UNSEALED
from services.gallery.config import Config
from tests.sealing import KEY, key_id

MINIMAL = {"GALLERY_PATH": "/data/gallery.db"}


def test_only_the_path_is_required() -> None:
    """Everything else has a default."""
    config = load(Config, MINIMAL, prefix="GALLERY_")

    assert (Path("/data/gallery.db"), 50054) == (config.path, config.port)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        pytest.param("INDEX_THREADS", "0", "index_threads must be at least 1", id="threads"),
        pytest.param("REQUEST_ID_H", "0", "request_id_h must be positive", id="request ids"),
        pytest.param("SEARCH_BATCH", "0", "1 <= search_batch <= search_queue", id="search batch"),
        pytest.param("WRITE_QUEUE", "8", "1 <= write_batch <= write_queue", id="write queue"),
        pytest.param("CALL_LIMIT_S", "0", "call_limit_s must be positive", id="of every server"),
    ],
)
def test_what_cannot_work_is_refused(name: str, text: str, problem: str) -> None:
    """A number that makes no sense stops the start, by name."""
    with pytest.raises(ConfigError, match=problem):
        load(Config, {**MINIMAL, f"GALLERY_{name}": text}, prefix="GALLERY_")


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        pytest.param({}, "which needs it", id="where it is"),
        pytest.param({"MILVUS_URI": "milvus:19530"}, "must be http", id="no scheme"),
        pytest.param({"MILVUS_URI": "http://a:b@host"}, "must be http", id="a password in it"),
        pytest.param(
            {"MILVUS_URI": "light.db", "MILVUS_GALLERY": "a b"}, "letters, digits", id="its name"
        ),
        pytest.param(
            {"MILVUS_URI": "http://host", "PATH": "", "REDIS_URL": "redis://host"},
            "each replica needs a milvus_gallery",
            id="replicas of one name",
        ),
    ],
)
def test_milvus_is_told_apart(variables: dict[str, str], problem: str) -> None:
    """It needs an address without secrets, and each process a name of its own."""
    given = MINIMAL | {f"GALLERY_{name}": text for name, text in variables.items()}
    chosen = {name: text for name, text in given.items() if text} | {"GALLERY_INDEX": "milvus"}

    with pytest.raises(ConfigError, match=problem):
        load(Config, chosen, prefix="GALLERY_")


def test_keys_come_from_one_place() -> None:
    """Nobody should have to wonder which of two is used; none means that nothing is sealed."""
    given = {"GALLERY_SEALING_KEYS": "/keys", "GALLERY_SEALING_KEY": KEY}

    with pytest.raises(ConfigError, match="either sealing_keys or sealing_key"):
        load(Config, MINIMAL | given, prefix="GALLERY_")
    assert UNSEALED == load(Config, MINIMAL, prefix="GALLERY_").keys().first


def test_a_key_is_not_shown() -> None:
    """Not by whoever prints the configuration or the keys."""
    config = load(Config, MINIMAL | {"GALLERY_SEALING_KEY": KEY}, prefix="GALLERY_")

    assert key_id(KEY) == config.keys().first
    assert KEY not in repr(config) + repr(config.keys())
    assert repr(bytes(range(32)))[2:-1] not in repr(config.keys())


def test_a_token_is_not_shown() -> None:
    """Not by whoever prints the configuration."""
    given = {"GALLERY_INDEX": "milvus", "GALLERY_MILVUS_URI": "http://host:19530"}
    config = load(
        Config, MINIMAL | given | {"GALLERY_MILVUS_TOKEN": "root:Secret"}, prefix="GALLERY_"
    )

    assert "root:Secret" == config.milvus_token
    assert "Secret" not in repr(config)
