"""The studio and its browsers, started when first needed and ended with the bench."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
from playwright.sync_api import Playwright, expect, sync_playwright

from bench.speech import Pcm, seconds
from greenroom.catalog.templates import TEMPLATES
from greenroom.clock import Clock
from greenroom.http_security.addresses import place_of
from greenroom.services.agents.agent_service import AgentService
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.tool_hosts import ToolHostStore
from tests.browser.ears import TAP
from tests.browser.stage import StagePage, open_browser, shut, write_speech
from tests.studio_process import StudioProcess

#: How long an opened page is left alone before it is measured: scripts and fonts are in, nothing runs.
CALM_MS = 1500
AGENTS = 500


class Scene:
    """Use as a context. ``quick`` asks every figure for few samples."""

    def __init__(self, quick: bool) -> None:
        self.quick = quick
        self._owned = ExitStack()

    def __enter__(self) -> Scene:
        return self

    def __exit__(self, *exc: object) -> None:
        self._owned.close()

    @cached_property
    def folder(self) -> Path:
        """A temporary folder for the studio's data, deleted with the scene."""
        return Path(self._owned.enter_context(tempfile.TemporaryDirectory(prefix="greenroom-bench-")))

    @cached_property
    def playwright(self) -> Playwright:
        return self._owned.enter_context(sync_playwright())

    @cached_property
    def studio(self) -> StudioProcess:
        """On the offline twin with the scripted brain, its models loaded."""
        studio = StudioProcess(self.folder / "studio")
        self._owned.callback(studio.stop)
        return studio.start()

    @cached_property
    def full_studio(self) -> StudioProcess:
        """Like the other one, with five hundred agents in its store."""
        folder = self.folder / "full"
        folder.mkdir()
        fill_agents(_file_in(folder), AGENTS)
        studio = StudioProcess(folder)
        self._owned.callback(studio.stop)
        return studio.start()

    def crowded_studio(self, agents: int) -> tuple[StudioProcess, list[str]]:
        """A studio with this number of agents, and their IDs: one for each visitor."""
        folder = self.folder / f"crowded-{agents}"
        folder.mkdir()
        made = fill_agents(_file_in(folder), agents)
        studio = StudioProcess(folder)
        self._owned.callback(studio.stop)
        return studio.start(), made

    @contextmanager
    def tab(
        self, *mic: float | Pcm, script: str = "", record: bool = True, studio: StudioProcess | None = None
    ) -> Iterator[StagePage]:
        """A page of a browser of its own, at the Studio. ``mic``: seconds of silence and 48 kHz speech, said once from the
        moment the microphone opens. ``script`` runs before the page's own."""
        wav = write_speech(self.folder / "mic.wav", *mic)
        context = open_browser(self.playwright, wav)
        try:
            page = context.new_page()
            for before in filter(None, (script, TAP if record else "")):
                page.add_init_script(before)
            page.goto((studio or self.studio).url)
            tab = StagePage(page, studio or self.studio)
            expect(tab.stage.get_by_role("button", name="Launch")).to_be_visible(timeout=30_000)
            tab.settled()
            page.wait_for_timeout(CALM_MS)
            yield tab
        finally:
            shut(context)

    def say(self, tab: StagePage, mic: tuple[float | Pcm, ...]) -> None:
        """Launch, and wait until everything in ``mic`` has been said."""
        tab.launch()
        opened = "() => window.__heardFrom !== undefined"
        tab.page.wait_for_function(opened, timeout=30_000)
        tab.page.wait_for_timeout(sum(seconds(p) if isinstance(p, np.ndarray) else p for p in mic) * 1000)


def fill_agents(database_url: str, agents: int) -> list[str]:
    """Store this number of agents directly; returns their IDs."""
    database = Database(database_url)
    try:
        database.migrate()
        service = AgentService(AgentStore(database, Clock()))
        return [service.create(TEMPLATES[0], f"Agent {number}").id for number in range(agents)]
    finally:
        database.close()


def _file_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'greenroom.db'}"


@contextmanager
def opened_database(studio: StudioProcess) -> Iterator[Database]:
    """The database of a running studio, beside the studio's own connections."""
    database = Database(_file_in(studio.data_dir))
    try:
        yield database
    finally:
        database.close()


def allow_own_model(studio: StudioProcess, url: str) -> None:
    """Let the first agent reach a model's server on this computer, which needs the user's consent."""
    with opened_database(studio) as database:
        agent = AgentService(AgentStore(database, Clock())).default()
        ToolHostStore(database, Clock()).allow(agent.id, place_of(url))


def use_own_model(tab: StagePage, url: str) -> None:
    """In the agent's draft, as a user does it: Language model, "Custom model", its URL; with the consent that it needs."""
    allow_own_model(tab.studio, url)
    tab.tab("Language model")
    tab.page.get_by_role("tabpanel").filter(visible=True).get_by_role("combobox", name="Vendor").click()
    tab.page.get_by_role("option", name="Custom model").click()
    tab.settled()
    tab.fill("URL", url)
