"""Finds the addresses in the body of an agent, and names their places as a consent does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

#: Names of fields that hold an address something is sent to, and of those whose address is content.
_ADDRESS = re.compile(r"url|uri|endpoint|host|domain|server|gateway|proxy|address|base", re.IGNORECASE)
_CONTENT = re.compile(r"image|picture|photo|audio|sample|video|callback|webhook|logo|name|names", re.IGNORECASE)
#: Of these the name of a host is none of content.
_HOST = re.compile(r"(.*_)?(host|domain|server|endpoint|gateway|proxy)_?name", re.IGNORECASE)
#: An address without its scheme: a name with a top-level domain, a number, or anything with a port.
_BARE = re.compile(
    r"//\S+|(?:[\w.-]+\.[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[0-9a-f:.]+\])(?::\d+)?(?:[/?#]\S*)?"
    r"|[\w.-]+:\d{2,5}(?:[/?#]\S*)?",
    re.IGNORECASE,
)
#: What holds several of them, by any name.
_ADDRESSES = re.compile(r"(.*_)?(urls|uris|endpoints|hosts|domains|gateways|proxies|addresses|servers)", re.IGNORECASE)
#: Fields that a vendor puts into the name of its host; with another sign than these in it, the host is another.
_PART_OF_HOST = re.compile(r"(.*_)?(region|location|zone|cluster|data_?center|subdomain|tenant|instance)(_name)?", re.IGNORECASE)
_LABEL = re.compile(r"[\w -]*", re.ASCII)
_VARIABLE = re.compile(r"\{\{\s*template_variables\.(\w+)\s*\}\}")
MARK = re.compile("\x00([A-Z0-9_]+)\x00")
_TLS, _PLAIN = {"https": 443, "wss": 443}, {"http": 80, "ws": 80}


def is_address(path: tuple[str, ...], text: str) -> bool:
    """Whether something is sent to what stands at this path of a block. The names of lists count for their entries."""
    text = text.strip()
    if text.lower().startswith(("ws://", "wss://")):
        return True
    names = [name for name in path if not name.isdigit()]
    if not names:
        return False
    if _PART_OF_HOST.fullmatch(names[-1]):
        return _LABEL.fullmatch(text) is None
    named = bool(_ADDRESS.search(names[-1])) or (len(names) > 1 and bool(_ADDRESSES.fullmatch(names[-2])) and "://" in text)
    if not named or (_CONTENT.search(names[-1]) and not _HOST.fullmatch(names[-1])):
        return False
    return "://" in text or _BARE.fullmatch(text) is not None


def filled(address: str, variables: Mapping[str, Any]) -> str:
    """The address with the values of template variables, as a request has them."""
    return _VARIABLE.sub(lambda used: quote(str(variables[used[1]]), safe="") if used[1] in variables else used[0], address)


def place(address: str) -> str:
    """The host of an address as a consent names it: with its port when that isn't the usual one, with "http://" without TLS.

    An ambiguous address is a place of its own that belongs to no vendor.
    """
    shown = MARK.sub(r"${\1}", address)
    if re.search(r"[\s\\\x00-\x1f]", address.replace("\x00", "")) or not address.isascii():
        return shown[:200]
    try:
        parts = urlsplit(address if "://" in address else f"https://{address.removeprefix('//')}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return shown[:200]
    if not host or "\x00" in host or "%" in host:
        return shown[:200]
    plain = parts.scheme not in _TLS
    usual = {**_TLS, **_PLAIN}.get(parts.scheme)
    named = host if port in (None, usual) else f"{host}:{port}"
    return f"http://{named}" if plain else named
