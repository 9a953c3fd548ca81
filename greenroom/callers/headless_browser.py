"""Chromium without a window, driven over the DevTools protocol: one for all callers of a process, a page for each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from greenroom.callers.child_process import until_ended
from greenroom.callers.devtools_pipe import BrowserLost, DevToolsPipe
from greenroom.callers.page_server import PageServer

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")
NO_BROWSER = "Callers in a browser need Chromium or Google Chrome on this computer."
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--password-store=basic",
    "--use-mock-keychain",
)
#: The browser reads commands from descriptor 3 and writes to 4.
_LAUNCH = (
    "import os,sys\nfd=int(sys.argv[1])\nos.dup2(fd,4)\nos.dup2(4,3)\nif fd>4:os.close(fd)\nos.execv(sys.argv[2],sys.argv[2:])"
)
_BINDING = "greenroomTell"
#: The names of profile folders: this prefix, then the id of the process that made them.
_PROFILE = "greenroom-browser-"
OPEN_S, STOP_S = 30.0, 3.0
#: Gets the kind and the fields of an event that the page reports.
OnPageEvent = Callable[[str, Mapping[str, Any]], None]


def find_browser() -> str:
    """The path of a browser that can play callers; "" = none is installed."""
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    apps = [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _APPS]
    return next((str(path) for path in apps if path.is_file()), "")


class CallerPage:
    """One page of the browser. ``on_event`` gets its events; "gone" means that it crashed or the browser ended."""

    def __init__(self, tools: DevToolsPipe, target: str, session: str, on_event: OnPageEvent) -> None:
        self._tools = tools
        self._target = target
        self._session = session
        self._on_event = on_event
        self.ready = asyncio.Event()
        tools.listeners[session] = self._take

    async def load(self, address: str) -> None:
        """Open the address and wait until the page's script is ready. Raises BrowserLost."""
        for method, params in (("Runtime.enable", {}), ("Inspector.enable", {}), ("Runtime.addBinding", {"name": _BINDING})):
            await self._tools.call(method, params, self._session)
        await self._tools.call("Page.navigate", {"url": address}, self._session, OPEN_S)
        try:
            async with asyncio.timeout(OPEN_S):
                await self.ready.wait()
        except TimeoutError as error:
            raise BrowserLost("The callers' page didn't load.") from error

    async def call(self, name: str, *given: Any, within_s: float = 10.0) -> Any:
        """Call a function of the page; returns its JSON result. Raises BrowserLost."""
        expression = f"greenroomCaller.{name}({', '.join(map(json.dumps, given))})"
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        found = await self._tools.call("Runtime.evaluate", params, self._session, within_s)
        if fault := found.get("exceptionDetails"):
            raise BrowserLost(f"The callers' page failed: {_first_line(fault)}")
        return found["result"].get("value")

    async def close(self) -> None:
        """Stop listening and close the page, if the browser still runs."""
        self._tools.listeners.pop(self._session, None)
        with contextlib.suppress(BrowserLost):  # its pages ended with it
            await self._tools.call("Target.closeTarget", {"targetId": self._target}, within_s=STOP_S)

    def report_gone(self) -> None:
        """Tell the listener that the page is gone, and let go whoever waits for it to load."""
        self.ready.set()
        self._on_event("gone", {})

    def _take(self, method: str, params: Mapping[str, Any]) -> None:
        if method in ("Inspector.targetCrashed", "Inspector.detached"):
            self.report_gone()
        elif method == "Runtime.bindingCalled" and params.get("name") == _BINDING:
            event = json.loads(params["payload"])
            if event["kind"] == "ready":
                self.ready.set()
            else:
                self._on_event(event["kind"], event)


class HeadlessBrowser:
    """Starts with the first page that is opened. After a crash the next page starts it again."""

    def __init__(self) -> None:
        self._starting = asyncio.Lock()
        self._server = PageServer()
        self._tools = DevToolsPipe()
        self._child: Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._pages: set[CallerPage] = set()

    async def open(self, on_event: OnPageEvent) -> CallerPage:
        """Open the callers' page and return it loaded. Raises BrowserLost."""
        async with self._starting:
            if not self._tools.open:
                await self._stop()
                await self._start()
        target = (await self._tools.call("Target.createTarget", {"url": "about:blank", "newWindow": True}, within_s=OPEN_S))[
            "targetId"
        ]
        session = (await self._tools.call("Target.attachToTarget", {"targetId": target, "flatten": True}))["sessionId"]
        page = CallerPage(self._tools, target, session, on_event)
        self._pages.add(page)
        try:
            await page.load(await self._server.start())
        except BrowserLost:
            await self.close_page(page)
            raise
        return page

    async def close_page(self, page: CallerPage) -> None:
        """Close a page; the browser goes on."""
        self._pages.discard(page)
        await page.close()

    async def close(self) -> None:
        """End the browser and its page server. Idempotent."""
        with contextlib.suppress(BrowserLost):  # _stop kills it
            if self._tools.open:
                await self._tools.call("Browser.close", {}, within_s=STOP_S)
        await self._stop()
        self._server.close()

    # ── inside

    async def _start(self) -> None:
        path = find_browser()
        if not path:
            raise BrowserLost(NO_BROWSER)
        if not self._server.built:
            raise BrowserLost("The callers' page is not built. Run: make build.")
        await asyncio.to_thread(_remove_left_profiles)
        prefix = f"{_PROFILE}{os.getpid()}-"
        self._folder = tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
        sandbox = ("--no-sandbox",) if os.name == "posix" and os.geteuid() == 0 else ()
        flags = (*_FLAGS, *sandbox, f"--user-data-dir={self._folder.name}")
        ours, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            command = (sys.executable, "-I", "-S", "-c", _LAUNCH, str(descriptor), path, *flags)
            self._child = await asyncio.create_subprocess_exec(
                *command, pass_fds=(descriptor,), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
            )
        self._tools = DevToolsPipe()
        await self._tools.connect(ours, self._ended)
        await self._tools.call("Browser.getVersion", {}, within_s=OPEN_S)

    def _ended(self) -> None:
        for page in list(self._pages):
            page.report_gone()
        self._pages.clear()

    async def _stop(self) -> None:
        child, self._child = self._child, None
        await self._tools.close()
        if child is not None:
            await until_ended(child, STOP_S)
        if self._folder is not None:
            await asyncio.to_thread(self._folder.cleanup)
            self._folder = None


def _remove_left_profiles() -> None:
    """Delete the profiles of this user's killed processes: they hold what a page kept, such as a call's token."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PROFILE}*"):
        number = folder.name.removeprefix(_PROFILE).partition("-")[0]
        with contextlib.suppress(OSError):  # another process removed it first
            if number.isdecimal() and folder.lstat().st_uid == os.getuid() and not _runs(int(number)):
                shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True


def _first_line(fault: Mapping[str, Any]) -> str:
    text = str(fault.get("exception", {}).get("description") or fault.get("text", ""))
    return text.splitlines()[0][:200] if text else ""
