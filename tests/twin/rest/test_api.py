"""The ten endpoints over HTTP: what they take, what they answer, and what they say to nonsense."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.twin.rest.rehearsal import ROOT, Rehearsal, join_body, rehearse

pytestmark = pytest.mark.unit


@pytest.fixture
async def twin():
    async with rehearse() as rehearsal:
        yield rehearsal


def fault(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["reason"], body["detail"]


async def test_join_answers_with_id_time_and_status(twin: Rehearsal):
    """Row 17."""
    answer = (await twin.post("/join", join_body())).json()
    assert answer == {"agent_id": answer["agent_id"], "create_ts": int(twin.clock.now().timestamp()), "status": "STARTING"}
    assert len(answer["agent_id"]) == 32


async def test_unknown_fields_are_accepted_and_kept(twin: Rehearsal):
    await twin.join(of_tomorrow={"deep": [1]}, llm={"url": "http://x", "new": True})
    assert twin.talks[0].properties["of_tomorrow"] == {"deep": [1]}
    assert twin.talks[0].properties["llm"]["new"] is True


async def test_what_is_read_differently_is_said_to_who_asked(twin: Rehearsal):
    avatar = {
        "enable": True,
        "vendor": "heygen",
        "params": {"api_key": "k", "quality": "high", "agora_uid": "7", "agora_token": ""},
    }
    answer = await twin.post("/join", join_body(avatar=avatar))
    note = "The avatar vendor heygen is now called liveavatar."
    assert answer.headers["greenroom-note"] == note
    asked = await twin.http.get(f"{ROOT}/agents/{answer.json()['agent_id']}", headers=twin.header())
    assert asked.json()["message"] == f"OK {note}"


async def test_an_agent_that_may_have_any_uid_gets_one(twin: Rehearsal):
    await twin.join(agent_rtc_uid="0")
    assert int(twin.talks[0].properties["agent_rtc_uid"]) > 0


async def test_the_chinese_prefix_serves_the_same(twin: Rehearsal):
    answer = await twin.http.post("/cn" + ROOT + "/join", json=join_body(), headers=twin.header())
    assert (await twin.status(answer.json()["agent_id"]))[0] in ("STARTING", "RUNNING")


async def test_what_is_said_reaches_the_talk_with_agoras_defaults(twin: Rehearsal):
    agent_id = await twin.join()
    accepted = {"agent_id": agent_id, "channel": "lobby", "start_ts": int(twin.clock.now().timestamp())}
    for path, body in (("speak", {"text": "hi"}), ("think", {"text": "why"}), ("interrupt", None)):
        assert (await twin.post(f"/agents/{agent_id}/{path}", body)).json() == accepted
    await twin.post(f"/agents/{agent_id}/speak", {"text": "x", "priority": "APPEND", "interruptable": False})
    assert twin.talks[0].asked == [
        ("speak", ("hi", "INTERRUPT", True)),
        (
            "think",
            (
                "why",
                {
                    "on_listening_action": "interrupt",
                    "on_thinking_action": "interrupt",
                    "on_speaking_action": "ignore",
                    "interruptable": True,
                    "metadata": {},
                },
            ),
        ),
        ("interrupt", None),
        ("speak", ("x", "APPEND", False)),
    ]


async def test_update_hands_on_the_properties(twin: Rehearsal):
    agent_id = await twin.join()
    change = {"llm": {"system_messages": [{"role": "system", "content": "short"}], "params": {"temperature": 0}}}
    answer = await twin.post(f"/agents/{agent_id}/update", {"properties": change})
    assert (answer.json()["agent_id"], answer.json()["status"]) == (agent_id, "RUNNING")
    assert twin.talks[0].asked == [("update", change)]


async def test_history_is_for_running_agents_only(twin: Rehearsal):
    agent_id = await twin.join()
    answer = (await twin.get(f"/agents/{agent_id}/history")).json()
    assert (answer["status"], answer["contents"]) == ("RUNNING", [{"role": "assistant", "content": "hello"}])
    await twin.post(f"/agents/{agent_id}/leave")
    await twin.becomes(agent_id, "STOPPED")
    assert fault(await twin.get(f"/agents/{agent_id}/history"))[:2] == (404, "TaskNotFound")


async def test_turns_come_in_pages(twin: Rehearsal):
    agent_id = await twin.join()
    first = (await twin.get(f"/agents/{agent_id}/turns")).json()
    last = (await twin.get(f"/agents/{agent_id}/turns?page_index=3&page_size=50")).json()
    assert (first["name"], first["channel"], first["total_turn_count"]) == ("ava", "lobby", 120)
    assert first["pagination"] == {"page_index": 1, "total_pages": 3, "is_last_page": False}
    assert [turn["turn_id"] for turn in last["turns"]] == list(range(101, 121))
    assert last["pagination"]["is_last_page"] is True


async def test_the_list_filters_and_pages(twin: Rehearsal):
    """Row 27: agents that run can be found, by state, channel and time."""
    ids = []
    for number in range(5):
        ids.append(await twin.join(f"n{number}", channel="odd" if number % 2 else "even"))
        await twin.becomes(ids[-1], "RUNNING")
        twin.clock.pass_by(10)
    await twin.post(f"/agents/{ids[0]}/leave")
    await twin.becomes(ids[0], "STOPPED")

    async def listed(query: str) -> dict[str, Any]:
        return (await twin.get(f"/agents?{query}")).json()

    def names(answer: dict[str, Any]) -> list[int]:
        return [ids.index(item["agent_id"]) for item in answer["data"]["list"]]

    assert names(await listed("")) == [4, 3, 2, 1]
    assert names(await listed("channel=odd")) == [3, 1]
    assert names(await listed("state=4")) == [0]
    assert names(await listed("state=0,1,2,4")) == [4, 3, 2, 1, 0]
    start = int(twin.clock.now().timestamp()) - 50
    assert names(await listed(f"from_time={start + 15}.5&to_time={start + 35}")) == [3, 2]
    page = await listed("limit=3")
    assert (names(page), page["data"]["count"], page["meta"]["total"], page["status"]) == ([4, 3, 2], 3, 4, "ok")
    rest = await listed(f"limit=3&cursor={page['meta']['cursor']}")
    assert (names(rest), rest["meta"]["cursor"]) == ([1], "")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["", "/leave", "/update", "/speak", "/think", "/interrupt", "/history", "/turns"])
async def test_an_unknown_agent_is_not_found(twin: Rehearsal, method: str, path: str):
    if (method == "get") != (path in ("", "/history", "/turns")):
        return
    body = {"text": "x", "properties": {}} if method == "post" else None
    answer = await twin.http.request(method, f"{ROOT}/agents/nobody{path}", json=body, headers=twin.header())
    assert fault(answer)[:2] == (404, "TaskNotFound")


@pytest.mark.parametrize(
    ("path", "body", "reason", "detail"),
    [
        ("speak", {}, "MissingRequiredField", "Missing required field: text."),
        ("speak", {"text": "é" * 257}, "InvalidFieldValue", "Invalid value at text: must be at most 512 bytes."),
        ("speak", {"text": "x", "priority": "NOW"}, "InvalidFieldValue", "INTERRUPT, APPEND, IGNORE"),
        ("speak", {"text": ["x"]}, "InvalidFieldValue", "text: must be a string"),
        ("speak", {"text": "x", "interruptable": "yes"}, "InvalidFieldValue", "interruptable: must be true or false"),
        ("think", {"text": ""}, "InvalidFieldValue", "text: must not be empty"),
        ("think", {"text": "x", "on_speaking_action": "inject"}, "InvalidFieldValue", "on_speaking_action"),
        ("think", {"text": "x", "metadata": {"a": 1}}, "InvalidFieldValue", "metadata: must be an object of strings"),
        ("update", {}, "MissingRequiredField", "Missing required field: properties."),
        ("update", {"properties": {"llm": {"params": []}}}, "InvalidFieldValue", "properties.llm.params: must be an object"),
    ],
)
async def test_a_request_with_a_fault_is_told_the_field(twin: Rehearsal, path: str, body: Any, reason: str, detail: str):
    agent_id = await twin.join()
    status, said, text = fault(await twin.post(f"/agents/{agent_id}/{path}", body))
    assert (status, said) == (400, reason)
    assert detail in text


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=²", "from_time=-5", "to_time=1e9", "state=9", "state=RUNNING", "cursor=none"]
)
async def test_a_query_that_cannot_be_is_told_so(twin: Rehearsal, query: str):
    assert fault(await twin.get(f"/agents?{query}"))[:2] == (400, "InvalidFieldValue")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b"\xff\xfe\xfa", "not valid JSON"),
        (b'{"name": NaN}', "not valid JSON"),
        (b'{"name": 1e999}', "out of range"),
        (b'{"name": "\\ud800"}', "not valid JSON"),
        (b'{"name": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"name": ' + b"9" * 5000 + b"}", "out of range"),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(twin: Rehearsal, raw: bytes, why: str):
    status, reason, detail = fault(await twin.http.post(ROOT + "/join", content=raw, headers=twin.header()))
    assert (status, reason) == (400, "InvalidRequestBody")
    assert why in detail


async def test_a_body_over_a_mebibyte_is_refused(twin: Rehearsal):
    raw = json.dumps(join_body(padding="x" * (1 << 20))).encode()
    assert fault(await twin.http.post(ROOT + "/join", content=raw, headers=twin.header()))[0] == 413


async def test_a_hundred_kilobytes_of_prompt_are_fine(twin: Rehearsal):
    prompt = {"url": "http://x", "system_messages": [{"role": "system", "content": "☃ <b>" * 20_000}]}
    await twin.join(llm=prompt)
    assert twin.talks[0].properties["llm"] == prompt


async def test_names_may_be_emoji_and_markup(twin: Rehearsal):
    agent_id = await twin.join("🦜 <script>alert(1)</script>")
    assert (await twin.get(f"/agents/{agent_id}")).json()["name"] == "🦜 <script>alert(1)</script>"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{ROOT}/join", 405),
        ("DELETE", f"{ROOT}/agents", 405),
        ("POST", f"{ROOT}/agents/x/dance", 404),
        ("GET", f"{ROOT}/agents/../../../../etc/passwd", 404),
        ("GET", f"{ROOT}/agents/%2e%2e%2fjoin", 404),
        ("GET", f"{ROOT}/agents/%00", 404),
        ("GET", f"{ROOT}/agents/{'x' * 5000}", 404),
        ("GET", f"{ROOT}/agents/%ff%fe", 404),
        ("POST", f"{ROOT}/call", 501),
        ("GET", f"{ROOT}/calls/x", 501),
        ("GET", "/api/conversational-ai-agent/v2", 404),
        ("GET", "/api/conversational-ai-agent/v2/nothing", 404),
    ],
)
async def test_paths_that_are_none_get_a_documented_body(twin: Rehearsal, method: str, path: str, status: int):
    answer = await twin.http.request(method, path, headers=twin.header(), follow_redirects=True)
    assert answer.status_code == status
    assert set(answer.json()) == {"detail", "reason"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_KNOWN = [
    "channel",
    "token",
    "agent_rtc_uid",
    "remote_rtc_uids",
    "enable_string_uid",
    "idle_timeout",
    "labels",
    "geofence",
    "advanced_features",
    "rtc",
    "asr",
    "tts",
    "llm",
    "mllm",
    "turn_detection",
    "interruption",
    "parameters",
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(_KNOWN), _JSON, max_size=4), name=_JSON)
async def test_no_join_body_breaks_the_twin(changes: dict[str, Any], name: Any):
    """Garbage in any field is a documented 400, or is taken; never a 500."""
    async with rehearse() as twin:
        body = join_body() | {"name": name}
        body["properties"] |= changes
        answer = await twin.http.post(ROOT + "/join", content=json.dumps(body), headers=twin.header())
        assert answer.status_code in (200, 400), answer.text
        assert answer.status_code == 200 or set(answer.json()) == {"detail", "reason"}


@settings(max_examples=100, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.sampled_from(["/join", "/agents", "/agents/x/speak", "/agents/x/turns", "/agents/x/update", "/zzz"]),
    raw=st.binary(max_size=200),
    query=st.dictionaries(st.sampled_from(["state", "limit", "cursor", "from_time", "page_index"]), st.text(max_size=9)),
)
async def test_no_request_breaks_the_twin(method: str, path: str, raw: bytes, query: dict[str, str]):
    async with rehearse() as twin:
        answer = await twin.http.request(method, ROOT + path, content=raw, params=query, headers=twin.header())
        assert answer.status_code < 500


async def test_a_bug_in_a_talk_is_agoras_internal_error_without_its_inside(twin: Rehearsal):
    agent_id = await twin.join()
    await twin.becomes(agent_id, "RUNNING")

    def broken() -> list[dict[str, Any]]:
        raise ZeroDivisionError("planted-secret")

    twin.talks[0].history = broken
    answer = await twin.get(f"/agents/{agent_id}/history")
    assert fault(answer) == (500, "InternalError", "Internal error.")
