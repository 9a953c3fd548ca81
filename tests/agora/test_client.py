"""The client against a real server: what it sends, what it makes of each answer, and when it asks again."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator

import pytest

from greenroom.agora.client import AgoraClient, BasicAuth, TokenAuth
from greenroom.agora.tokens import read_token
from greenroom.errors import AgoraBusy, AgoraError, AgoraRefused, AgoraUnreachable
from tests.agora.scripted_server import AgoraRequest, ScriptedReply, ScriptedServer, run
from tests.conftest import PATIENCE_S

pytestmark = pytest.mark.unit

APP_ID = "0123456789abcdef0123456789abcdef"
CERTIFICATE = "fedcba9876543210fedcba9876543210"
PATH = f"/api/conversational-ai-agent/v2/projects/{APP_ID}"
PROPERTIES = {"channel": "lobby", "agent_rtc_uid": "100", "token": "t", "remote_rtc_uids": ["1"]}
STARTED = {"agent_id": "A42", "create_ts": 1_790_000_000, "status": "STARTING"}
ACCEPTED = {"agent_id": "A42", "channel": "lobby", "start_ts": 1_790_000_000}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    yield from run()


class Pauses(list[float]):
    """Remembers how long the client wanted to wait, without waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def client(server: ScriptedServer, pauses: Pauses) -> Iterator[AgoraClient]:
    client = AgoraClient(server.url, APP_ID, TokenAuth(APP_ID, CERTIFICATE), timeout=PATIENCE_S, pause=pauses)
    yield client
    client.close()


def refusal(status: int, reason: str = "", detail: str = "because", **headers: str) -> ScriptedReply:
    return ScriptedReply(status, {"detail": detail, "reason": reason}, headers)


def only(server: ScriptedServer) -> AgoraRequest:
    (asked,) = server.asked
    return asked


# ── what is sent, and what is made of the answer


def test_join_sends_name_and_properties_with_a_token_for_channel_and_agent(server: ScriptedServer, client: AgoraClient):
    """Rows 7, 17: the header carries a combined token signed for the agent's own seat."""
    server.says(ScriptedReply(body=STARTED))
    started = client.join("ava", PROPERTIES)
    asked = only(server)
    assert (started.agent_id, started.status) == ("A42", "STARTING")
    assert (asked.method, asked.path) == ("POST", f"{PATH}/join")
    assert asked.json == {"name": "ava", "properties": PROPERTIES}
    assert asked.authorization.startswith("agora token=007")
    grant = read_token(asked.authorization.removeprefix("agora token="), CERTIFICATE)
    assert (grant.channel, grant.uid, grant.rtm_user) == ("lobby", "100", "100")


def test_basic_authentication_sends_customer_id_and_secret(server: ScriptedServer):
    server.says(ScriptedReply(body=STARTED))
    client = AgoraClient(server.url, APP_ID, BasicAuth("customer", "s3cret"))
    client.join("ava", PROPERTIES)
    kind, value = only(server).authorization.split(" ")
    assert (kind, base64.b64decode(value)) == ("Basic", b"customer:s3cret")


def test_each_method_calls_its_own_endpoint(server: ScriptedServer, client: AgoraClient):
    calls: list[tuple[Callable[[], object], str, str, object]] = [
        (
            lambda: client.update("A42", {"llm": {"params": {}}}),
            "POST",
            "/agents/A42/update",
            {"properties": {"llm": {"params": {}}}},
        ),
        (lambda: client.get("A42"), "GET", "/agents/A42", None),
        (lambda: client.interrupt("A42"), "POST", "/agents/A42/interrupt", {}),
        (
            lambda: client.speak("A42", "hi", priority="APPEND", interruptable=False),
            "POST",
            "/agents/A42/speak",
            {"text": "hi", "priority": "APPEND", "interruptable": False},
        ),
        (
            lambda: client.think("A42", "hi", on_speaking_action="append", metadata={"a": "b"}),
            "POST",
            "/agents/A42/think",
            {
                "text": "hi",
                "on_listening_action": "interrupt",
                "on_thinking_action": "interrupt",
                "on_speaking_action": "append",
                "interruptable": True,
                "metadata": {"a": "b"},
            },
        ),
        (lambda: client.history("A42"), "GET", "/agents/A42/history", None),
        (lambda: client.turns("A42"), "GET", "/agents/A42/turns?page_index=1&page_size=50", None),
        (lambda: client.list(limit=5), "GET", "/agents?state=2&limit=5", None),
    ]
    for call, method, path, body in calls:
        server.says(ScriptedReply(body=ACCEPTED | {"status": "RUNNING"}))
        call()
        asked = only(server)
        assert (asked.method, asked.path) == (method, PATH + path)
        assert (asked.json if asked.body else None) == body


