"""Which addresses are inside this machine's own network, and how a consent names them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_private(address: str) -> bool:
    """Whether an IP address is anything but a public one. Also true for what is no IP address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return is_private(str(inner))
    return not ip.is_global or ip.is_multicast


def place_of(url: str) -> str:
    """``host:port`` of an address, as a consent names it; "" when it has none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" if host and port else ""


def looks_private(url: str) -> bool:
    """Whether a URL names a private host by itself, without asking the network: an address, or a name of a local network."""
    host = place_of(url).rpartition(":")[0].strip("[]")
    if not host or "{" in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal", ".lan", ".home.arpa"))
    return is_private(host)
