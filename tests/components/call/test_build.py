"""The stage's front end: says the protocol as the server does, passes its own checks, and is committed as built."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from components.call import BUILD_DIR, protocol
from greenroom.model import review
from greenroom.services.calls.agent_commands import SAY_MAX_BYTES
from greenroom.services.sharing import comparisons, guest_visits, watching
from greenroom.web.messages import WRITTEN_MAX_CHARS

pytestmark = pytest.mark.unit

FRONTEND = BUILD_DIR.parent
#: What a first call makes a browser load, compressed.
BUDGET_BYTES = 600_000
#: Pages of their own, which the studio never loads; tests/browser/test_guest.py weighs the guest's.
OTHER_PAGES = {"guest-page.js", "watch-page.js", "caller-page.js", "caller-voice.js"}
#: Of that, what it loads to draw the page: Preact and the stage.
FIRST_LOAD_BYTES = 80_000


def npm(*words: str, out_dir: Path | None = None) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "CI": "true", "NO_COLOR": "1", "npm_config_update_notifier": "false"}
    if out_dir:
        environ["OUT_DIR"] = str(out_dir)
    return subprocess.run(["npm", *words], cwd=FRONTEND, capture_output=True, text=True, timeout=300, env=environ, check=False)


def installed_as_locked() -> bool:
    """Whether ``node_modules`` holds what the lock names; by content, for a checkout makes every file look new."""
    installed = FRONTEND / "node_modules" / ".package-lock.json"
    if not installed.exists():
        return False
    found = json.loads(installed.read_text())["packages"]
    locked = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    needed = {name: entry for name, entry in locked.items() if name and not entry.get("optional")}
    return all(found.get(name, {}).get("version") == entry["version"] for name, entry in needed.items())


@pytest.fixture(scope="module")
def packages() -> None:
    """The locked packages, installed once; a fresh clone has none."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed; the committed build is used as it is")
    if not installed_as_locked():
        done = npm("ci")
        assert done.returncode == 0, done.stderr


def table(name: str) -> dict[str, tuple[str, ...]]:
    """A table of protocol.ts, read as the text it is."""
    source = (FRONTEND / "src" / "protocol.ts").read_text()
    found = re.search(rf"export const {name} = \{{(.*?)\}} as const;", source, re.S)
    assert found, f"protocol.ts has no {name}"
    rows = re.findall(r"^\s*(\w+): (\[.*?\]),", found[1], re.M | re.S)
    return {kind: tuple(re.findall(r'"(\w+)"', fields)) for kind, fields in rows}


def test_stage_and_server_speak_the_same_protocol() -> None:
    assert table("FROM_STAGE") == protocol.FROM_STAGE
    assert table("TO_STAGE") == protocol.TO_STAGE


@pytest.mark.timeout(400)
def test_front_end_passes_its_own_checks(packages: None) -> None:
    """Types, and the tests of reducer, transcript, adapter, shim, sound and server line: rows 50, 52, 53, 54, 57, 59 and 73; of
    rows 12 (one launch at a time), 49 (one line a turn) and 94 (no capability in an address) the part that lies in the page."""
    done = npm("run", "check")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.timeout(400)
def test_committed_build_is_what_the_source_builds(packages: None, tmp_path: Path) -> None:
    done = npm("run", "build", out_dir=tmp_path / "build")
    assert done.returncode == 0, done.stderr
    built = {p.name: p.read_bytes() for p in (tmp_path / "build").iterdir()}
    committed = {p.name: p.read_bytes() for p in BUILD_DIR.iterdir()}
    assert sorted(built) == sorted(committed)
    assert [name for name in built if built[name] != committed[name]] == [], "run `npm run build` in components/call/frontend"


def test_first_call_loads_at_most_600_kB() -> None:
    sizes = {p.name: len(gzip.compress(p.read_bytes(), 9)) for p in BUILD_DIR.glob("*.js") if p.name not in OTHER_PAGES}
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes


@pytest.mark.parametrize(
    ("file", "name", "limit"),
    [
        ("hooks/useComposer.ts", "MESSAGE_MAX_CHARS", WRITTEN_MAX_CHARS),
        ("hooks/useComposer.ts", "SAY_MAX_BYTES", SAY_MAX_BYTES),
        ("parts/AfterCall.tsx", "NOTE_MAX", review.NOTE_MAX),
        ("visit/AfterVisit.tsx", "COMMENT_MAX", guest_visits.COMMENT_MAX),
        ("visit/Compare.tsx", "WHY_MAX", comparisons.WHY_MAX),
        ("watch/watching.ts", "NOTE_MAX", watching.NOTE_MAX),
        ("watch/watching.ts", "AUTHOR_MAX", watching.AUTHOR_MAX),
    ],
)
def test_a_field_takes_what_the_server_takes(file: str, name: str, limit: int) -> None:
    source = (FRONTEND / "src" / file).read_text()
    assert re.search(rf"const {name} = ([\d_]+);", source)[1].replace("_", "") == str(limit)  # pyright: ignore[reportOptionalSubscript]
    assert "maxLength" not in source, "a browser cuts what is pasted without a word"


def test_sdk_waits_for_the_first_call() -> None:
    entry = (BUILD_DIR / "index.js").read_text()
    at_once = re.findall(r'(?:^|[;}])import[^(]*?from"\./([^"]+)"', entry)
    assert not [name for name in at_once if "AgoraRTC" in name]
    loaded = [entry.encode(), *((BUILD_DIR / name).read_bytes() for name in at_once)]
    assert sum(len(gzip.compress(code, 9)) for code in loaded) <= FIRST_LOAD_BYTES
    assert any(re.search(rb"import\(`\./AgoraRTC[^`]*`\)", code) for code in loaded)


def test_there_is_one_call_a_page_however_the_bundle_is_addressed() -> None:
    """A chunk that imported the entry back would load it a second time, without the version in its address."""
    for chunk in BUILD_DIR.glob("*.js"):
        assert "./index.js" not in chunk.read_text(), chunk.name


def test_packages_are_the_public_ones_at_exact_versions() -> None:
    manifest = json.loads((FRONTEND / "package.json").read_text())
    pinned = {**manifest["dependencies"], **manifest["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values()), pinned
    assert pinned["agora-rtc-sdk-ng"] == "4.24.8"
    assert pinned["agora-agent-client-toolkit"] == "2.9.1"
    assert '"resolved"' not in (FRONTEND / "package-lock.json").read_text()


def test_nothing_of_rtm_is_shipped() -> None:
    """Its license is not open; the toolkit only names it as an optional peer."""
    assert not (FRONTEND / "node_modules" / "agora-rtm").exists()
    assert '"node_modules/agora-rtm"' not in (FRONTEND / "package-lock.json").read_text()
