"""A second try begins afresh: without the studio, the browser and the page of the first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

TRIED = """
import itertools
import pytest

made = itertools.count(1)

@pytest.fixture(scope="session")
def browser():
    yield next(made)
    print("closed")

@pytest.fixture(scope="module")
def studio(browser):
    yield browser + next(made)
    print("stopped")

@pytest.mark.browser
def test_that_needs_two_tries(studio):
    assert studio == 7  # 1 + 2, then 3 + 4
"""


def test_a_second_try_has_set_ups_of_its_own(tmp_path: Path):
    file = tmp_path / "test_tried.py"
    file.write_text(TRIED)
    plugins = ["-p", "tests.browser.conftest", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-c", "pyproject.toml", "--timeout", "30", *plugins, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "1 passed, 1 rerun" in done.stdout, done.stdout
    assert done.stdout.count("stopped") == done.stdout.count("closed") == 2
