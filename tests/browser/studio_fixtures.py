"""The studio as a process, and speech for its microphone; imported by the modules that talk with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Playwright

from greenroom.catalog.templates import AVA
from greenroom.catalog.voices import offline_voice
from greenroom.clock import Clock
from greenroom.speech.hibari import HibariVoices
from greenroom.store import AgentStore, Database
from tests.databases import migrated_sqlite
from tests.studio_process import StudioProcess

Speak = Callable[[str], np.ndarray]


@pytest.fixture(scope="session")
def speak() -> Speak:
    """A person's voice, at 48 kHz. The lowered one, so that it is not the agent's."""
    voices = HibariVoices()
    return lambda text: voices.render(text, offline_voice("dale"), 1.0)


@pytest.fixture(scope="module")
def greeting() -> str:
    """What Ava says first: a sentence, since most tests wait until it is said. A module that is about more of it says so."""
    return "Good day, this is Ava."


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, greeting: str) -> Iterator[StudioProcess]:
    """One studio for a module, on the offline twin with the keyless responder, which answers out of the prompt."""
    folder = tmp_path_factory.mktemp("studio")
    database = Database(migrated_sqlite(folder / "greenroom.db"))
    AgentStore(database, Clock()).create(AVA.name, {**AVA.values, "prompt.greeting": greeting})
    database.close()
    process = StudioProcess(folder).start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def silent_mic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.browser.stage import write_speech

    return write_speech(tmp_path_factory.mktemp("mic") / "silence.wav", 60)


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[BrowserContext]:
    """A browser of its own for each test, whose microphone hears nothing. The studio starts first."""
    from tests.browser.stage import open_browser, shut

    opened = open_browser(playwright, silent_mic)
    yield opened
    shut(opened)
