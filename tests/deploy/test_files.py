"""The other files of ``deploy/``, as far as they can be tried without systemd and Docker."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.studio_process import ROOT

pytestmark = pytest.mark.unit

DEPLOY = ROOT / "deploy"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_each_line_of_the_unit(tmp_path: Path) -> None:
    program = "/opt/greenroom/.venv/bin/python"
    text = (DEPLOY / "greenroom@.service").read_text()
    assert program in text
    unit = tmp_path / "greenroom@8501.service"
    unit.write_text(text.replace(program, sys.executable))
    said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert [line for line in said.stderr.splitlines() if unit.name in line] == []


def test_visitors_behind_the_proxy_of_the_containers_are_told_apart() -> None:
    """uvicorn believes a proxy on another address only if it is named; else all guests share one guest's limits."""
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    (network,) = compose["networks"]["default"]["ipam"]["config"]
    assert compose["services"]["greenroom"]["environment"]["FORWARDED_ALLOW_IPS"] == network["subnet"]
    (host, _, port) = "greenroom:8501".partition(":")
    assert host in compose["services"]
    assert f"reverse_proxy {host}:{port} " in (DEPLOY / "Caddyfile.compose").read_text()
    published = [str(one).partition(":")[0] for one in compose["services"]["greenroom"]["ports"]]
    assert port not in published, "only the proxy reaches the studio"


def test_the_image_has_the_system_libraries_that_the_packages_load() -> None:
    """The slim base has no libgomp, which the built-in language model needs: it would be left out with a line in the log."""
    assert "libgomp1" in (DEPLOY / "Dockerfile").read_text()


def test_no_secret_of_the_host_gets_into_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", ".greenroom", "deploy/.env", "deploy/*.env", "deploy/secrets.toml", ".streamlit/secrets.toml"} <= set(ignored)
