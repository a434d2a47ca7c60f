"""What a gateway said of its log while it handed it out, over as many streams as that took."""

from client.types.audit import LogPart
from meshkit.chain import RETENTION, START, ChainBroken, Entry, Head, removed_by


class Told:
    """Each stream must bear out what those before it said: a log may be cut between two."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.head = START
        """The log's, by the newest stream."""
        self._lasts: dict[int, Head] = {}
        self._explained = {START}

    def hear(self, part: LogPart) -> None:
        """The next part.

        Raises:
            ChainBroken: The log is shorter than it was.
        """
        if part.head.position < self.head.position:
            what = f"the gateway's log ended with {self.head}, and now ends before that"
            raise ChainBroken(what, position=part.head.position + 1)
        self.head = part.head
        self._lasts.setdefault(part.last.position, part.last)

    def see(self, entry: Entry) -> None:
        """The next record.

        Raises:
            ChainBroken: It is not the one that was said to be here.
        """
        _require(self._lasts.get(entry.head.position, entry.head), entry.head)
        if entry.kind == RETENTION:
            self._explained.add(removed_by(entry))

    def require_last(self, reached: Head) -> None:
        """Check that all came that was said to come.

        Raises:
            ChainBroken: Records are missing behind the last one.
        """
        _require(max(self._lasts.values(), default=reached), reached)

    def require_head(self, reached: Head) -> None:
        """Check that the last record is the log's head; for those who asked for no end.

        Raises:
            ChainBroken: The gateway has more than it handed out.
        """
        if reached != self.head:
            what = f"the gateway ends before the head that it tells, {self.head}"
            raise ChainBroken(what, position=reached.position + 1)

    def require_begin(self, before: Head) -> None:
        """Check what is missing in front; for those who asked for all.

        Raises:
            ChainBroken: No record says that it was removed.
        """
        if before not in self._explained:
            what = f"the gateway begins behind {before}, and no record says that more was removed"
            raise ChainBroken(what, position=before.position + 1)


def _require(said: Head, found: Head) -> None:
    if said != found:
        raise ChainBroken(f"the gateway said that {said} would be here", position=found.position)
