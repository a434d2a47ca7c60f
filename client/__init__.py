"""The Python SDK of Sureface: `Sureface` blocks, `AsyncSureface` is awaited."""

from client.sdk import AsyncSureface, Sureface

__all__ = ["AsyncSureface", "Sureface"]
