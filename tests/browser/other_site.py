"""Another site on this computer, which shows a page of ours in a frame."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import FrameLocator, Page

_PAGE = '<!doctype html><meta name="viewport" content="width=device-width"><body style="margin:0"><iframe id="f"></iframe>'
_EMBED = """([address, allow]) => { const f = document.getElementById('f'); f.allow = allow;
  f.style = 'border:0;width:390px;height:700px'; f.src = 'about:blank'; f.src = address; }"""


@contextmanager
def other_site(folder: Path) -> Iterator[str]:
    """Its origin."""
    (folder / "index.html").write_text(_PAGE)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://shop.localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def embed(page: Page, address: str, allow: str = "microphone; camera; autoplay") -> FrameLocator:
    """Show the address in the frame of the site, which ``page`` is at, as our snippet does."""
    page.evaluate(_EMBED, [address, allow])
    return page.frame_locator("#f")
