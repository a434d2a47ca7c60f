"""What an auditor gets of a decision log."""

from dataclasses import dataclass

from meshkit.chain import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPart:
    """The next records of a decision log, as they stand in there.

    Nothing of it is checked yet: `client.excerpt.collect` does that.
    """

    head: Head
    """The log's last record when the call began: to be noted elsewhere."""

    last: Head
    """The last record that comes."""

    before: Head
    """What the first of these comes after."""

    lines: tuple[bytes, ...]
    """With their newlines. Empty if there are no records."""

    @property
    def reached(self) -> int:
        """The place of the last one of these."""
        return self.before.position + len(self.lines)