def test_get_tells_why_an_agent_ended(server: ScriptedServer, client: AgoraClient):
    """Row 27."""
    server.says(
        ScriptedReply(body={"agent_id": "A42", "status": "FAILED", "message": "agent exits with reason: RTC connection error"})
    )
    state = client.get("A42")
    assert (state.status, state.message) == ("FAILED", "agent exits with reason: RTC connection error")


def test_list_reads_a_page(server: ScriptedServer, client: AgoraClient):
    """Row 27: strays can be found."""
    item = {"agent_id": "A1", "status": "RUNNING", "start_ts": 5}
    server.says(ScriptedReply(body={"data": {"count": 1, "list": [item]}, "meta": {"cursor": "A1", "total": 7}, "status": "ok"}))
    page = client.list(channel="lobby")
    assert [(a.agent_id, a.status, a.started_at) for a in page.agents] == [("A1", "RUNNING", 5)]
    assert (page.total, page.cursor) == (7, "A1")


def test_turns_are_collected_from_all_pages_with_their_stages(server: ScriptedServer, client: AgoraClient):
    """Row 89: the latency of each stage; REST sends them as an array, the webhook as an object."""
    array = {"e2e_latency_ms": 900, "segmented_latency_ms": [{"name": "llm_ttft", "latency": 210}, {"bad": 1}]}
    mapping = {"segmented_latency_ms": {"tts_ttfb": 80}}
    first = {"turn_id": 1, "start": {"start_at": 10, "type": "greeting"}, "end": {"end_at": 20, "type": "ok"}, "metrics": mapping}
    second = {"turn_id": 2, "start": {"type": "voice_input"}, "end": {"type": "interrupted"}, "metrics": array}
    server.says(
        ScriptedReply(body={"turns": [first], "total_turn_count": 2, "pagination": {"is_last_page": False}}),
        ScriptedReply(body={"turns": [second], "total_turn_count": 2, "pagination": {"is_last_page": True}}),
    )
    turns = client.turns("A42")
    assert [(t.turn_id, t.started_by, t.ended_by, t.latency_ms, t.segments) for t in turns] == [
        (1, "greeting", "ok", None, {"tts_ttfb": 80}),
        (2, "voice_input", "interrupted", 900, {"llm_ttft": 210}),
    ]


def test_an_agent_whose_start_was_unclear_is_found_by_its_name(server: ScriptedServer, client: AgoraClient):
    server.says(
        ScriptedReply(body={"data": {"list": [{"agent_id": "A1"}, {"agent_id": "A2"}]}}),
        ScriptedReply(body={"agent_id": "A1", "status": "RUNNING", "name": "somebody else"}),
        ScriptedReply(body={"agent_id": "A2", "status": "RUNNING", "name": "ava"}),
    )
    assert client.find_by_name("ava", channel="lobby") == "A2"


# ── leave


def test_leave_of_an_agent_that_is_gone_is_no_error(server: ScriptedServer, client: AgoraClient):
    """Row 22: hanging up twice is the same as once."""
    server.says(ScriptedReply(200, b""), refusal(404, "TaskNotFound"))
    client.leave("A42")
    client.leave("A42")
    assert [asked.path for asked in server.asked] == [f"{PATH}/agents/A42/leave"] * 2


def test_leave_is_sent_again_until_it_gets_through(server: ScriptedServer, client: AgoraClient, pauses: Pauses):
    server.says(refusal(500, "InternalError"), ScriptedReply(reset=True), ScriptedReply(200))
    client.leave("A42")
    assert len(server.asked) == 3
    assert pauses == [0.3, 0.6]


