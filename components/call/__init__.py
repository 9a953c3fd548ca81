"""The call panel ("stage") as a Streamlit component: mounts the built front end and forwards its events.

The bundle is served at :data:`ASSETS_PATH` by a mount in ``app.py``; what is in ``data`` is public.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from components.shell import state
from components.shell.uninterrupted import triggered

ASSETS_PATH = "/ui-assets"
BUILD_DIR = Path(__file__).parent / "frontend" / "build"


def loader(entry: str = "index") -> str:
    """A two-line module that imports the bundle by URL, which keeps reruns small.

    The URL contains the bundle's hash, and browsers load a new bundle after an update.
    """
    address = f"new URL('{asset_address(entry)}', location.origin).href"
    return f"const drawn = await import({address});\nexport default drawn.default;\n"


def asset_address(entry: str) -> str:
    """The path of a bundle, with its hash."""
    bundle = BUILD_DIR / f"{entry}.js"
    version = hashlib.sha256(bundle.read_bytes()).hexdigest()[:12] if bundle.exists() else "missing"
    return f"{ASSETS_PATH}/{entry}.js?v={version}"


#: The element's key, under which Streamlit keeps what the stage sends.
KEY = "call"
_mount = component("greenroom_stage", js=loader())


def call_stage(
    data: Mapping[str, Any],
    *,
    on_launch: Callable[[], None],
    on_ended: Callable[[str], None],
    on_resume: Callable[[str, str], None],
    on_review: Callable[[Mapping[str, Any]], None],
    on_open: Callable[[str, str], None],
    on_brain: Callable[[], None],
    on_backup: Callable[[str, bool], None],
    on_hold: Callable[[], None],
    on_present: Callable[[], None],
) -> None:
    """Draw the stage. Call it inside a keyed container before the page, or layout changes end the call.

    ``data`` is ``{"stage": {...}, "ticket": {...} | None}`` (frontend/src/ticket.ts). ``on_launch`` is called when the user
    presses Launch in the stage, ``on_ended`` with the session's id when its call is over, ``on_resume`` with session id and
    capability when the page was loaded again during a call and wants a ticket to it, ``on_review`` with the stars or the note
    given to the call that just ended, ``on_open`` with a session and what one does next with it (``Purpose`` in
    frontend/src/call/studio-link.ts), ``on_brain`` when the offline brain is to be chosen, ``on_backup`` with the
    session that a presenter replaces by the backup version, or (True) by the scripted conversation, ``on_hold`` when a presenter
    connects the agent ahead of the presentation, ``on_present`` when they launch it during one.
    """

    def ended() -> None:
        on_ended(triggered(KEY, "ended"))

    def resumed() -> None:
        kept = triggered(KEY, "resume")
        on_resume(str(kept.get("session_id", "")), str(kept.get("capability", "")))

    def reviewed() -> None:
        on_review(triggered(KEY, "review"))

    def opened() -> None:
        open_now = triggered(KEY, "open")
        on_open(str(open_now.get("session_id", "")), str(open_now.get("purpose", "")))

    def fell_back() -> None:
        wish = triggered(KEY, "backup")
        on_backup(str(wish.get("session_id", "")), wish.get("scripted") is True)

    _mount(
        key=KEY,
        data={**data, "answered": state.answered_launch()},
        width="stretch",
        height="stretch",
        on_launch_change=_pressed("launch", on_launch),
        on_ended_change=ended,
        on_resume_change=resumed,
        on_review_change=reviewed,
        on_open_change=opened,
        on_brain_change=on_brain,
        on_backup_change=fell_back,
        on_hold_change=_pressed("hold", on_hold),
        on_present_change=_pressed("present", on_present),
    )


def _pressed(kind: str, launch: Callable[[], None]) -> Callable[[], None]:
    """Handles a press that launches; the stage learns from its answer whether the launch was rejected."""

    def pressed() -> None:
        state.answer_launch(triggered(KEY, kind))
        launch()

    return pressed
