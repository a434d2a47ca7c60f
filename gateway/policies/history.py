"""Which policy tables were in force, and when."""

from pathlib import Path

from gateway import history
from gateway.history import Text

FILE = "policies.sqlite"
"""Name of the database in the gateway's data folder."""


class History(history.History):
    """Tables by version and periods by time. Blocks: each call opens the database."""

    def __init__(self, folder: Path) -> None:
        """Keep it in a gateway's data folder, which exists."""
        super().__init__(folder / FILE, store="policy")

    def begin(self, version: str, text: str) -> None:
        """Put a table on record, from now on in force; if it is already, nothing changes.

        Args:
            version: Hash of its content.
            text: As the operator wrote it. Of several texts with the same content, the
                first is kept.

        Raises:
            StoreUnavailable: It is not on record.
        """
        self.hold({"": Text(version, text)})
