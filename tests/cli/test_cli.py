"""The command line as a program: what it prints, what it keeps, and its exit codes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from greenroom import __version__
from greenroom.cli.main import main

pytestmark = pytest.mark.unit

CORPUS = Path("tests/corpus/imports").resolve()
GROQ = str(CORPUS / "n01_groq_no_mode.json")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and no option from outside."""
    for name in [name for name in os.environ if name.startswith(("GREENROOM_", "AGORA_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command; gives the exit code, and stdout as JSON where it is."""

    def one(*arguments: str) -> tuple[int, Any]:
        code = main(arguments)
        out = capsys.readouterr().out
        return code, json.loads(out) if "--json" in arguments and out else out

    return one


def test_the_version_is_printed_without_any_of_the_app() -> None:
    script = (
        "import sys; from greenroom.cli.main import main; code = main(['version', '--json']);"
        "print(sorted({'streamlit', 'sqlalchemy'} & set(sys.modules))); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    *printed, modules = done.stdout.splitlines()
    assert (done.returncode, json.loads("".join(printed)), modules) == (0, {"version": __version__}, "[]")


def test_the_module_runs_as_a_program(folder: Path) -> None:
    command = [sys.executable, "-m", "greenroom", "agents", "import", GROQ, "--dry-run", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)) == {"format", "report", "body"}


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda p: p.name)
def test_a_dry_run_reports_each_input_and_keeps_nothing(run: Any, folder: Path, path: Path) -> None:
    code, found = run("agents", "import", str(path), "--dry-run", "--json")
    assert code == 0
    assert {entry["fate"] for entry in found["report"]} <= {"understood", "migrated", "replaced", "left_out"}
    assert all(set(entry) == {"path", "fate", "note"} for entry in found["report"])
    assert all(entry["note"] for entry in found["report"] if entry["fate"] != "understood")
    assert "PLANTED" not in json.dumps(found)
    assert not (folder / "data" / "greenroom.db").exists()


def test_an_agent_goes_in_is_shown_and_comes_out(run: Any, folder: Path) -> None:
    code, made = run("agents", "import", GROQ, "--name", "Ada", "--json")
    assert (code, made["name"]) == (0, "Ada")
    assert "GROQ_API_KEY" in made["credentials"]
    assert {"id": made["id"], "name": "Ada"}.items() <= run("agents", "list", "--json")[1][0].items()
    shown = run("agents", "show", made["id"], "--json")[1]
    assert (shown["name"], shown["version"], shown["settings"]["llm.vendor"]) == ("Ada", None, "groq")
    for form in ("json", "yaml", "curl", "python", "js"):
        code, text = run("agents", "export", "Ada", "--as", form)
        assert code == 0
        file = folder / f"ada.{form}"
        file.write_text(text, encoding="utf8")
        again = run("agents", "import", str(file), "--dry-run", "--json")[1]
        assert again["body"]["properties"] == run("agents", "import", GROQ, "--dry-run", "--json")[1]["body"]["properties"]
    raw = (folder / "data" / "greenroom.db").read_bytes()
    assert b"PLANTED" not in raw


def test_an_import_into_an_agent_replaces_its_draft(run: Any, folder: Path) -> None:
    made = run("agents", "import", GROQ, "--json")[1]
    file = folder / "agent.yaml"
    run("agents", "export", made["id"], "--output", str(file))
    file.write_text(file.read_text(encoding="utf8").replace("Hello.", "Good morning."), encoding="utf8")
    assert run("agents", "import", str(file), "--into", made["id"])[0] == 0
    assert run("agents", "show", made["id"], "--json")[1]["settings"]["prompt.greeting"] == "Good morning."
    assert len(run("agents", "list", "--json")[1]) == 1


def test_stdin_is_read(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(GROQ).read_bytes())))
    assert run("agents", "import", "-", "--dry-run", "--json")[1]["format"] == "json"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"properties": {"llm": {"url": "u"}}}')))
    assert run("agents", "import", "-", "--json")[1]["name"] == "Imported agent"


def test_a_profile_of_an_env_file_is_chosen(run: Any) -> None:
    env = str(CORPUS / "n17_samples.env")
    found = run("agents", "import", env, "--profile", "voice", "--dry-run", "--json")[1]
    assert found["body"]["properties"]["tts"]["vendor"] == "elevenlabs"
    assert run("agents", "import", env, "--profile", "nope", "--dry-run")[0] == 1


def test_other_agents_of_a_text_are_in_the_report(run: Any, folder: Path) -> None:
    both = [{"name": name, "properties": {"llm": {"url": "u", "params": {"model": name}}}} for name in ("one", "two")]
    (folder / "two.json").write_text(json.dumps(both))
    _, found = run("agents", "import", str(folder / "two.json"), "--dry-run", "--json")
    assert [(line["path"], line["fate"]) for line in found["report"][-1:]] == [("agent two", "left_out")]
    _, found = run("agents", "import", str(folder / "two.json"), "--profile", "two", "--dry-run", "--json")
    assert found["body"]["properties"]["llm"]["params"]["model"] == "two"
    assert not [line for line in found["report"] if line["path"].startswith("agent ")]


