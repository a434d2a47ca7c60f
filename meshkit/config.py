"""Configuration: environment variables in, one frozen dataclass out."""

import dataclasses
import math
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_SWITCH = {"true": True, "1": True, "false": False, "0": False}


def _switch(text: str) -> bool:
    try:
        return _SWITCH[text.lower()]
    except KeyError:
        raise ValueError(f"need true or false, got {text!r}") from None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"need a finite number, got {text!r}")
    return number


_PARSERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    float: _finite,
    Path: Path,
    Path | None: Path,
    bool: _switch,
    tuple[int, ...]: _numbers,
}


_RULES: tuple[tuple[tuple[str, ...], str, Callable[[float], bool]], ...] = (
    (("port", "health_port", "metrics_port"), "in [0, 65535]", lambda port: port in range(2**16)),
    (("drain_s", "grace_s"), "0 or more", lambda seconds: seconds >= 0),
    (
        ("call_limit_s", "stream_limit_s", "connection_age_s"),
        "positive",
        lambda seconds: seconds > 0,
    ),
    (("call_slots",), "at least 1", lambda calls: calls >= 1),
)


class ConfigError(Exception):
    """What an operator set up cannot run. Its text is one line that says what to do."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServerConfig:
    """What every server can be told. Field ``x`` is the variable ``<SERVICE>_X``."""

    host: str = "[::]"
    """Address to listen on. ``127.0.0.1`` keeps strangers out."""

    port: int
    """TCP port for gRPC; 0 takes a free one and logs it."""

    tls: Path | None = None
    """Folder with `tls.crt`, `tls.key` and `ca.crt`, looked at again for each connection: who
    calls must then speak TLS, and between services show a certificate of `ca.crt`."""

    insecure: bool = False
    """Whether to speak plain text with other machines, where there is no TLS. Without this, only
    loopback is."""

    health_port: int = 0
    """TCP port for health checks in plain text, on `host`; 0 serves none. For Kubernetes, whose
    probes know no TLS: it serves nothing else."""

    metrics_port: int = 0
    """TCP port for Prometheus, on `host`; 0 serves none."""

    drain_s: float = 5.0
    """Seconds to keep answering after SIGTERM, so that balancers notice."""

    grace_s: float = 20.0
    """Seconds that running calls then get to finish, and those of a connection that is
    renewed."""

    call_limit_s: float = 30.0
    """Longest time that a call may take, whatever deadline its caller set."""

    stream_limit_s: float = 3600.0
    """The same for calls that stream: transfers and feeds. Most end sooner, with their
    connection: `connection_age_s` and `grace_s` after it began, about 320 seconds. Who
    streams goes on with another call."""

    call_slots: int = 1024
    """Most calls that run at once; one more is RESOURCE_EXHAUSTED. Health is not counted."""

    connection_age_s: float = 300.0
    """Connections are renewed after this time, so that clients see new replicas. What still
    runs on them `grace_s` seconds later is ended."""

    def __post_init__(self) -> None:
        problems = [
            f"{name} must be {rule}, got {getattr(self, name)}"
            for names, rule, fits in _RULES
            for name in names
            if not fits(getattr(self, name))
        ]
        if problems:
            raise ValueError("; ".join(problems))


def load(cls: type[T], env: Mapping[str, str], *, prefix: str) -> T:
    """Build `cls` from the variables of `env` that start with `prefix`.

    Args:
        cls: A dataclass; field ``queue_limit`` is read from ``<prefix>QUEUE_LIMIT``.
        env: Usually `os.environ`. Variables without the prefix are ignored.
        prefix: For example ``EMBEDDER_``.

    Raises:
        ConfigError: A variable is missing, unknown (a typo, most likely), of the
            wrong type, or refused by `cls` itself. Names every problem at once.
    """
    types = typing.get_type_hints(cls)
    fields = {prefix + f.name.upper(): f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    given = {name: text for name, text in env.items() if name.startswith(prefix)}
    problems = [f"{name}: unknown" for name in sorted(given.keys() - fields.keys())]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in given:
            try:
                values[field.name] = _PARSERS[types[field.name]](given[name])
            except ValueError as error:
                problems.append(f"{name}: {error}")
        elif field.default is dataclasses.MISSING:
            problems.append(f"{name}: missing")
    if problems:
        raise ConfigError("; ".join(problems))
    try:
        return cls(**values)
    except ValueError as error:
        raise ConfigError(str(error)) from error
