"""URLs of Redis: whether what goes there can be overheard. Needs no Redis installed."""

from pathlib import Path
from urllib.parse import urlsplit

from meshkit.tls.loopback import is_loopback


def redis_problem(url: str, tls: Path | None, *, insecure: bool, setting: str) -> str:
    """What is wrong with the way to a Redis; empty if nothing is.

    Args:
        url: Such as ``redis://host:6379/0``; empty for none. What is no URL is for others to find.
        tls: Folder of certificates to reach it with.
        insecure: Whether plain text may go to other machines.
        setting: What `tls` is called by operators: ``REDIS_TLS``.

    Returns:
        One line that says what to do, without the URL, which has a password.
    """
    scheme = url.partition("://")[0].lower()
    if tls and url and scheme != "rediss":
        return f"the URL of Redis must begin with rediss://, for {setting} is set"
    if scheme == "redis" and not insecure and not is_loopback(_host(url)):
        return (
            f"Redis is on another machine, and there is no TLS: set {setting} to a folder of "
            "certificates and begin its URL with rediss://, or set INSECURE to true"
        )
    return ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "localhost"  # as Redis' client has it
    except ValueError:
        return ""
