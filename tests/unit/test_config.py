"""Configuration from the environment."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from meshkit.config import ConfigError, ServerConfig, load
from services.embedder.config import Config as EmbedderConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """One field of each type that a variable can hold."""

    name: str
    count: int = 3
    wait_s: float = 0.5
    folder: Path = Path("models")
    eager: bool = False
    sides: tuple[int, ...] = (320, 640)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        pytest.param("NAME=ada lovelace", "name", "ada lovelace", id="text"),
        pytest.param("COUNT=-7", "count", -7, id="whole number"),
        pytest.param("WAIT_S=2e-3", "wait_s", 0.002, id="number"),
        pytest.param("WAIT_S=2", "wait_s", 2.0, id="whole number as a number"),
        pytest.param("FOLDER=/srv/models", "folder", Path("/srv/models"), id="path"),
        pytest.param("EAGER=true", "eager", True, id="true"),
        pytest.param("EAGER=1", "eager", True, id="1"),
        pytest.param("EAGER=False", "eager", False, id="false"),
        pytest.param("EAGER=0", "eager", False, id="0"),
        pytest.param("SIDES=640", "sides", (640,), id="one number"),
        pytest.param("SIDES=320, 640,1280", "sides", (320, 640, 1280), id="several numbers"),
    ],
)
def test_parses(text: str, field: str, value: object) -> None:
    """Each type has its spelling."""
    name, _, given = text.partition("=")

    config = load(Everything, {"X_NAME": "n", f"X_{name}": given}, prefix="X_")

    assert value == getattr(config, field)
    assert type(value) is type(getattr(config, field)) or isinstance(value, Path)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        pytest.param("X_COUNT", "many", id="a word for a whole number"),
        pytest.param("X_COUNT", "1.5", id="a fraction for a whole number"),
        pytest.param("X_COUNT", "", id="nothing for a whole number"),
        pytest.param("X_WAIT_S", "soon", id="a word for a number"),
        pytest.param("X_WAIT_S", "nan", id="no number"),
        pytest.param("X_WAIT_S", "inf", id="no finite number"),
        pytest.param("X_EAGER", "yes", id="another word for true"),
        pytest.param("X_SIDES", "320;640", id="another separator"),
        pytest.param("X_SIDES", "", id="no numbers"),
    ],
)
def test_refuses_the_wrong_type(variable: str, text: str) -> None:
    """The variable is named."""
    with pytest.raises(ConfigError, match=f"^{variable}: "):
        load(Everything, {"X_NAME": "n", variable: text}, prefix="X_")


def test_only_what_has_no_default_is_needed() -> None:
    """Other programs' variables are no concern of ours."""
    config = load(Everything, {"X_NAME": "n", "HOME": "/root", "XX_COUNT": "many"}, prefix="X_")

    assert Everything(name="n") == config


def test_names_every_problem_at_once() -> None:
    """An operator fixes a broken environment in one round."""
    env = {"X_COUNT": "many", "X_EAGER": "?", "X_QUEUE_LIMITS": "3", "X_AGE": "1"}

    with pytest.raises(ConfigError) as failure:
        load(Everything, env, prefix="X_")

    expected = [
        "X_AGE: unknown",
        "X_QUEUE_LIMITS: unknown",
        "X_NAME: missing",
        "X_COUNT: ",
        "X_EAGER: ",
    ]
    problems = str(failure.value).split("; ")
    assert expected == [next(e for e in expected if p.startswith(e)) for p in problems]


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        pytest.param("PORT", "-1", "port must be in", id="negative port"),
        pytest.param("PORT", "65536", "port must be in", id="port too large"),
        pytest.param("METRICS_PORT", "70000", "metrics_port must be in", id="metrics port"),
        pytest.param("HEALTH_PORT", "-1", "health_port must be in", id="health port"),
        pytest.param("DRAIN_S", "-0.1", "drain_s must be 0 or more", id="drain"),
        pytest.param("GRACE_S", "-1", "grace_s must be 0 or more", id="grace"),
        pytest.param("CALL_LIMIT_S", "0", "call_limit_s must be positive", id="call limit"),
        pytest.param("CALL_SLOTS", "0", "call_slots must be at least 1", id="call slots"),
        pytest.param("CONNECTION_AGE_S", "0", "connection_age_s must be positive", id="age"),
    ],
)
def test_a_server_refuses_impossible_values(variable: str, text: str, problem: str) -> None:
    """Every server is told its limits in the same words."""
    with pytest.raises(ConfigError, match=f"^{problem}"):
        load(ServerConfig, {"X_PORT": "1"} | {f"X_{variable}": text}, prefix="X_")


@pytest.mark.parametrize("port", ["0", "65535"])
def test_the_ends_of_the_range_of_ports_are_ports(port: str) -> None:
    """0 is any free one."""
    assert int(port) == load(ServerConfig, {"X_PORT": port}, prefix="X_").port


def test_a_server_names_all_impossible_values() -> None:
    """Again in one round."""
    env = {"X_PORT": "-1", "X_DRAIN_S": "-1", "X_CALL_LIMIT_S": "-1"}

    with pytest.raises(ConfigError, match=r"^port .*; drain_s .*; call_limit_s "):
        load(ServerConfig, env, prefix="X_")


@pytest.mark.parametrize(
    ("variable", "text", "problem"),
    [
        pytest.param("GRACE_S", "-1", "grace_s must be", id="what all servers refuse"),
        pytest.param("MAX_QUEUED", "63", "max_queued must be at least 64", id="short queue"),
        pytest.param("MAX_BATCH", "0", "1 <= max_batch <= max_queued", id="no batch"),
        pytest.param("MAX_BATCH", "257", "1 <= max_batch <= max_queued", id="batch over queue"),
        pytest.param("MAX_DELAY_S", "-1", "max_delay_s must not be negative", id="delay"),
        pytest.param("THREADS", "-1", "threads must not be negative", id="threads"),
    ],
)
def test_the_embedder_refuses_impossible_values(variable: str, text: str, problem: str) -> None:
    """A service adds its own limits to those of all servers."""
    with pytest.raises(ConfigError, match=problem):
        load(EmbedderConfig, {f"EMBEDDER_{variable}": text}, prefix="EMBEDDER_")


def test_the_embedder_runs_without_any_variable() -> None:
    """Defaults are good for a laptop."""
    config = load(EmbedderConfig, {}, prefix="EMBEDDER_")

    assert (50053, 64) <= (config.port, config.max_queued)
    assert 32 == config.limits.max_batch