def test_check_tells_a_launchable_agent_from_one_with_problems(run: Any, folder: Path) -> None:
    code, found = run("agents", "check", GROQ, "--json")
    assert (code, found["problems"]) == (0, [])
    code, found = run("agents", "check", str(CORPUS / "m14_prompt_40k.json"), "--json")
    assert code == 1
    assert any("too long" in problem["message"] for problem in found["problems"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["agents", "show", "nobody"], 1),
        (["agents", "show", "nobody@x"], 2),
        (["agents", "export", "nobody", "--as", "cobol"], 2),
        (["agents", "import", "/no/such/file"], 2),
        (["agents", "check", __file__], 1),
        (["agents"], 2),
        ([], 2),
        (["sessions", "list", "--limit", "0"], 2),
        (["sessions", "list", "--agent", "nobody"], 1),
        (["sessions", "export", "--as", "parquet"], 2),
        (["--help"], 0),
    ],
)
def test_exit_codes(run: Any, arguments: list[str], code: int) -> None:
    assert run(*arguments)[0] == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["agents", "show", "nobody"], 1),
        (["agents", "show", "nobody@x"], 2),
        (["agents", "import", "/no/such/file"], 2),
        (["agents", "export", "nobody", "--as", "cobol"], 2),
        (["sessions", "list", "--limit", "0"], 2),
        (["agents"], 2),
    ],
)
def test_a_refusal_is_json_too(run: Any, arguments: list[str], code: int) -> None:
    ended, said = run(*arguments, "--json")
    assert (ended, set(said)) == (code, {"error", "advice"})


def test_sessions_are_listed_and_exported(run: Any, folder: Path) -> None:
    assert run("sessions", "list", "--json") == (0, [])
    assert run("sessions", "export", "--as", "csv")[1].lstrip("\ufeff").startswith("id,agent,version")
    code, said = run("sessions", "export", "--as", "csv", "--output", str(folder / "s.csv"), "--json")
    assert (code, said["as"]) == (0, "csv")
    assert (folder / "s.csv").read_text(encoding="utf-8-sig").startswith("id,agent,version")


def test_a_command_loads_only_what_it_needs(tmp_path: Path) -> None:
    """Seconds matter in a hook: no numbers, sound, HTTP client or migrations for a list of agents."""
    environment = {**os.environ, "GREENROOM_DATA_DIR": str(tmp_path)}
    call = "import sys; from greenroom.cli.main import main; main({}); print(*sys.modules, file=sys.stderr)"
    for arguments, spared in (
        (["version"], {"sqlalchemy", "yaml", "tree_sitter", "greenroom.catalog"}),
        (["agents", "list"], set()),
        (["agents", "list"], {"numpy", "av", "httpx", "alembic", "psycopg", "pandas", "streamlit"}),
    ):
        ran = subprocess.run(
            [sys.executable, "-c", call.format(arguments)], env=environment, capture_output=True, text=True, timeout=120
        )
        assert ran.returncode == 0
        assert spared.isdisjoint(ran.stderr.split())


def test_a_model_that_cannot_be_downloaded_is_refused_with_what_to_do(run, folder, monkeypatch, capsys) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    code, said = run("brain", "download", "--json")
    assert code == 1
    assert "Couldn't download" in said["error"]
    assert str(folder / "data" / "models") in said["advice"]


@pytest.mark.parametrize(
    "command", [["agents", "import", "evil.json", "--dry-run"], ["agents", "check", "evil.json"], ["agents", "check", "\x1b[2J"]]
)
def test_a_terminal_gets_no_control_characters_of_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(folder)
    name = "a\x1b]0;owned\x07\x9b2J\u202e"
    block = {"url": "u", "params": {name: None}, "vendor": name}
    Path("evil.json").write_text(json.dumps({"properties": {"llm": block, "turn_detection": {"interrupt_mode": name}}}))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    main(command)
    shown = "".join(capsys.readouterr())
    assert shown
    assert not [sign for sign in shown if not sign.isprintable() and sign not in "\n\t"]


def test_a_file_that_is_written_keeps_every_character(run: Any, folder: Path) -> None:
    text = "a\x1b[2J\u202e"
    source = folder / "a.json"
    source.write_text(json.dumps({"name": "a", "properties": {"llm": {"url": "u", "greeting_message": text}}}))
    _, found = run("agents", "import", str(source), "--json")
    assert text in json.loads(run("agents", "export", found["id"], "--as", "json")[1])["settings"].values()
