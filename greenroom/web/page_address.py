"""Sets the server's URL in Streamlit's page, so that pages opened directly (``/sessions``) don't search for it, and redirects
``/studio`` to the main page, which Streamlit serves at ``/`` alone."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD, FOOT = "<head>", "</body>"
#: The main page's name, whose path would show "Page not found".
MAIN = "studio"
#: Request headers that are removed, because they would get a compressed or "unchanged" answer.
ASKED_WITHOUT = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


def with_address(page_html: str, base_path: str = "", head: str = "", foot: str = "") -> str:
    """The page with one line of script after its ``<head>``, then ``head``, and with ``foot`` at its end.

    The content policy allows inline scripts by their hashes.
    """
    script = f'<script>window.__streamlit={{BACKEND_BASE_URL:location.origin+"{_clean(base_path)}"}}</script>'
    return page_html.replace(HEAD, HEAD + script + head, 1).replace(FOOT, foot + FOOT, 1)


class PageAddress:
    """Adds the script, ``head`` and ``foot`` to each HTML page outside ``/api`` that has no content policy of its own, which
    would block it: those are the pages of guests and watchers. Streams and sockets pass untouched."""

    def __init__(self, app: ASGIApp, base_path: str = "", head: str = "", foot: str = "") -> None:
        self._app = app
        self._base_path = _clean(base_path)
        self._head, self._foot = head, foot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks_for_a_page(scope):
            await self._app(scope, receive, send)
            return
        if scope["path"] == f"{self._base_path}/{MAIN}":
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"{self._base_path}/{'?' if query else ''}{query}")(scope, receive, send)
            return
        asked = [(name, value) for name, value in scope["headers"] if name.lower() not in ASKED_WITHOUT]
        start: Message | None = None
        body = b""

        async def send_with_address(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif start is None:
                await send(message)
            elif message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    await self._answer(start, body, send)

        await self._app({**scope, "headers": asked}, receive, send_with_address)

    async def _answer(self, start: Message, body: bytes, send: Send) -> None:
        page = with_address(body.decode(errors="surrogateescape"), self._base_path, self._head, self._foot)
        whole = page.encode(errors="surrogateescape")
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(whole))
        for name in ("etag", "last-modified"):
            if name in headers:
                del headers[name]
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": whole})


def _asks_for_a_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith("/api/"):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_html(start: Message) -> bool:
    headers = Headers(raw=list(start["headers"]))
    own = "content-encoding" in headers or "content-security-policy" in headers
    return headers.get("content-type", "").startswith("text/html") and not own


def _clean(base_path: str) -> str:
    return f"/{base_path.strip('/')}" if base_path.strip("/") else ""
