"""Offline calls from another machine through one https origin: with UDP, and over TCP where UDP is blocked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import eventually
from tests.browser.ears import record, understood
from tests.browser.other_machine import HERE, OtherMachine, TlsFront, no_namespaces, other_machine
from tests.browser.stage import FLAGS, StagePage, write_speech
from tests.browser.studio_fixtures import (
    Speak,
    speak,  # noqa: F401 - fixtures
)
from tests.studio_process import StudioProcess, free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif(bool(no_namespaces()), reason=no_namespaces() or "namespaces are allowed"),
]

WORDS = "What time is breakfast served? May I bring my dog?"


@pytest.fixture(scope="module")
def machine() -> Iterator[OtherMachine]:
    with other_machine() as made:
        yield made


@pytest.fixture(scope="module")
def public(machine: OtherMachine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """A studio for other machines, as ``GREENROOM_PUBLIC_URL`` makes it, behind TLS; ``url`` is the public one."""
    folder = tmp_path_factory.mktemp("public")
    studio = StudioProcess(folder)
    with TlsFront(folder, HERE, studio.port) as front:
        studio._environ |= {
            "GREENROOM_PUBLIC_URL": f"https://{HERE}:{front.port}",
            "GREENROOM_ALLOW_EVERYONE": "yes",
            "GREENROOM_MEDIA_PORT": str(free_port()),
        }
        studio.start()
        studio.url = f"https://{HERE}:{front.port}"
        yield studio
        studio.url = f"http://localhost:{studio.port}"
        studio.stop()


@pytest.mark.parametrize("way", ["udp", "tcp"])
def test_a_call_from_another_machine_is_heard_as_well_as_one_from_here(
    playwright: Playwright,
    machine: OtherMachine,
    public: StudioProcess,
    speak: Speak,  # noqa: F811 - a fixture
    tmp_path: Path,
    way: str,
) -> None:
    if way == "tcp":
        machine.block_udp()
    mic = write_speech(tmp_path / "talk.wav", 8.0, speak(WORDS), 60.0)
    flags = [*FLAGS, "--autoplay-policy=no-user-gesture-required", f"--use-file-for-fake-audio-capture={mic}%noloop"]
    browser = playwright.chromium.launch(executable_path=machine.chromium(tmp_path), args=flags)
    try:
        context = browser.new_context(
            ignore_https_errors=True, permissions=["microphone"], viewport={"width": 1280, "height": 860}
        )
        faults: list[str] = []
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.add_init_script(PATHS_IN_USE)
        tab = StagePage.open(context, public)
        asked: list[str] = []
        tab.page.on("websocket", lambda socket: asked.append(socket.url))
        tab.launch_and_wait()
        tab.expect_said("user", "dog")
        tab.expect_said("agent", "dogs are welcome")
        tab.expect_quiet()
        tab.expect_said("user", "breakfast")
        assert understood(record(tab.page).heard)
        paths = eventually(lambda: tab.page.evaluate("window.__paths()"))
        assert {path["protocol"] for path in paths} == {way}, paths
        assert {path["ip"] for path in paths} == {HERE}, paths
        edge = [url for url in asked if "/edge/" in url]
        assert edge
        assert all(url.startswith(public.url.replace("https", "wss")) for url in edge)
        tab.end()
        assert faults == []
    finally:
        browser.close()


#: The remote end of each connected pair of candidates.
PATHS_IN_USE = """
(() => {
  const all = [], Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native { constructor(...given) { super(...given); all.push(this); } };
  window.__paths = async () => {
    const used = [];
    for (const one of all) {
      const stats = [...(await one.getStats()).values()];
      for (const transport of stats.filter((s) => s.type === 'transport' && s.selectedCandidatePairId)) {
        const pair = stats.find((s) => s.id === transport.selectedCandidatePairId);
        const remote = stats.find((s) => s.id === pair.remoteCandidateId);
        used.push({ protocol: remote.protocol, ip: remote.address });
      }
    }
    return used;
  };
})();
"""
