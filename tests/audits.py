"""Decision logs for tests of those who read them, and the command that does."""

from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner, Result

from client.cli import main
from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, PLAIN, Head, Seal
from tests.chains import end_of


def run(*words: object) -> Result:
    """Run ``sureface audit``."""
    return CliRunner().invoke(main, ["audit", *map(str, words)], prog_name="sureface")


async def decide(data: Path, seal: Seal = PLAIN) -> Head:
    """Keep a log of five decisions, one an hour, in several segments; its head."""
    now = datetime(2026, 1, 2, tzinfo=UTC)
    with DecisionLog(data, seal=seal, segment_bytes=500, clock=lambda: now) as log:
        for hour in range(5):
            now = now.replace(hour=hour)
            await log.append({"kind": "decision", "time": now.isoformat(), "hour": hour})
    return end_of(max((data / FOLDER).iterdir()))
