"""What the parts of a job found, joined: tracks of all files, and what became of their frames."""

import itertools

from gateway.jobs.following import Following, Trail, apart
from gateway.jobs.job import Media, Order
from gateway.jobs.sights import Findings, Tally, added


class Gathering:
    """Takes findings part by part; holds no more of them than tracks rest on."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._videos: dict[int, Following] = {}
        self._pictures: list[Trail] = []
        self.tallies: dict[int, Tally] = {}
        """By number of the file, for those of which anything was read."""

    def take(self, findings: Findings) -> None:
        """Take what the next part found; parts come in their order."""
        for source, tally in findings.tallies.items():
            self.tallies[source] = added(self.tallies.get(source, Tally()), tally)
        for source, sights in itertools.groupby(findings.sights, key=lambda each: each.source):
            if self._order.sources[source].media is Media.PICTURE:
                self._pictures += apart(sights)
                continue
            following = self._videos.setdefault(source, Following(self._order.policy))
            following.take(sights)

    def trails(self) -> list[Trail]:
        """Everybody who was seen."""
        videos = [trail for following in self._videos.values() for trail in following.trails()]
        return [*videos, *self._pictures]