def test_repeats_are_bounded(server: ScriptedServer, client: AgoraClient, pauses: Pauses):
    server.says(refusal(503, "ServiceUnavailable"))
    with pytest.raises(AgoraBusy):
        client.get("A42")
    assert len(server.asked) == 3
    assert len(pauses) == 2


# ── refusals


@pytest.mark.parametrize(
    ("status", "reason", "message", "advice"),
    [
        (400, "MissingRequiredField", "that Agora requires is missing", "Fill in"),
        (400, "InvalidFieldValue", "rejected a setting", "Fix the setting"),
        (400, "InvalidRequestBody", "couldn't read", "additional JSON"),
        (400, "", "rejected the request", "Fix what Agora reports"),
        (401, "", "rejected the credentials", "AGORA_APP_CERTIFICATE"),
        (403, "ServiceNotEnabled", "isn't enabled", "Enable Conversational AI"),
        (403, "AccountSuspended", "suspended", "Agora Console"),
        (404, "TaskNotFound", "can't find this agent", "Launch a new call"),
        (409, "TaskConflict", "already running", "Running agents page"),
        (422, "ResourceQuotaLimitExceeded", "limit of concurrent agents", "End a running call"),
    ],
)
def test_a_refusal_says_what_happened_and_what_to_do(
    server: ScriptedServer, client: AgoraClient, status: int, reason: str, message: str, advice: str
):
    """Row 18: Agora's status and its own words reach the person, with advice; nothing is tried again."""
    server.says(ScriptedReply(status, {"detail": "the detail", "reason": reason}, {"Agora-Request-Id": "r-1"}))
    with pytest.raises(AgoraRefused) as refused:
        client.join("ava", PROPERTIES)
    error = refused.value
    assert message in str(error)
    assert str(error).endswith("Agora says: the detail")
    assert advice in error.advice
    assert (error.status, error.reason, error.request_id) == (status, reason, "r-1")
    assert (error.retryable, error.maybe_started) == (False, False)
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "unclear"), [(500, True), (502, True), (503, False), (504, True), (429, False)])
def test_a_start_that_meets_a_busy_agora_is_not_repeated(
    server: ScriptedServer, client: AgoraClient, pauses: Pauses, status: int, unclear: bool
):
    """Row 18: repeating a start could leave two agents; the error says whether one may be running."""
    server.says(refusal(status))
    with pytest.raises(AgoraBusy) as busy:
        client.join("ava", PROPERTIES)
    assert (busy.value.status, busy.value.retryable, busy.value.maybe_started) == (status, True, unclear)
    assert (len(server.asked), pauses) == (1, [])


@pytest.mark.parametrize("status", [429, 503])
def test_a_start_is_repeated_once_when_agora_says_when(server: ScriptedServer, client: AgoraClient, pauses: Pauses, status: int):
    server.says(ScriptedReply(status, {"detail": "slow down"}, {"Retry-After": "2"}), ScriptedReply(body=STARTED))
    assert client.join("ava", PROPERTIES).agent_id == "A42"
    assert pauses == [2.0]


