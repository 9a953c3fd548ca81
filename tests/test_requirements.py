"""What is installed is locked: every package, direct or not, by version and hash."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pins(file: str) -> dict[str, str]:
    found = PIN.findall((ROOT / file).read_text(encoding="utf8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-nodeps"])
def test_the_lock_holds_what_is_required_with_hashes_and_no_address(name: str):
    wanted, locked = pins(f"{name}.txt"), pins(f"{name}.lock")
    assert {package: locked.get(package) for package in wanted} == wanted, "renew it: make lock"
    text = (ROOT / f"{name}.lock").read_text(encoding="utf8")
    assert "://" not in text
    entries = [block for block in re.split(r"\n(?=\S)", text.strip()) if not block.startswith("#")]
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_two_locks_agree():
    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: dev[name] for name in run.keys() & dev.keys()} == {name: run[name] for name in run.keys() & dev.keys()}


def test_make_installs_from_the_locks_only():
    recipe = (ROOT / "Makefile").read_text(encoding="utf8")
    installs = re.findall(r"\$\(PIP\) (.*)", recipe)
    assert installs
    assert all("--require-hashes" in line and ".lock" in line for line in installs)


def test_an_installation_brings_the_command_and_the_package_alone():
    """Without a list, setuptools refuses a folder with several packages side by side."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    assert project["tool"]["setuptools"]["packages"]["find"]["include"] == ["greenroom*"]
    module, _, function = project["project"]["scripts"]["greenroom"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))
