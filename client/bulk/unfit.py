"""Why a file cannot be taken."""


class UnfitError(Exception):
    """A file cannot be taken as it is. Its text is one line that says why."""

    def __init__(self, text: str, *, place: int | None = None) -> None:
        super().__init__(text)
        self.place = place
        """Which row is to blame, if one is."""
