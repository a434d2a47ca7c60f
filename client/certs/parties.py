"""Who gets a certificate, and what it is good for."""

from dataclasses import dataclass

from meshkit.tls.callers import NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A service, or somebody who calls."""

    name: str

    serves: bool = False
    """Whether it listens: others check its certificate for its name."""

    calls: bool = False
    """Whether it shows the certificate to those it calls."""

    names: tuple[str, ...] = ()
    """Hosts and addresses that it is called by, besides its name."""

    @property
    def uri(self) -> str:
        """What services know it by."""
        return NAMES + self.name


LOCAL = ("localhost", "127.0.0.1", "::1")
"""What this machine calls itself."""


def parties(names: tuple[str, ...] = ()) -> tuple[Party, ...]:
    """Everybody; the gateway with its names, for clients check those and not ``gateway``.

    Redis is checked for the host in its URL.
    """
    services = ("detector", "enhancer", "embedder")
    return (
        *(Party(name=name, serves=True) for name in services),
        # It calls Redis.
        Party(name="gallery", serves=True, calls=True),
        # It asks itself how it is.
        Party(name="redis", serves=True, calls=True, names=LOCAL),
        Party(name="gateway", serves=True, calls=True, names=(*LOCAL, *names)),
        Party(name="worker", serves=True, calls=True),
        Party(name="operator", calls=True),
        Party(name="client", calls=True),
    )
