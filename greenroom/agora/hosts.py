"""The Agent REST API's hosts per area, and normalization of addresses."""

from __future__ import annotations

from collections.abc import Mapping

_PATH = "/api/conversational-ai-agent"

_DOMAIN, _CHINA_DOMAIN = "agora.io", "sd-rtn.com"


def _addresses(prefixes: tuple[str, ...], domains: tuple[str, ...], path: str = _PATH) -> tuple[str, ...]:
    return tuple(f"https://{prefix}.{domain}{path}" for domain in domains for prefix in prefixes)


_WORLD = (_DOMAIN, _CHINA_DOMAIN)
#: Agora's hosts by ``AGORA_AREA``, in the order in which they are tried, as in Agora's SDK. An area keeps REST traffic in its
#: region; China has its own domain first and its own path.
ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "GLOBAL": _addresses(("api",), _WORLD),
    "US": _addresses(("api-us-west-1", "api-us-east-1"), _WORLD),
    "EU": _addresses(("api-eu-west-1", "api-eu-central-1"), _WORLD),
    "AP": _addresses(("api-ap-southeast-1", "api-ap-northeast-1"), _WORLD),
    "CN": _addresses(("api-cn-east-1", "api-cn-north-1"), (_CHINA_DOMAIN, _DOMAIN), f"/cn{_PATH}"),
}


def base_url(area: str = "GLOBAL") -> str:
    """The first address of an area. Raises KeyError for an unknown area."""
    return ADDRESSES[area.upper()][0]


def other_urls(area: str) -> tuple[str, ...]:
    """The area's fallback addresses."""
    return ADDRESSES[area.upper()][1:]


def api_root(address: str) -> str:
    """``address`` as the root that ``/v2/projects/…`` follows.

    Accepts a host (the twin's, a proxy's), the root, or a URL that continues with ``/v2…``.
    """
    root = address.strip().split("/v2", 1)[0].rstrip("/")
    return root if root.endswith(_PATH) else root + _PATH
