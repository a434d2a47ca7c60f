"""What is kept on disk, sealed with keys of the operator's: AES-GCM under keys of one's own."""

from meshkit.sealing.envelope import OVERHEAD, key_of
from meshkit.sealing.ring import UNSEALED, Ring
from meshkit.sealing.sealer import Sealer, Unopenable

__all__ = ["OVERHEAD", "UNSEALED", "Ring", "Sealer", "Unopenable", "key_of"]
