"""What is wrong with an answer: nothing, or one of a few things that no answer may be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import grpc
from google.protobuf.message import Message

from bench.operations.fuzz.requests import Sent
from bench.results import ROOT
from faces.errors import BY_REASON
from gateway.config import BUILT_IN_POLICIES
from meshkit import status

_INTERNAL = re.compile(
    r'Traceback|File "|site-packages|\w\.pyc?\b|\w\.(?:cc|cpp|hpp|h):\d|std::|terminate called'
    r"|/(?:work|usr|tmp|home|root|opt|var|proc|data|etc)/|\b0x[0-9a-f]{6,}|object at|<class "
    r"|\b(?:onnxruntime|numpy|cv2|OpenCV|PIL|faiss|sqlite3|asyncio|uvloop|protobuf|meshkit|hiredis)\b"
    r"|\b(?:gateway|services|faces|client)\.[a-z]|[A-Z]\w+(?:Error|Exception)\b|Errno|NoneType"
)
"""Words of whoever wrote the mesh, and of what it is made of: none of a caller's business."""

_OWN = "".join(
    path.read_text(encoding="utf-8")
    for path in (BUILT_IN_POLICIES, *(ROOT / "models" / "calibrations").glob("*.toml"))
)
"""Written by an operator, and told as it is; comments in there name files of the code."""

_BEFORE, _AFTER = 12, 60
"""Characters that say where a word was found: so many are looked for in `_OWN`, or shown."""


class Problem(Enum):
    """What no answer may be."""

    INTERNAL_TEXT = "it tells something internal"
    NO_REASON = "it refuses without a reason"
    BUG = "it met a bug"
    AWAY = "somebody did not answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one call."""

    code: grpc.StatusCode
    reason: str
    """Of a refusal; empty if it has none."""

    text: str
    """All that it says, for people or for programs."""

    @property
    def name(self) -> str:
        """Code and reason in a few words."""
        return f"{self.code.name} {self.reason.removeprefix('ERROR_REASON_')}".strip()


def answered(messages: list[Message]) -> Answer:
    """A call that succeeded."""
    text = "\n".join(words for each in messages for words in _strings(each))
    return Answer(grpc.StatusCode.OK, "", text)


def refused(error: grpc.RpcError) -> Answer:
    """A call that did not."""
    info = status.info_of(error)
    trailing = " ".join(str(each) for each in error.trailing_metadata() or ())
    told = f"{error.details()} {info or ''} {trailing}"
    return Answer(error.code(), info.reason if info else "", told)


def late(answer: Answer) -> bool:
    """Whether it was the caller who had enough of waiting."""
    return answer.code is grpc.StatusCode.DEADLINE_EXCEEDED and not answer.reason


def judge(sent: Sent, answer: Answer) -> tuple[Problem, str] | None:
    """What is wrong, and the words that show it; None if nothing is."""
    for words in _internal(sent, answer.text):
        return Problem.INTERNAL_TEXT, words
    if answer.code is grpc.StatusCode.OK or late(answer):
        return None
    if answer.reason not in BY_REASON:
        return Problem.NO_REASON, f"{answer.code.name} {answer.text}"
    if answer.code is grpc.StatusCode.INTERNAL:
        return Problem.BUG, answer.text
    if answer.code is grpc.StatusCode.UNAVAILABLE:
        return Problem.AWAY, answer.text
    return None


def _strings(message: Message) -> Iterator[str]:
    """All strings in a message; bytes are pictures, in which any word may be by chance."""
    for field, value in message.ListFields():
        is_map = field.message_type and field.message_type.GetOptions().map_entry
        if is_map:
            yield from (text for pair in value.items() for text in pair if isinstance(text, str))
            continue
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message):
                yield from _strings(each)
            elif isinstance(each, str):
                yield each


def _internal(sent: Sent, text: str) -> Iterator[str]:
    """What of a text is internal; what the caller or the operator said first is not."""
    for found in _INTERNAL.finditer(text):
        word, start = found.group().encode(), max(0, found.start() - _BEFORE)
        said = any(word in message for message in sent.messages)
        if not said and text[start : found.end()] not in _OWN:
            yield text[start : found.end() + _AFTER]
