"""Counts the decision records of a period, and of as long a one before it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from faces.insight import Insight
from gateway.insight.reading import seen
from gateway.records.walks import Record, Walks


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Which decisions to count."""

    start: datetime
    """The first moment."""

    end: datetime
    """The first moment that is not in it."""

    camera_id: str = ""
    """Empty for all."""

    scene: str = ""
    """Empty for all."""

    @property
    def before(self) -> datetime:
        """Where a period begins that is as long and ends with `start`."""
        try:
            return self.start - (self.end - self.start)
        except OverflowError:
            return datetime.min.replace(tzinfo=UTC)

    def holds(self, camera_id: str, scene: str) -> bool:
        """Whether it asks for this camera in this scene."""
        return self.camera_id in {"", camera_id} and self.scene in {"", scene}


class Summarizing:
    """Counts what is on record of pictures and their cameras."""

    def __init__(self, walks: Walks) -> None:
        self._walks = walks

    async def run(self, period: Period) -> Insight:
        """Count the records of a period and of the one before. Ends when its caller leaves.

        Raises:
            StoreUnavailable: The log cannot be read.
        """
        insight = Insight()

        def visit(record: Record) -> None:
            picture = seen(record)
            if picture is None or not period.holds(picture.camera_id, picture.scene):
                return
            time = datetime.fromisoformat(record["time"])
            if time < period.end:
                insight.add(
                    picture.camera_id, picture.scene, picture.probe, before=time < period.start
                )

        await self._walks.each(period.before, visit)
        return insight
