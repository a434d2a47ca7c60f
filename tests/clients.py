"""What tests call both clients by."""

from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]
"""``call("verify", scene=...)`` makes a call with one of the clients; lists come as lists."""
