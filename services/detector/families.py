"""Which code reads which network's outputs: the `family` of a `models.toml` entry."""

from collections.abc import Mapping
from typing import Protocol

from meshkit.config import ConfigError
from meshkit.models.registry import ModelFile
from services.detector.centerface import CenterFace
from services.detector.port import Network, Runner
from services.detector.yunet import YuNet


class Family(Protocol):
    """Builds a network around what runs its file."""

    def __call__(self, runner: Runner, *, channels: str) -> Network:
        """Build it; `channels` is ``RGB`` or ``BGR``."""
        ...


FAMILIES: Mapping[str, Family] = {"yunet": YuNet, "centerface": CenterFace}


def network(file: ModelFile, runner: Runner) -> Network:
    """Give a model file the decoder of its family.

    Raises:
        ConfigError: No such family, or pixels that are not to be fed as they are.
    """
    if file.family not in FAMILIES:
        raise ConfigError(
            f"model {file.name} is of family {file.family}, not {', '.join(FAMILIES)}"
        )
    how = file.preprocessing
    if (how.mean, how.scale) != (0, 1):
        raise ConfigError(f"model {file.name}: detectors take pixels as they are: mean 0, scale 1")
    return FAMILIES[file.family](runner, channels=how.channels)
