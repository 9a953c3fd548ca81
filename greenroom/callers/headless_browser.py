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
#: The browser reads orders from descriptor 3 and writes to 4.
_LAUNCH = (
    "import os,sys\nfd=int(sys.argv[1])\nos.dup2(fd,4)\nos.dup2(4,3)\nif fd>4:os.close(fd)\nos.execv(sys.argv[2],sys.argv[2:])"
)
_BINDING = "greenroomTell"
#: Profile folders are called so, with the id of the process that they belong to.
_PROFILE = "greenroom-browser-"
OPEN_S, STOP_S = 30.0, 3.0
#: Gets what the page says: a kind, and fields.
OnTold = Callable[[str, Mapping[str, Any]], None]


def find_browser() -> str:
    """The path of a browser that can play callers; "" = none is installed."""
    if found := next(filter(None, map(shutil.which, NAMES)), None):
        return found
    apps = [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _APPS]
    return next((str(path) for path in apps if path.is_file()), "")


class CallerPage:
    """One page of the browser. ``told`` gets what it says; "gone" when it crashed or the browser ended."""

    def __init__(self, tools: DevToolsPipe, target: str, session: str, told: OnTold) -> None:
        self._tools = tools
        self._target = target
        self._session = session
        self._told = told
        self.ready = asyncio.Event()
        tools.listeners[session] = self._take

    async def load(self, address: str) -> None:
        """Raises BrowserLost."""
        for method, params in (("Runtime.enable", {}), ("Inspector.enable", {}), ("Runtime.addBinding", {"name": _BINDING})):
            await self._tools.call(method, params, self._session)
        await self._tools.call("Page.navigate", {"url": address}, self._session, OPEN_S)
        try:
            async with asyncio.timeout(OPEN_S):
                await self.ready.wait()
        except TimeoutError as error:
            raise BrowserLost("The callers' page didn't load.") from error

    async def call(self, name: str, *given: Any, within_s: float = 10.0) -> Any:
        """Call a function of the page. Raises BrowserLost."""
        expression = f"greenroomCaller.{name}({', '.join(map(json.dumps, given))})"
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        found = await self._tools.call("Runtime.evaluate", params, self._session, within_s)
        if fault := found.get("exceptionDetails"):
            raise BrowserLost(f"The callers' page failed: {_first_line(fault)}")
        return found["result"].get("value")

    async def close(self) -> None:
        self._tools.listeners.pop(self._session, None)
        with contextlib.suppress(BrowserLost):
            await self._tools.call("Target.closeTarget", {"targetId": self._target}, within_s=STOP_S)

    def gone(self) -> None:
        self.ready.set()
        self._told("gone", {})

    def _take(self, method: str, params: Mapping[str, Any]) -> None:
        if method in ("Inspector.targetCrashed", "Inspector.detached"):
            self.gone()
        elif method == "Runtime.bindingCalled" and params.get("name") == _BINDING:
            told = json.loads(params["payload"])
            if told["kind"] == "ready":
                self.ready.set()
            else:
                self._told(told["kind"], told)


class HeadlessBrowser:
    """Starts with the first page. After a crash the next page starts it again."""

    def __init__(self) -> None:
        self._starting = asyncio.Lock()
        self._server = PageServer()
        self._tools = DevToolsPipe()
        self._child: Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._pages: set[CallerPage] = set()

    async def open(self, told: OnTold) -> CallerPage:
        """A loaded page. Raises BrowserLost."""
        async with self._starting:
            if not self._tools.open:
                await self._stop()
                await self._start()
        target = (await self._tools.call("Target.createTarget", {"url": "about:blank", "newWindow": True}, within_s=OPEN_S))[
            "targetId"
        ]
        session = (await self._tools.call("Target.attachToTarget", {"targetId": target, "flatten": True}))["sessionId"]
        page = CallerPage(self._tools, target, session, told)
        self._pages.add(page)
        try:
            await page.load(await self._server.start())
        except BrowserLost:
            await self.close_page(page)
            raise
        return page

    async def close_page(self, page: CallerPage) -> None:
        self._pages.discard(page)
        await page.close()

    async def close(self) -> None:
        """The browser ends; idempotent."""
        with contextlib.suppress(BrowserLost):
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
            page.gone()
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
    """Of this user's processes that were killed: they hold what a page keeps, such as a call's token."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PROFILE}*"):
        number = folder.name.removeprefix(_PROFILE).partition("-")[0]
        with contextlib.suppress(OSError):
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
