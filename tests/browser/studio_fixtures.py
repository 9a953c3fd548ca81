"""The studio as a process, and speech for its microphone; imported by the modules that talk with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from greenroom.catalog.voices import offline_voice
from greenroom.speech.hibari import HibariVoices
from tests.studio_process import StudioProcess

Speak = Callable[[str], np.ndarray]


@pytest.fixture(scope="session")
def speak() -> Speak:
    """A person's voice, at 48 kHz. The lowered one, so that it is not the agent's."""
    voices = HibariVoices()
    return lambda text: voices.render(text, offline_voice("dale"), 1.0)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """One studio for a module, on the offline twin with the keyless responder, which answers out of the prompt."""
    process = StudioProcess(tmp_path_factory.mktemp("studio")).start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def silent_mic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.browser.stage import write_speech

    return write_speech(tmp_path_factory.mktemp("mic") / "silence.wav", 60)
