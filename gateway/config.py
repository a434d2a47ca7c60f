"""What an operator can tell the gateway, read once at start."""

from dataclasses import dataclass
from pathlib import Path

from meshkit.config import ServerConfig

BUILT_IN_POLICIES = Path(__file__).with_name("policies.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(ServerConfig):
    """Field ``x`` is the environment variable ``GATEWAY_X``."""

    port: int = 50050
    """TCP port for gRPC."""

    detector: str = "127.0.0.1:50051"
    """Address of the detector, as gRPC understands it (``dns:///…`` balances)."""

    embedder: str = "127.0.0.1:50053"
    """Address of the embedder."""

    gallery: str = "127.0.0.1:50054"
    """Address of the gallery."""

    enhancer: str = ""
    """Address of the enhancer; empty means that none is configured."""

    enhancer_limit_s: float = 1.0
    """An enhancer that takes longer counts as unavailable."""

    data: Path
    """Folder for decision records and review items. Required."""

    policies: Path = BUILT_IN_POLICIES
    """The policy table."""
