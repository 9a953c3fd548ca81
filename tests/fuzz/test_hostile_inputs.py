"""Hostile inputs against everything that outsiders reach: routes, sockets, imports, zips. ``make fuzz`` tries 10,000.

Promised: no error we didn't intend (a 500, an exception), no input that costs 2 s of computing, no growth over 100 MB.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.services.sessions.session_bundle import AGENT, SESSION
from tests.fuzz.target import KEY, Outcome, Target

pytestmark = pytest.mark.unit

#: Inputs in all: a slice in every test run, all of them with ``make fuzz``.
INPUTS = int(os.environ.get("GREENROOM_FUZZ", "400"))
CPU_MAX_S, MEMORY_MAX = 2.0, 100 * 1024**2
#: Said in words by our own handlers: Agora is away, the twin is down, the disk is full.
INTENDED = (502, 503, 507)


def share(part: float) -> Any:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=max(20, int(INPUTS * part)), deadline=None, database=None, suppress_health_check=checks)


def held(outcome: Outcome) -> Outcome:
    """No exception that nobody handled, and bounded computing, which a busy machine doesn't lengthen."""
    assert outcome.error == ""
    assert outcome.cpu_s < CPU_MAX_S
    return outcome


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def target(folder: Path) -> Iterator[Target]:
    """The product in a process of its own, whose growth is measured from when everything has been used once."""
    opened = Target(folder)
    try:
        before = opened.memory()
        yield opened
        assert opened.memory() - before < MEMORY_MAX
    finally:
        opened.close()


WORDS = tuple(
    [
        "capability",
        "type",
        "text",
        "reason",
        "turn_id",
        "speaker",
        "session",
        "transcript",
        "properties",
        "llm",
        "headers",
        "url",
        "name",
        "agent_id",
        "priority",
        "greenroom",
        "settings",
        "tts",
        "params",
        "kind",
        "detail",
        "key",
        "was",
        "tab",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["${OPENAI_API_KEY}", "\x00", "\ud800", "=1+1", "https://evil.example", "ended", "user", "hello"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)
DEEP = st.sampled_from(
    ["[" * 100_000, '{"a":' * 50_000, "[" + "[]," * 20_000 + "[]]", '"' + "\\u0000" * 20_000 + '"', "1" * 6_000]
)
BODIES = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()) | DEEP.map(str.encode)
PARAMETERS = ("profile", "channel", "until", "key", "debug", "llm_url", "voice_id")
HEADERS = ("origin", "content-type", "agora-signature", "range", "cookie")
KINDS = ("heartbeat", "turn", "event", "typed", "say", "whisper", "interrupt", "activity", "agent_seen", "end ")
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
PARTS = st.sampled_from(["..", "%00", "%2e%2e", "a" * 300, "é", "recording", "done", "0", "-1", "9" * 30]) | st.text(max_size=12)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
PATHS = st.one_of(
    st.sampled_from(["/api/health", "/api/openapi.json", "/health", "/start-agent", "/hangup-agent", "/speak", "/renew-token"]),
    st.sampled_from(["/api/agora/notifications", "/api/calls/{id}/end", "/api/calls/{id}/recording/done", "/api/nope"]),
    st.builds("/api/calls/{{id}}/recording/{}/{}".format, PARTS, PARTS),
    st.sampled_from(["/client-keys", "/auth-check", "/g/{id}"]),
    st.builds("/api/guest/{}/{}".format, PARTS | st.just("{id}"), st.sampled_from(["welcome", "launch", "resume", "feedback"])),
    st.builds("/api/calls/{}/end".format, PARTS),
    st.builds("/api/sessions/{}/recording".format, PARTS),
    st.builds("/api/drafts/{}/text".format, PARTS),
    st.builds("/{}/{}".format, PARTS, PARTS),
)


@share(0.5)
@given(
    method=METHODS,
    path=PATHS,
    body=BODIES,
    query=st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=20), max_size=3),
    headers=st.dictionaries(st.sampled_from(HEADERS), HEADER, max_size=2),
    bearer=st.sampled_from([f"Bearer {KEY}", "{capability}", ""]),
)
def test_routes(target: Target, method, path, body, query, headers, bearer):
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    if bearer:
        sent["authorization"] = bearer.replace("{capability}", f"Bearer {target.capability}").encode()
    address = path.replace("{id}", target.session_id).encode("utf8", "replace").decode()
    known = {name: value.encode("utf8", "replace").decode() for name, value in query.items()}
    answer = held(target.do("request", method, address, body, known, sent)).answer
    if answer is None:
        return
    status, text = answer
    assert status < 500 or status in INTENDED, answer
    if status in INTENDED and method != "HEAD":
        assert '"error"' in text or '"status"' in text


