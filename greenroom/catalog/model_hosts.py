"""Finds the vendor of a server address, so that a key can be kept from other vendors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from greenroom.catalog.spec import Vendor
from greenroom.catalog.vendors import VENDORS


def host_of(address: Any) -> str:
    """The host of an address; "" when it has none."""
    if not isinstance(address, str) or "://" not in address:
        return ""
    try:
        return (urlsplit(address.strip()).hostname or "").lower()
    except ValueError:
        return ""


def owns(vendor: Vendor, address: Any) -> bool:
    """Whether an address is on one of the vendor's own servers."""
    host = host_of(address)
    return any(host == own or host.endswith((f".{own}", f"-{own}")) for own in vendor.hosts)


def model_vendor_at(address: Any) -> Vendor | None:
    """The vendor of language models whose server an address is on."""
    return next((vendor for vendor in VENDORS["llm"] if owns(vendor, address)), None)


def credential_at(address: Any) -> str:
    """The credential of the vendor whose server an address is on; "" if unknown."""
    vendor = model_vendor_at(address)
    keys = [s.env for s in vendor.settings if s.kind == "secret"] if vendor is not None else []
    return keys[0] if len(keys) == 1 else ""