@pytest.mark.parametrize("header", ["60", "soon", "-1", "9" * 30, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_start_does_not_wait_for_long_or_for_ever(server: ScriptedServer, client: AgoraClient, pauses: Pauses, header: str):
    server.says(ScriptedReply(429, {"detail": "slow down"}, {"Retry-After": header}))
    with pytest.raises(AgoraBusy) as busy:
        client.join("ava", PROPERTIES)
    assert (len(server.asked), pauses) == (1, [])
    assert ("60 s" in busy.value.advice) == (header == "60")


# ── no answer, or not Agora's


def test_a_start_without_an_answer_may_have_happened(server: ScriptedServer):
    """Row 18: time-out. The caller must look for the agent; the client does not press again."""
    server.says(ScriptedReply(hang=True))
    client = AgoraClient(server.url, APP_ID, TokenAuth(APP_ID, CERTIFICATE), timeout=0.2)
    with pytest.raises(AgoraUnreachable, match="respond in time") as lost:
        client.join("ava", PROPERTIES)
    assert lost.value.maybe_started
    assert len(server.asked) == 1


def test_a_connection_that_breaks_during_a_start_may_have_started_it(server: ScriptedServer, client: AgoraClient):
    """Row 18: connection reset."""
    server.says(ScriptedReply(reset=True))
    with pytest.raises(AgoraUnreachable, match="was lost") as lost:
        client.join("ava", PROPERTIES)
    assert lost.value.maybe_started
    assert len(server.asked) == 1


def test_an_address_where_nobody_listens_started_nothing(pauses: Pauses):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    client = AgoraClient(url, APP_ID, TokenAuth(APP_ID, CERTIFICATE), pause=pauses)
    with pytest.raises(AgoraUnreachable, match="reach Agora") as lost:
        client.join("ava", PROPERTIES)
    assert not lost.value.maybe_started
    assert "AGORA_REST_BASE_URL" in lost.value.advice


def unreachable() -> str:
    """An address where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}"


def test_a_start_goes_to_the_next_address_of_the_area_when_the_first_cannot_be_reached(server: ScriptedServer, pauses: Pauses):
    server.says(ScriptedReply(body=STARTED), ScriptedReply(body=STARTED))
    auth = TokenAuth(APP_ID, CERTIFICATE)
    client = AgoraClient(unreachable(), APP_ID, auth, pause=pauses, others=(unreachable(), server.url))
    assert client.join("ava", PROPERTIES).agent_id == "A42"
    client.update("A42", {})
    assert (len(server.asked), pauses) == (2, [])


def test_a_start_that_was_sent_is_not_sent_to_another_address(server: ScriptedServer, pauses: Pauses):
    server.says(refusal(500), ScriptedReply(body=STARTED))
    client = AgoraClient(server.url, APP_ID, TokenAuth(APP_ID, CERTIFICATE), pause=pauses, others=(server.url,))
    with pytest.raises(AgoraBusy):
        client.join("ava", PROPERTIES)
    assert len(server.asked) == 1


def test_when_no_address_can_be_reached_the_error_says_so(pauses: Pauses):
    client = AgoraClient(unreachable(), APP_ID, TokenAuth(APP_ID, CERTIFICATE), pause=pauses, others=(unreachable(),))
    with pytest.raises(AgoraUnreachable, match="reach Agora") as lost:
        client.join("ava", PROPERTIES)
    assert not lost.value.maybe_started


@pytest.mark.parametrize(
    ("status", "detail", "advice"),
    [
        (503, "allocate failed, please check if the appid is valid", "AGORA_APP_ID"),
        (503, "core: allocate failed: check the appid", "AGORA_APP_ID"),
        (400, "Missing required field: properties.agent_rtc_uid.", "agent_rtc_uid"),
        (400, "remote_rtc_uids is required", "remote_rtc_uids"),
        (400, "Missing required field: properties.token.", "AGORA_APP_CERTIFICATE"),
        (503, "invalid token", "AGORA_APP_CERTIFICATE"),
    ],
)
def test_a_missing_uid_or_token_explains_itself(
    server: ScriptedServer, client: AgoraClient, status: int, detail: str, advice: str
):
    server.says(refusal(status, detail=detail))
    with pytest.raises(AgoraError) as refused:
        client.join("ava", PROPERTIES)
    assert advice in refused.value.advice
    assert "Wait a few seconds" not in refused.value.advice


def test_a_proxy_of_the_machine_is_not_asked_for_the_way_to_itself(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.says(ScriptedReply(body=STARTED))
    client = AgoraClient(server.url, APP_ID, TokenAuth(APP_ID, CERTIFICATE))
    assert client.join("ava", PROPERTIES).agent_id == "A42"


@pytest.mark.parametrize("address", ["ftp://agora.example", "http://[", "agora"])
def test_an_address_that_is_no_address_is_named_as_the_fault(address: str):
    client = AgoraClient(address, APP_ID, TokenAuth(APP_ID, CERTIFICATE))
    with pytest.raises(AgoraUnreachable) as lost:
        client.get("A42")
    assert "AGORA_REST_BASE_URL" in lost.value.advice


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        pytest.param(ScriptedReply(200, b"<html>Sign in</html>", {"Content-Type": "text/html"}), "a web page", id="html"),
        pytest.param(ScriptedReply(200, b"{half"), "isn't JSON", id="invalid-json"),
        pytest.param(ScriptedReply(200, b"\xff\xfe\x00"), "isn't JSON", id="bytes"),
        pytest.param(ScriptedReply(200, b"[" * 50_000), "isn't JSON", id="deep"),
        pytest.param(ScriptedReply(200, b"[]"), "expected object, got array", id="list"),
        pytest.param(ScriptedReply(200, {"status": "RUNNING"}), "missing required field agent_id", id="field-missing"),
        pytest.param(
            ScriptedReply(200, {"agent_id": "A", "create_ts": "soon"}), "create_ts: expected int, got str", id="field-wrong"
        ),
        pytest.param(ScriptedReply(200, b'{"agent_id":"A","create_ts":1e999}'), "isn't JSON", id="infinite"),
        pytest.param(ScriptedReply(302, b"", {"Location": "https://login.example"}), "a redirect", id="redirect"),
        pytest.param(ScriptedReply(403, b"<html>blocked</html>", {"Content-Type": "text/html"}), "a web page", id="proxy"),
    ],
)
def test_an_answer_that_is_not_agoras_is_named_as_such(
    server: ScriptedServer, client: AgoraClient, answer: ScriptedReply, what: str
):
    """Row 18: HTML and invalid JSON."""
    server.says(answer)
    with pytest.raises(AgoraUnreachable) as lost:
        client.join("ava", PROPERTIES)
    assert what in str(lost.value)
    assert "proxy" in lost.value.advice
    assert lost.value.maybe_started == (answer.status < 400)


def test_a_page_from_a_gateway_in_front_of_agora_is_agora_being_busy(server: ScriptedServer, client: AgoraClient):
    server.says(ScriptedReply(504, b"<html>Gateway Time-out</html>", {"Content-Type": "text/html"}))
    with pytest.raises(AgoraBusy, match="took too long") as busy:
        client.join("ava", PROPERTIES)
    assert busy.value.maybe_started


@pytest.mark.parametrize("read", ["get", "history", "turns"])
@pytest.mark.parametrize("body", [b'{"contents": 1, "turns": 1, "agent_id": 1}', b'{"contents":[1],"turns":[1],"status":[]}'])
def test_fields_of_the_wrong_kind_never_raise_anything_else(server: ScriptedServer, client: AgoraClient, read: str, body: bytes):
    server.says(ScriptedReply(200, body))
    with pytest.raises(AgoraUnreachable):
        getattr(client, read)("A42")


# ── secrets


def test_no_secret_is_in_any_message_or_repr(server: ScriptedServer):
    """Row 94: keys, tokens and certificates stay inside, even when Agora quotes them."""
    secrets = ["planted-llm-key", "planted-tts-key", "planted-customer", "planted-password", CERTIFICATE]
    properties = PROPERTIES | {
        "llm": {"api_key": secrets[0], "params": {"max_tokens": 99}},
        "tts": {"params": {"key": secrets[1], "credentials": {"inner": "planted-inner"}}},
    }
    server.says(refusal(400, "InvalidFieldValue", f"bad {secrets[0]} {secrets[1]} planted-inner at max_tokens"))
    shown: list[str] = []
    for auth in (BasicAuth(secrets[2], secrets[3]), TokenAuth(APP_ID, CERTIFICATE)):
        client = AgoraClient(server.url, APP_ID, auth)
        with pytest.raises(AgoraError) as refused:
            client.join("ava", properties)
        shown += [str(refused.value), repr(refused.value), repr(client), repr(auth), refused.value.advice]
    text = "\n".join(shown)
    assert not [
        secret for secret in [*secrets, "planted-inner", APP_ID] if secret in text.replace(repr(TokenAuth(APP_ID, "")), "")
    ]
    assert "max_tokens" in text
