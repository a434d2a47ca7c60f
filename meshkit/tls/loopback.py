"""Which addresses no other machine can reach."""

import ipaddress
import re

_SCHEME = re.compile(r"(dns|ipv4|ipv6):(//[^/]*/)?")
_LOCAL = ("unix:", "unix-abstract:")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine to itself; names other than ``localhost`` are not."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def stays_here(target: str) -> bool:
    """Whether all addresses of a channel's target are loopback, as gRPC writes targets."""
    if target.startswith(_LOCAL):
        return True
    addresses = _SCHEME.sub("", target, count=1).split(",")
    return all(is_loopback(_host(address)) for address in addresses)


def _host(address: str) -> str:
    """Without the port, which need not be there."""
    if address.startswith("["):
        return address.partition("]")[0].removeprefix("[")
    return address.partition(":")[0] if address.count(":") == 1 else address
