"""Offline calls from another machine through one https origin: a teammate's with UDP, a guest's over TCP where UDP is blocked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.model.guest_link import GuestLinkOptions
from tests.browser.conftest import eventually
from tests.browser.ears import TAP, record, understood
from tests.browser.other_machine import HERE, OtherMachine, TlsFront, no_namespaces, other_machine
from tests.browser.stage import FLAGS, WATCH, StagePage, write_speech
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
    speak: Speak,
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
        asked: list[str] = []
        context.on("page", lambda page: page.on("websocket", lambda socket: asked.append(socket.url)))
        tab = StagePage.open(context, public) if way == "udp" else guest_page(context, public)
        tab.stage.get_by_test_id("launch").click()
        tab.expect_state("Listening", "Speaking")
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
        tab.stage.get_by_role("button", name="End", exact=True).click()
        expect(tab.stage.get_by_test_id("summary" if way == "udp" else "after-visit")).to_be_visible()
        assert faults == []
    finally:
        browser.close()


def guest_page(context: BrowserContext, public: StudioProcess) -> StagePage:
    """The page of a guest link, which is pressed and read as the stage is."""
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(public.data_dir)}))
    link = owner.guest_links.create(GuestLinkOptions(agent_id=owner.agents.default().id))
    page = context.new_page()
    for script in (TAP, WATCH):
        page.add_init_script(script)
    page.goto(f"{public.url}{owner.guest_links.path(link)}")
    tab = StagePage(page, public)
    tab.stage = page.get_by_test_id("visit")
    expect(tab.stage.get_by_test_id("launch")).to_be_visible()
    return tab


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
