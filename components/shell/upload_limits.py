"""Limits of uploads in all: Streamlit limits one file, and keeps any number of them in memory while their tab is open."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from greenroom.security_log import record

PATH = "/_stcore/upload_file/"
#: What one tab may hold, one file of the largest kind and some more, and all tabs together.
TAB_MAX_BYTES, ALL_MAX_BYTES = 600 * 1024**2, 2 * 1024**3
#: The length of the part of a form around the file.
_AROUND = 64 * 1024


class UploadLimits:
    """Pure ASGI. Who may upload is decided by :class:`components.shell.members_only.MembersOnly`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or PATH not in scope["path"]:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        tab = scope["path"].partition(PATH)[2].partition("/")[0]
        given = request.headers.get("content-length", "")
        # Without a length the whole of it could only be refused once it is here; browsers send one.
        size = int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
        status, why = self._refusal(tab, size)
        if why:
            record("upload_refused", why=why, size=given, tab=tab)
            await JSONResponse({"error": why}, status_code=status, headers={"connection": "close"})(scope, receive, send)
            return
        assert size is not None
        self._coming[tab] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[tab] -= size
            if not self._coming[tab]:
                del self._coming[tab]

    def _refusal(self, tab: str, size: int | None) -> tuple[int, str]:
        if size is None:
            return 411, "The length of the upload is missing."
        held = _held()
        here = held.get(tab, 0) + self._coming[tab]
        if here + size > TAB_MAX_BYTES + _AROUND:
            return 413, "This tab has uploaded enough. Reload the page, then try again."
        if sum(held.values()) + self._coming.total() + size > ALL_MAX_BYTES + _AROUND:
            return 413, "The server holds enough uploads. Try again in a few minutes."
        return 0, ""


def _held() -> dict[str, int]:
    """Bytes that Streamlit holds, by tab; those of a closed one for some minutes more."""
    files = runtime.get_instance().uploaded_file_mgr
    if not isinstance(files, MemoryUploadedFileManager):
        return {}
    return {tab: sum(len(file.data) for file in list(kept.values())) for tab, kept in list(files.file_storage.items())}
