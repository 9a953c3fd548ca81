"""Who may call our routes: pages of this very origin, and programs that send no Origin at all."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from greenroom.errors import NotAllowed


def require_same_origin(connection: HTTPConnection) -> None:
    """Raise NotAllowed when a browser says that another site's page is calling.

    Streamlit checks the origin of its own socket only; browsers always send Origin with a WebSocket and with a POST.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        return
    if urlsplit(origin).netloc.lower() != connection.headers.get("host", "").lower():
        raise NotAllowed("Calls from other sites are not accepted.")
