"""Whom rate limits count: the network that a request comes from."""

from __future__ import annotations

import ipaddress

from starlette.requests import HTTPConnection

from greenroom.loopback import is_loopback


def client_of(connection: HTTPConnection) -> str:
    """The network of the request's sender; "local" for a connection without an address, such as a Unix socket."""
    return network_of(connection.client.host) if connection.client else "local"


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, the /64 of an IPv6 address, of which a client has all, and this computer, which
    can send from any of its addresses and names."""
    if is_loopback(address):
        return "127.0.0.1"
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]  # whatever a proxy passed on
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped
        return str(inner) if inner is not None else str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
