"""Security headers for all responses, including Streamlit's, and the flag ``Secure`` on their cookies behind https."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from greenroom.http_security.allowed_hosts import AllowedHosts, parse_host

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"SAMEORIGIN"),
    # No page that opens a studio keeps a handle to its window. Costs nothing: from another site a new process is started anyway.
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"microphone=(self), camera=(self), display-capture=(self), autoplay=(self)"),
)


class SecurityHeaders:
    """Pure ASGI, which keeps streams and WebSockets working. ``policy`` is the Content-Security-Policy.

    A response with its own policy says there who may frame it, which ``X-Frame-Options`` can't express. Cookies get the flag
    under ``public_url`` if that is https, and not on this computer, where browsers differ about it.
    """

    def __init__(self, app: ASGIApp, policy: str = "default-src 'none'; frame-ancestors 'none'", public_url: str = "") -> None:
        self._app = app
        self._hosts = AllowedHosts(public_url) if public_url.startswith("https://") else None
        self._headers = (*HEADERS, (b"content-security-policy", policy.encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        secure = self._is_behind_https(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                if secure:
                    message["headers"] = [_secure(name, value) for name, value in message["headers"]]
                present = {name.lower() for name, _ in message["headers"]}
                if b"content-security-policy" in present:
                    present.add(b"x-frame-options")
                message["headers"] = [*message["headers"], *(h for h in self._headers if h[0] not in present)]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    def _is_behind_https(self, scope: Scope) -> bool:
        host = next((value for name, value in scope.get("headers", ()) if name == b"host"), b"")
        address = parse_host(host.decode("latin-1"))
        return self._hosts is not None and address is not None and self._hosts.is_public(address)


def _secure(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    plain = name.lower() == b"set-cookie" and b"secure" not in (part.strip().lower() for part in value.split(b";"))
    return name, value + b"; Secure" if plain else value
