"""``greenroom rehearse``: exit codes, reports, and the pytest plugin, over a real twin."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from greenroom.catalog.templates import AVA
from greenroom.cli.main import main
from greenroom.cli.opening import services
from greenroom.redaction import MASK
from greenroom.services.agents import agent_files
from tests.conftest import APP_ID, CERTIFICATE, RunningTwin
from tests.services.rehearsals.suites import HOTEL

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "rehearse.md"
AGENT = "Ava, front desk@draft"
KEY = "sk-canary-of-a-rehearsal"
#: Results that can't be written where they were asked for.
BAD_OPTIONS = {"no/folder.html", "./green.rehearse.yaml", "results", "x", "text"}
GREEN = HOTEL[: HOTEL.index("- id: sauna")]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twin: RunningTwin) -> Path:
    for name in [name for name in os.environ if name.startswith(("GREENROOM_", "AGORA_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GREENROOM_TWIN_URL", twin.url)
    monkeypatch.setenv("AGORA_APP_ID", APP_ID)
    monkeypatch.setenv("AGORA_APP_CERTIFICATE", CERTIFICATE)
    (tmp_path / "desk.rehearse.yaml").write_text(HOTEL)
    (tmp_path / "green.rehearse.yaml").write_text(GREEN)
    return tmp_path


def run(*arguments: str) -> int:
    return main(("rehearse", *arguments))


def test_a_failing_suite_exits_with_1_and_writes_reports_without_keys(folder, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (folder / "desk.rehearse.yaml").write_text(HOTEL.replace("There is a sauna", f"There is a sauna for {KEY}"))
    files = [f"--{kind}={folder / f'out.{kind}'}" for kind in ("junit", "jsonl", "html")]
    assert run("run", str(folder / "desk.rehearse.yaml"), "--agent", AGENT, *files) == 1
    assert run("run", str(folder / "desk.rehearse.yaml"), "--agent", AGENT, "--json") == 1
    printed = capsys.readouterr().out
    assert "1 of 2 pass · 1 fail" in printed
    with closing(sqlite3.connect(folder / "data" / "greenroom.db")) as database:
        kept = str([database.execute(f"SELECT * FROM {one}").fetchall() for one in ("rehearsal_runs", "rehearsal_verdicts")])
    written = [(folder / f"out.{kind}").read_text() for kind in ("junit", "jsonl", "html")]
    assert [KEY in text for text in (printed, kept, *written)] == [False] * 5
    assert [f"sauna for {MASK}" in text for text in (printed, kept, *written)] == [True] * 5
    suite = ET.parse(folder / "out.junit").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    lines = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert {(line["scenario"], line["verdict"]) for line in lines} == {("breakfast", "pass"), ("sauna", "fail")}
    page = (folder / "out.html").read_text()
    assert "There is a sauna" in page
    assert "colleague" in page  # the agent's own words


def test_a_green_suite_exits_with_0_and_repeats(folder, capsys):
    assert run("run", str(folder / "green.rehearse.yaml"), "--agent", AGENT, "--repeat", "3", "--json") == 0
    (suite,) = json.loads(capsys.readouterr().out)
    assert [(cell["passed"], cell["planned"]) for cell in suite["scenarios"]] == [(3, 3)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run", "green.rehearse.yaml", "--agent", AGENT, "--tag", "none"), 2),
        (("run", "tagged.rehearse.yaml", "--agent", AGENT, "--tag", "smoke", "--tag", "smkoe"), 2),
        (("run", "variable.rehearse.yaml", "--agent", AGENT, "--usd", "2", "--browser"), 3),
        (("run", "green.rehearse.yaml", "--agent", "Nobody"), 2),
        (("run", "green.rehearse.yaml", "--agent", "Ava, front desk@²"), 2),
        (("run", "green.rehearse.yaml", "--agent", AGENT, "--repeat", "x"), 2),
        (("run", "green.rehearse.yaml", "--agent", AGENT, "--html", "no/folder.html"), 2),
        (("run", "green.rehearse.yaml", "--agent", AGENT, "--jsonl", "./green.rehearse.yaml"), 2),
        (("run", "green.rehearse.yaml", "--agent", AGENT, "--html", "results", "--jsonl", "results"), 2),
        (("exam",), 2),
        (("run", "green.rehearse.yaml"), 2),
        (("run", "missing.rehearse.yaml", "--agent", AGENT), 2),
        (("run", "empty", "--agent", AGENT), 2),
        (("run", "bad.rehearse.yaml", "--agent", AGENT), 3),
        (("resume", "no-such-run"), 2),
        (("check", "bad.rehearse.yaml"), 3),
        (("check", "green.rehearse.yaml"), 0),
        (("check", "green.rehearse.yaml", "--agent", AGENT), 0),
        (("check", "green.rehearse.yaml", "--agent", "Nobody"), 2),
        (("check", "variable.rehearse.yaml", "--agent", AGENT), 3),
        (("check", "tool.rehearse.yaml"), 3),
        (("check", "elsewhere.rehearse.yaml"), 0),
        (("check", "recorded.rehearse.yaml"), 3),
        (("check", "latin.rehearse.yaml"), 3),
        (("check", "included.rehearse.yaml"), 3),
        (("run", "agora.rehearse.yaml", "--agent", AGENT), 2),
        (("run", "quiet.rehearse.yaml", "--agent", AGENT), 3),
        (("run", "green.rehearse.yaml", "--agent", AGENT, "--where", "agora", "--usd", "2"), 2),
        (("run", "green.rehearse.yaml", "--agent", AGENT, "--where", "agora", "--mode", "text"), 2),
    ],
)
def test_exit_codes(folder, monkeypatch, capsys, arguments, code):
    monkeypatch.chdir(folder)
    (folder / "agora.rehearse.yaml").write_text(GREEN.replace("rehearse: 1", "rehearse: 1\nwhere: agora"))
    (folder / "quiet.rehearse.yaml").write_text(GREEN.replace("rehearse: 1", "rehearse: 1\nwhere: agora\nmode: text"))
    (folder / "recorded.rehearse.yaml").write_text(GREEN.replace("wait: greeting", "audio: ../line.wav"))
    (folder / "bad.rehearse.yaml").write_text(HOTEL.replace("says: seven", "sais: seven"))
    (folder / "tagged.rehearse.yaml").write_text(GREEN.replace("- id: breakfast", "- id: breakfast\n  tags: [smoke]"))
    (folder / "variable.rehearse.yaml").write_text(GREEN.replace("rehearse: 1", "rehearse: 1\nvariables: {guets: Maria}"))
    (folder / "tool.rehearse.yaml").write_text(
        GREEN.replace("rehearse: 1", f"rehearse: 1\nagent: {AGENT}\ntools: {{a: {{give: 1}}}}")
    )
    (folder / "elsewhere.rehearse.yaml").write_text(GREEN.replace("rehearse: 1", "rehearse: 1\nagent: nobody-here@7"))
    (folder / "latin.rehearse.yaml").write_bytes(GREEN.replace("sauna", "Fr\xfchst\xfcck").encode("latin1"))
    (folder / "latin.yaml").write_bytes(b"[{not_says: Fr\xfchst\xfcck}]")
    (folder / "included.rehearse.yaml").write_text(GREEN.replace("[{says: Linden House}]", "!include latin.yaml"))
    (folder / "empty").mkdir()
    (folder / "out.xml").write_text("an earlier run was green")
    results = ("--junit", "out.xml") if arguments[0] == "run" else ()
    assert run(*arguments, *results) == code
    said = capsys.readouterr()
    assert said.out or said.err
    if results and code and not BAD_OPTIONS.intersection(arguments):
        (case,) = ET.parse(folder / "out.xml").getroot()[0]
        assert case[0].tag == "error"
        if "missing.rehearse.yaml" in arguments:
            assert "No such file" in (case[0].get("message") or "")
        if "Nobody" in arguments:
            assert "There is no agent 'Nobody'" in (case[0].get("message") or "")
    if code == 2:
        assert "✓" not in said.err, "it ran although it couldn't"
    assert (folder / "green.rehearse.yaml").read_text() == GREEN
    if "variable.rehearse.yaml" in arguments:
        assert "variable.rehearse.yaml:2: error: Neither the agent nor this test uses a variable “guets”." in said.out
        assert ("--usd has no effect" in said.err) == (arguments[0] == "run")
        assert ("--browser has no effect" in said.err) == (arguments[0] == "run")
    if "tool.rehearse.yaml" in arguments:
        assert "tool.rehearse.yaml:3: error: The agent has no tool “a”." in said.out
    if arguments[0] == "check" and code == 0:
        checked = "--agent" in arguments
        assert ("checked against Ava, front desk@draft" in said.out, "weren't checked" in said.out) == (checked, not checked)
    if "tagged.rehearse.yaml" in arguments:
        assert "Did you mean “smoke”?" in said.err
    if {"latin.rehearse.yaml", "included.rehearse.yaml"} & set(arguments):
        assert "isn't UTF-8" in said.out
    if "bad.rehearse.yaml" in arguments:
        assert "bad.rehearse.yaml:10: error:" in said.out
        assert "Did you mean “says”?" in said.out


def test_a_name_that_two_agents_have_runs_neither(folder, capsys):
    with services() as opened:
        ids = [opened.agents.create(AVA, "Twins").id for _ in range(2)]
    assert run("run", str(folder / "green.rehearse.yaml"), "--agent", "twins@draft") == 2
    assert all(one in capsys.readouterr().err for one in ids[:1])
    assert run("run", str(folder / "green.rehearse.yaml"), "--agent", f"{ids[0]}@draft") == 0


def test_an_installation_with_an_agora_project_runs_offline_tests_offline(folder, monkeypatch, capsys):
    monkeypatch.delenv("GREENROOM_TWIN_URL")
    monkeypatch.setenv("GREENROOM_TWIN_BRAIN", "scripted")
    (folder / "agora.rehearse.yaml").write_text(GREEN.replace("rehearse: 1", "rehearse: 1\nwhere: agora"))
    assert run("run", str(folder / "agora.rehearse.yaml"), "--agent", AGENT, "--where", "twin") == 0, capsys.readouterr().err


INCLUDED = GREEN.replace("[{says: Linden House}]", "!include greeting.yaml")


def test_an_included_file_runs_and_is_resumed_as_it_was(folder, capsys):
    """The run keeps the file: another process resumes it, from another folder, after the file changed or is gone."""
    (folder / "greeting.yaml").write_text("[{says: Linden House}]")
    (folder / "green.rehearse.yaml").write_text(INCLUDED)
    assert run("run", str(folder / "green.rehearse.yaml"), "--agent", AGENT) == 0
    number = capsys.readouterr().err.split(" run, ")[1].split()[0]
    (folder / "greeting.yaml").unlink()
    with sqlite3.connect(folder / "data" / "greenroom.db") as database:
        for table in ("rehearsal_runs", "rehearsal_verdicts"):
            database.execute(f"delete from {table}")
    database.close()
    command = [sys.executable, "-m", "greenroom", "rehearse", "resume", number, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (suite,) = json.loads(ended.stdout)
    assert [(cell["scenario_id"], cell["verdict"]) for cell in suite["scenarios"]] == [("breakfast", "pass")]


def test_an_include_does_not_leave_the_folder(folder, capsys):
    (folder / "sub").mkdir()
    (folder / "sub" / "one.rehearse.yaml").write_text(GREEN.replace("[{says: Linden House}]", "!include ../secret.yaml"))
    (folder / "secret.yaml").write_text("[{says: seven}]")
    assert run("check", str(folder / "sub")) == 3
    assert "outside of the file's folder" in capsys.readouterr().out


def test_the_job_of_the_documentation_runs_as_it_is_written(folder, monkeypatch):
    """Its commands in their order, with files where it expects them; what pip installs is there."""
    job = DOCS.read_text(encoding="utf8").split("```yaml\nrehearse:\n  runs-on:")[1].split("```")[0]
    commands = [step["run"] for step in yaml.safe_load(f"job:\n  runs-on:{job}")["job"]["steps"] if "run" in step]
    installed = [word for command in commands if command.startswith("pip ") for word in command.split() if "/" in word]
    assert all((ROOT / Path(name).relative_to("./greenroom")).exists() for name in map(Path, installed)), installed
    monkeypatch.chdir(folder)
    for name in ("agents", "tests"):
        (folder / name).mkdir()
    (folder / "green.rehearse.yaml").rename(folder / "tests" / "green.rehearse.yaml")
    (folder / "agents" / "front-desk.yaml").write_text(agent_files.to_yaml("Ava", AVA.values))
    ran = [shlex.split(command)[1:] for command in commands if command.startswith("greenroom ")]
    assert [main(arguments) for arguments in ran] == [0, 0]
    assert [len(ran), *((folder / f"results.{kind}").stat().st_size > 100 for kind in ("xml", "html"))] == [2, True, True]


def test_pytest_collects_scenarios_and_fails_what_does_not_pass(folder):
    command = [sys.executable, "-m", "pytest", "-p", "greenroom.pytest_plugin", "-p", "no:cacheprovider", "-q", "-W", "ignore"]
    options = ["-c", os.devnull, "--rootdir", str(folder), "--rehearse-agent", AGENT, str(folder / "desk.rehearse.yaml")]
    ended = subprocess.run([*command, *options], capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "1 failed, 1 passed" in ended.stdout
    assert "fail: Says “There is a sauna”" in ended.stdout
    assert "INFO greenroom.twin" not in ended.stderr
    (folder / "desk.rehearse.yaml").write_text(GREEN.replace("- id: breakfast", "- id: breakfast\n  gate: watch"))
    ended = subprocess.run([*command, *options], capture_output=True, text=True, timeout=100, check=False)
    assert (ended.returncode, "All scenarios are watched" in ended.stdout) == (5, True), ended.stdout + ended.stderr
