"""The page of a guest link, served without Streamlit, and the face that guests see on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from components.call import ASSETS_PATH, BUILD_DIR, asset_address
from components.studio.portraits import data_uri, moving_portrait
from greenroom.catalog import rules
from greenroom.catalog.faces import offline_face

ENTRY, WATCH_ENTRY = "guest-page", "watch-page"
_CHUNK = re.compile(r'from"\./([\w.-]+\.js)"')


def guest_html() -> str:
    """The page of a guest link; "" when the front end isn't built."""
    return _page(ENTRY, "Talk to an agent")


def watch_html() -> str:
    """The page on which a running call is watched; "" when the front end isn't built."""
    return _page(WATCH_ENTRY, "Watch a call")


def _page(entry: str, title: str) -> str:
    """The HTML of a page. It names the bundle's chunks, so that the browser fetches them all at once."""
    bundle = BUILD_DIR / f"{entry}.js"
    if not bundle.exists():
        return ""
    chunks = sorted(set(_CHUNK.findall(bundle.read_text(encoding="utf8"))))
    preloads = "".join(f'<link rel="modulepreload" href="{ASSETS_PATH}/{chunk}">' for chunk in chunks)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        f'<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">{preloads}'
        f'<script type="module" src="{asset_address(entry)}"></script></head>'
        '<body><div id="guest"></div><noscript>Turn on JavaScript to use this page.</noscript></body></html>'
    )


def guest_face(values: Mapping[str, Any]) -> str | None:
    """The face the offline call will show, as a data URI; None without an avatar."""
    properties = rules.payload(values, {})
    return data_uri(moving_portrait(offline_face(properties))) if rules.face_in(properties) else None
