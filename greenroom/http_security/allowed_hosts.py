"""The allowed hosts of a server, and the origins allowed to change state or open sockets."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from greenroom.loopback import is_loopback

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_LONGEST_NAME = 253


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port as a browser writes them; ``port`` None means the default port of a scheme that isn't known."""

    host: str
    port: int | None

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine by name or number: localhost, 127.0.0.0/8, ::1."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Loopback names, plus the host of ``public_url`` if set.

    ``loopback_pages`` lets pages of every port of this machine in: for the twin, whose callers are pages of the studio.
    ``origins`` are pages of other sites that may call as well.
    """

    public_url: str = ""
    loopback_pages: bool = False
    origins: tuple[str, ...] = ()

    def host_refusal(self, client: str | None, host: str) -> str:
        """Why a request from ``client`` (IP address, None = local socket) with this Host header is rejected; "" if allowed."""
        if not self.public_url and client is not None and not is_loopback(client):
            return "Greenroom only accepts requests from this computer."
        address = parse_host(host)
        if address is None:
            return "The Host header is missing or malformed."
        if not address.is_loopback and not self.is_public(address):
            return "This host name isn't allowed."
        return ""

    def origin_refusal(self, origin: str | None, host: str, fetch_site: str | None = None) -> str:
        """Why a page of this origin is rejected; "" if allowed, and for programs, which send no origin."""
        if origin is None:
            return _FOREIGN if fetch_site in ("cross-site", "same-site") else ""
        page = parse_origin(origin)
        if page is None:
            return _FOREIGN
        scheme, address = page
        if self.public_url and page == parse_origin(self.public_url):
            return ""
        if self.loopback_pages and address.is_loopback:
            return ""
        if any(page == parse_origin(allowed) for allowed in self.origins):
            return ""
        here = parse_host(host)
        return "" if here is not None and _with_port(here, scheme) == address else _FOREIGN

    def is_public(self, address: Address) -> bool:
        """Whether a Host header names ``public_url``."""
        public = parse_origin(self.public_url)
        return public is not None and _with_port(address, public[0]) == public[1]


_FOREIGN = "Requests from other sites aren't accepted."


def parse_host(host: str) -> Address | None:
    """Parse a Host header; None if invalid."""
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name or parts.netloc != host or "@" in host or not name.isascii() or len(name) > _LONGEST_NAME:
        return None
    if not all(c.isalnum() or c in "-._:%" for c in name):
        return None
    if host.startswith("[") and host.partition("]")[2].lstrip(":0123456789"):  # urlsplit ignores what follows the bracket
        return None
    return Address(name.lower().rstrip("."), port)


def parse_origin(origin: str) -> tuple[str, Address] | None:
    """Scheme and address of an Origin header or of an address without a path; None for "null" and everything malformed."""
    scheme, separator, rest = origin.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS:
        return None
    address = parse_host(rest.rstrip("/"))
    return None if address is None else (scheme, _with_port(address, scheme))


def origin_of(headers: Headers) -> str | None:
    """The Origin header. Several are one malformed one: which of them counts must not depend on who reads them."""
    found = headers.getlist("origin")
    return ", ".join(found) if found else None


def _with_port(address: Address, scheme: str) -> Address:
    return address if address.port is not None else Address(address.host, _DEFAULT_PORTS[scheme])