ASKED = {
    "guest": ("welcome", "words", "launch", "resume", "feedback"),
    "blind": ("welcome", "ballot", "sample", "vote", "feedback"),
    "watch": ("enter", "look", "note"),
}
FIELDS = ("password", "session_id", "capability", "comment", "voter", "ballot", "side", "choice", "why", "text", "author")
WRITTEN = st.text(max_size=40) | st.sampled_from(["\x00", "\ud800", "a\ud800\x00b", "x" * 3000, "\u202e", "a", "b", "up"])


@share(0.2)
@given(
    data=st.data(),
    texts=st.dictionaries(st.sampled_from(FIELDS), WRITTEN, max_size=4),
    others=st.dictionaries(st.sampled_from(["stars", "thumb", "consent", "text"]), LEAVES, max_size=2),
)
def test_requests_with_the_right_key_of_a_link(
    target: Target, data: st.DataObject, texts: dict[str, str], others: dict[str, Any]
):
    link = data.draw(st.sampled_from(sorted(ASKED)))
    answer = held(target.do("link", link, data.draw(st.sampled_from(ASKED[link])), {**texts, **others})).answer
    assert answer[0] < 500 or answer[0] in INTENDED, answer


MESSAGES = st.lists(
    st.one_of(
        JSON.map(json.dumps),
        st.text(max_size=60).map(lambda text: text.encode("utf8", "replace").decode()),
        DEEP,
        st.builds(
            lambda kind, rest: json.dumps({**(rest if isinstance(rest, dict) else {}), "type": kind}),
            st.sampled_from(KINDS),
            JSON,
        ),
        st.binary(max_size=50),
    ),
    max_size=6,
)


@share(0.1)
@given(messages=MESSAGES, honest=st.booleans())
def test_sockets(target: Target, messages: list[str | bytes], honest: bool):
    held(target.do("socket", messages, honest))


FILES = st.one_of(
    JSON.map(json.dumps),
    st.text(max_size=300),
    DEEP,
    st.text(max_size=80).map(lambda text: f"curl https://x -d '{text}'"),
    JSON.map(lambda value: json.dumps({"greenroom": 1, "name": "x", "settings": value})),
    JSON.map(lambda value: json.dumps({"name": "x", "properties": value})),
)


@share(0.25)
@given(text=FILES)
def test_imports(target: Target, text: str):
    held(target.do("read", text))


@share(0.15)
@given(
    document=JSON | st.dictionaries(st.sampled_from(["greenroom_session", "session", "transcript", "events", "tags"]), JSON),
    agent=BODIES,
    method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]),
    place=st.integers(0, 4000),
    byte=st.integers(0, 255),
    cut=st.integers(0, 60),
)
def test_zips(target: Target, document: Any, agent: bytes, method: int, place: int, byte: int, cut: int):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(SESSION, json.dumps(document))
        archive.writestr(AGENT, agent)
    data = bytearray(out.getvalue())
    data[place % len(data)] = byte
    held(target.do("unpack", bytes(data[: len(data) - cut])))


def test_the_folder_holds_no_more_than_its_files(target: Target, folder: Path):
    """What was refused has left nothing behind."""
    names = {path.name for path in folder.rglob("*")}
    assert not [name for name in names if name.endswith((".new", ".half"))]
