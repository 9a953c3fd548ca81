"""Firefox of the system's packages, over WebDriver BiDi: Playwright would bring one of its own, which is not what people have."""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.browser.conftest import eventually

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")
START_S, ANSWER_S = 60.0, 30.0
#: A microphone that hums instead of a device, and no question about it: the rest is as people have it.
PREFERENCES: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "browser.shell.checkDefaultBrowser": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}


class Firefox:
    """One headless Firefox with one tab; use as a context."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._owned = ExitStack()
        self._socket: ClientConnection | None = None
        self._tab = ""

    def __enter__(self) -> Self:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (self._folder / "user.js").write_text("\n".join(lines))
        with ExitStack() as owned:
            owned.enter_context(self._program())
            self._socket = owned.enter_context(connect(f"{self._address()}/session", max_size=None, open_timeout=START_S))
            self._call("session.new", capabilities={})
            self._tab = self._call("browsingContext.create", type="tab")["context"]
            self._call("browsingContext.setViewport", context=self._tab, viewport={"width": 1280, "height": 860})
            self._owned = owned.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._owned.close()

    @contextmanager
    def _program(self) -> Iterator[None]:
        assert PROGRAM is not None
        command = [PROGRAM, "--headless", "--no-remote", "--profile", str(self._folder), "--remote-debugging-port", "0"]
        with (self._folder / "stderr.txt").open("wb") as errors:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)

    def open(self, url: str) -> None:
        self._call("browsingContext.navigate", context=self._tab, url=url, wait="interactive")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, by way of JSON; None for undefined. A click in it counts as a person's."""
        wrapped = f"(async () => JSON.stringify(await ({expression})) ?? 'null')()"
        target = {"context": self._tab}
        answer = self._call("script.evaluate", expression=wrapped, target=target, awaitPromise=True, userActivation=True)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def until(self, expression: str, within_s: float = 30.0) -> None:
        eventually(lambda: self.evaluate(f"!!({expression})"), within_s=within_s, else_say=lambda: expression)

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self._call("browsingContext.captureScreenshot", context=self._tab)["data"]))

    def _address(self) -> str:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            for line in (self._folder / "stderr.txt").read_text(errors="replace").splitlines():
                if "WebDriver BiDi listening on " in line:
                    return line.rpartition(" ")[2]
            time.sleep(0.2)
        raise TimeoutError("Firefox did not start")

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        assert self._socket is not None
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            try:
                message = json.loads(self._socket.recv(timeout=ANSWER_S))
            except ConnectionClosed as error:
                raise AssertionError("Firefox is gone") from error
            if message.get("id") == number:
                assert message["type"] == "success", message
                return message["result"]
