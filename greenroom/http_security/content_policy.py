"""The Content-Security-Policy of all pages, which blocks everything it doesn't list."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection

#: Hosts for Agora's signaling, logs and edge lookup. Media uses WebRTC, which no policy covers.
AGORA_HOSTS = ("*.agora.io", "*.agoraio.cn", "*.sd-rtn.com", "*.agora.io:*", "*.sd-rtn.com:*")
#: The offline edge: any port on localhost, or the studio's own public host.
TWIN_SOURCES = ("http://localhost:*", "ws://localhost:*")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def content_policy(page_html: str, *, cloud: bool, framed_by: Collection[str] = ()) -> str:
    """The header's value for pages that start from ``page_html``, whose inline scripts are allowed by their hash.

    ``framed_by``: the sites whose pages may show this one in a frame.
    Styles are inline because Streamlit's are. Components are modules from ``blob:`` addresses, as are audio worklets.
    """
    edge = [f"{scheme}://{host}" for host in AGORA_HOSTS for scheme in ("https", "wss")] if cloud else list(TWIN_SOURCES)
    directives = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "blob:", "'wasm-unsafe-eval'", *_hashes(page_html)],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "media-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'", "data:", "blob:", *edge],
        "worker-src": ["'self'", "blob:"],
        "frame-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'", *framed_by],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def _hashes(page_html: str) -> list[str]:
    """A source expression for each inline script."""
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(page_html)
    ]
