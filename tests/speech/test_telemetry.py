"""Nothing about this computer is collected for the makers of a library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

#: What the runtime takes for a test's machine, on which it collects nothing.
TEST_MACHINES = ("CI", "TF_BUILD", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")
WORK = "import numpy; from greenroom.speech.silero import SileroGate; SileroGate().probability(numpy.zeros(512, numpy.int16))"


def test_the_runtime_of_the_models_collects_nothing(tmp_path: Path) -> None:
    """It keeps what it is going to send in a database of the user's cache folder."""
    environ = {name: value for name, value in os.environ.items() if name not in TEST_MACHINES}
    environ |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", WORK], env=environ, check=True, timeout=60)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
