"""Logs as JSON lines. Whoever logs must never pass pixels, vectors or names.

Exceptions are told by their kinds and places: their texts may hold any of these.
"""

import asyncio
import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import Any

from typing_extensions import override

from meshkit.telemetry import ids

# What no line holds need not be found out; looking up the caller alone costs more than
# writing the line.
logging._srcfile = None  # noqa: SLF001  # as the HOWTO of logging says
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, trace, and what `extra` carried."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
            **ids(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            line["exception"] = told(record.exc_info[1])
        return json.dumps(line, default=str)


def told(error: BaseException, known: frozenset[int] = frozenset()) -> str:
    """An exception as Python shows it, with what led to it, but without any text of theirs.

    Args:
        error: What was raised.
        known: Ids of exceptions that it is part of: some go round in a circle.
    """
    led_to = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    known |= {id(error)}
    before = [told(each, known) for each in (led_to, *parts) if each and id(each) not in known]
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return "\n".join([*before, f"Traceback (most recent call last):\n{frames}{kind}"])


def configure(service: str) -> None:
    """Send this process's log to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(service))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


def take_over() -> None:
    """Let bugs that nobody catches be lines of this log, too. Inside a running loop."""
    log = logging.getLogger("uncaught")

    def of_process(_: Any, error: BaseException, __: Any) -> None:
        log.critical("the process ends", exc_info=error)

    def of_thread(hook: threading.ExceptHookArgs) -> None:
        log.error("a thread ends", exc_info=hook.exc_value)

    def of_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        log.error(context["message"], exc_info=context.get("exception"))

    sys.excepthook, threading.excepthook = of_process, of_thread
    asyncio.get_running_loop().set_exception_handler(of_loop)
