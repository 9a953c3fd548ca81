"""A change in the form draws the form alone, by Streamlit's own protocol; the whole page when more of it would look different."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from greenroom.clock import Clock
from greenroom.model.agent import AgentId
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from tests.streamlit_visitor import StreamlitVisitor
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.twin, pytest.mark.any_database]

HEAD, STAGE, UNDO = "pick_agent", "call", "undo"


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Iterator[StudioProcess]:
    started = StudioProcess(tmp_path_factory.mktemp("studio")).start(engines=False)
    yield started
    started.stop()


def settings_in(folder: Path) -> dict:
    database = Database(f"sqlite:///{folder / 'greenroom.db'}")
    try:
        agents = AgentStore(database, Clock())
        return dict(agents.draft(AgentId(agents.list()[0].id)).settings)
    finally:
        database.close()


def visit(studio: StudioProcess, work: Callable[[StreamlitVisitor], Awaitable[None]]) -> None:
    async def visited() -> None:
        visitor = StreamlitVisitor(studio.url)
        try:
            assert {HEAD, STAGE} <= (await visitor.open()).elements.keys()
            await work(visitor)
        finally:
            await visitor.close()

    asyncio.run(visited())


def test_a_switch_is_saved_and_undone_while_the_form_alone_is_drawn(studio):
    async def work(visitor: StreamlitVisitor) -> None:
        assert HEAD not in (await visitor.choose_tab("setting_group", "Turn taking")).elements
        before = settings_in(studio.data_dir)
        pressed = await visitor.press_switch()
        changed = settings_in(studio.data_dir)
        (key,) = (key for key in {**before, **changed} if before.get(key) != changed.get(key))
        assert key.startswith("turns.")
        assert not {HEAD, STAGE} & pressed.elements.keys()
        assert pressed.elements[UNDO].help.startswith("Undo: ")
        assert not pressed.elements[UNDO].disabled
        undone = await visitor.press_button(UNDO)
        assert settings_in(studio.data_dir) == before
        assert undone.elements["redo"].help == pressed.elements[UNDO].help.replace("Undo", "Redo")

    visit(studio, work)


def test_a_problem_which_the_head_names_draws_the_whole_page_and_once_only(studio):
    async def work(visitor: StreamlitVisitor) -> None:
        broken = await visitor.type("prompt.greeting_audio", "no address")
        assert {HEAD, STAGE, "show_fault"} <= broken.elements.keys()
        assert not {HEAD, STAGE} & (await visitor.type("prompt.greeting_audio", "still none")).elements.keys()
        mended = await visitor.type("prompt.greeting_audio", "")
        assert {HEAD, STAGE} <= mended.elements.keys()
        assert "show_fault" not in mended.elements

    visit(studio, work)
