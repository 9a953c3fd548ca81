"""Where the Agent REST API is: one address an area, as data, and the form every address is brought into."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

_PATH = "/api/conversational-ai-agent"

#: Agora's addresses by ``AGORA_AREA``. An area keeps REST traffic in its region; China has its own domain and path.
ADDRESSES: Mapping[str, str] = {
    "GLOBAL": f"https://api.agora.io{_PATH}",
    "US": f"https://api-us-west-1.agora.io{_PATH}",
    "EU": f"https://api-eu-west-1.agora.io{_PATH}",
    "AP": f"https://api-ap-southeast-1.agora.io{_PATH}",
    "CN": f"https://api-cn-east-1.sd-rtn.com/cn{_PATH}",
}


def base_url(area: str = "GLOBAL") -> str:
    """The address for an area; raises KeyError for one that Agora does not have."""
    return ADDRESSES[area.upper()]


def api_root(address: str) -> str:
    """``address`` as the root that ``/v2/projects/…`` follows.

    Takes what people paste: a host alone (the twin's, a proxy's), the root, or an address that goes on with ``/v2…``.
    """
    root = address.strip().split("/v2", 1)[0].rstrip("/")
    return root if root.endswith(_PATH) else root + _PATH


def is_loopback(address: str) -> bool:
    """Whether ``address`` is on this machine, as the twin is."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return host == "localhost" or host.endswith(".localhost") or host.startswith("127.") or host == "::1"
