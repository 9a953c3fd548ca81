"""The content policy against what the unmodified Agora SDK asks for: its own hosts in the cloud, none of them offline."""

from __future__ import annotations

import re

import pytest

from components.call import BUILD_DIR
from greenroom.http_security.content_policy import AGORA_HOSTS, content_policy

pytestmark = pytest.mark.unit

PAGE = "<html><script>let a = 1</script></html>"
_HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:agora\.io|sd-rtn\.com|agoraio\.cn)\b")
#: Pages that error messages point to; no request goes there.
_PAGES = frozenset({"docs.agora.io", "docs-preprod.agora.io", "console.agora.io", "www.agora.io"})


def sources(policy: str, directive: str) -> list[str]:
    return next(part.split()[1:] for part in policy.split("; ") if part.split()[0] == directive)


def allowed(listed: list[str], scheme: str, host: str, port: int) -> bool:
    """As a browser matches a source: ``*`` is one label or more, and a port must be named unless it is the usual one."""
    for source in listed:
        match = re.fullmatch(rf"{scheme}://(\*\.)?([^:/]+)(?::(\*|\d+))?", source)
        if match is None:
            continue
        fits = host.endswith(f".{match[2]}") if match[1] else host == match[2]
        if fits and (match[3] == "*" or port == (443 if match[3] is None else int(match[3]))):
            return True
    return False


def hosts_of_the_sdk() -> set[str]:
    found = {host for file in BUILD_DIR.rglob("*.js") for host in _HOST.findall(file.read_text(encoding="utf8"))}
    return found - _PAGES


def test_in_the_cloud_every_host_of_the_sdk_may_be_asked():
    hosts = hosts_of_the_sdk()
    assert len(hosts) > 50, "the SDK is in the build"
    listed = sources(content_policy(PAGE, cloud=True), "connect-src")
    asked = [(scheme, host, port) for host in hosts for scheme in ("https", "wss") for port in (443, 4702)]
    missing = [one for one in asked if not allowed(listed, *one)]
    assert missing == []
    # Gateways are named by their address, with dashes, below the edge domains.
    assert all(allowed(listed, "wss", f"203-0-113-7.edge.{domain}", 5891) for domain in ("agora.io", "sd-rtn.com"))


def test_in_the_cloud_no_other_host_and_no_plain_connection_is_allowed():
    listed = sources(content_policy(PAGE, cloud=True), "connect-src")
    for host in ("agora.io.evil.example", "evil.example", "evilagora.io", "localhost"):
        assert not any(allowed(listed, scheme, host, port) for scheme in ("https", "wss") for port in (443, 8443))
    assert not [source for source in listed if source.startswith(("http:", "ws:")) or source == "*"]


@pytest.mark.parametrize("cloud", [True, False])
def test_offline_the_page_asks_this_computer_alone_and_nowhere_runs_inline_scripts(cloud: bool):
    policy = content_policy(PAGE, cloud=cloud)
    assert cloud or not any(host in policy for host in AGORA_HOSTS)
    assert "'unsafe-inline'" not in sources(policy, "script-src")
    assert "'unsafe-eval'" not in policy
    assert sources(policy, "object-src") == ["'none'"]
    assert sources(policy, "img-src") == ["'self'", "data:", "blob:"]
