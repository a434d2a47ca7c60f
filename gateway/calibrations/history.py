"""Which calibrations were loaded, and when, by the contract that they are for."""

from pathlib import Path

from gateway import history

FILE = "calibrations.sqlite"
"""Name of the database in the gateway's data folder, and in a worker's."""


class History(history.History):
    """Files by version and periods by time. Blocks: each call opens the database."""

    def __init__(self, folder: Path) -> None:
        """Keep it in a data folder, which exists."""
        super().__init__(folder / FILE, store="calibration")
