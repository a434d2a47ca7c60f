"""The decision log: JSON lines, appended before the answer leaves."""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from faces.errors import StoreUnavailable
from meshkit.config import ConfigError

FILE = "decisions.jsonl"
"""Name of the log in the gateway's data folder."""


_BLOCK_BYTES = 65_536
"""Of the log that are looked at together for the end of its last line."""


class DecisionLog:
    """Appends whole lines, or nothing.

    One write call per line: a line is in the operating system's hands before its
    answer is sent, so that killing the gateway loses none. (What a power cut may
    lose is the subject of the tamper-evident log, which replaces this file.)
    """

    def __init__(self, folder: Path) -> None:
        """Open the log of a gateway's data folder.

        Raises:
            ConfigError: The folder cannot be written, or another gateway writes there.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"{folder} belongs to another gateway that runs") from None
        except OSError as error:
            raise ConfigError(f"{folder} cannot be used: {error.strerror}") from None
        self._drop_torn_line()

    def append(self, record: Mapping[str, object]) -> None:
        """Write one record.

        Raises:
            StoreUnavailable: The line cannot be written, as on a full disk. Nobody
                gets an answer that the log does not hold.
        """
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        end = os.fstat(self._file).st_size
        try:
            if os.write(self._file, line) == len(line):
                return
        except OSError as error:
            os.ftruncate(self._file, end)
            raise StoreUnavailable(store="decision") from error
        os.ftruncate(self._file, end)
        raise StoreUnavailable(store="decision")

    def _drop_torn_line(self) -> None:
        """Cut off what a crash left behind the last whole line: it was never answered."""
        end = os.fstat(self._file).st_size
        while end:
            begin = max(0, end - _BLOCK_BYTES)
            end = begin + os.pread(self._file, end - begin, begin).rfind(b"\n") + 1
            if end > begin:
                break
        os.ftruncate(self._file, end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._file)
