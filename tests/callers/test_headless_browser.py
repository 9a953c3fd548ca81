"""What browsers of callers leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from greenroom.callers import headless_browser

pytestmark = pytest.mark.unit


def test_the_profile_of_a_killed_process_is_removed_and_that_of_a_living_one_stays(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    names = [f"greenroom-browser-{number}-abc" for number in (ended.pid, os.getpid(), 10**30)] + ["greenroom-browser-abc"]
    for name in names:
        (tmp_path / name / "Default").mkdir(parents=True)
    headless_browser._remove_left_profiles()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([names[1], names[3]])
