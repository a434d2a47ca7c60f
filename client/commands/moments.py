"""Points in time as people type them: ``7d`` is a week ago."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from typing_extensions import override

_AGO = re.compile(r"(\d{1,5})([dhm])")
_UNIT = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}


class _Moment(click.ParamType[datetime]):
    """So many days, hours or minutes ago, or a time in ISO 8601; in UTC if it names no zone."""

    name = "when"

    @override
    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        if ago := _AGO.fullmatch(value):
            return datetime.now(UTC) - int(ago[1]) * _UNIT[ago[2]]
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is neither like 7d, 12h or 30m nor a time", param, ctx)
        return time if time.tzinfo else time.replace(tzinfo=UTC)


MOMENT = _Moment()
