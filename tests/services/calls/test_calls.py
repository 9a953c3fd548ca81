"""One call from ticket to record, over the real REST API of a real twin."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from greenroom.agora.tokens import read_token
from greenroom.catalog import rules
from greenroom.catalog.payload import payload
from greenroom.errors import AgoraError, Conflict, InvalidAgent, LimitReached, NotAllowed
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import Turn
from greenroom.services.agents import agent_files
from tests.conftest import until
from tests.databases import everything_in
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin


class LossyNetwork(httpx.BaseTransport):
    """The real network, with a fault at one path: before the server acted, after it, or instead of it."""

    def __init__(self, real: httpx.BaseTransport) -> None:
        self.real = real
        self.calls: list[str] = []
        self.lose_answer_of = ""
        self.refuse: tuple[str, int, dict[str, str]] | None = None
        self.hold: threading.Event | None = None
        self.held = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        verb = request.url.path.rsplit("/", 1)[-1]
        self.calls.append(verb)
        if self.refuse and self.refuse[0] == verb:
            return httpx.Response(self.refuse[1], json=self.refuse[2], request=request)
        answer = self.real.handle_request(request)
        answer.read()
        if verb == "join" and self.hold is not None:
            self.held.set()
            self.hold.wait(10)
        if verb == self.lose_answer_of:
            raise httpx.ReadTimeout("lost on the way back", request=request)
        return answer

    def count(self, verb: str) -> int:
        return self.calls.count(verb)


@pytest.fixture
def wired(twin, tmp_path):
    wires: list[LossyNetwork] = []

    def put(real: httpx.BaseTransport) -> LossyNetwork:
        wires.append(LossyNetwork(real))
        return wires[0]

    harness = make_harness(twin.url, tmp_path, transport=put)
    yield harness, wires[0]
    wires[0].refuse = None
    for session in harness.sessions.unfinished():
        harness.calls.end(session.id, "stopped")


def test_the_row_exists_before_the_agent_and_the_ticket_opens_one_channel_for_one_uid(harness):
    """rows 7, 13"""
    ticket = harness.calls.launch(LaunchRequest(harness.agents.list()[0].id))
    session = harness.session(ticket.session_id)
    grant = read_token(ticket.token, harness.config.app_certificate)
    assert (session.state, session.agora_agent_id) == ("launching", "")
    assert (grant.channel, grant.uid) == (ticket.channel, str(ticket.uid))
    assert ticket.uid != ticket.agent_uid


def test_the_ticket_says_whether_a_realtime_model_speaks_for_the_agent(harness):
    """Agora refuses to make one say a given text, so the stage doesn't offer it."""
    agent = harness.agents.list()[0]
    assert not harness.calls.launch(LaunchRequest(agent.id)).realtime
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "mllm.vendor": "openai"}, draft.revision)
    assert harness.calls.launch(LaunchRequest(agent.id)).realtime


def test_every_viewer_gets_a_uid_and_a_channel_of_its_own(harness):
    """rows 5, 8"""
    tickets = [harness.calls.launch(LaunchRequest(harness.agents.list()[0].id)) for _ in range(5)]
    assert len({t.uid for t in tickets}) == len({t.channel for t in tickets}) == 5


def test_the_agent_runs_after_the_browser_joined_and_is_gone_after_the_end(harness):
    """rows 17, 22"""
    session_id = harness.run()
    assert harness.agent_status(session_id) in ("STARTING", "RUNNING")
    assert harness.calls.end(session_id, "ended") is True
    assert harness.agent_status(session_id) in ("STOPPING", "STOPPED")
    session = harness.session(session_id)
    assert (session.state, session.end_reason, session.agent_stopped) == ("ended", "ended", True)


def test_many_ends_at_once_stop_the_agent_once(wired):
    """row 22"""
    harness, wire = wired
    session_id = harness.run()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda reason: harness.calls.end(session_id, reason), ["ended", "tab_closed"] * 4))
    assert done.count(True) == 1
    assert wire.count("leave") == 1
    assert harness.told.count((session_id, "ended")) == 1


def test_a_second_joined_message_starts_no_second_agent(wired):
    """row 12"""
    harness, wire = wired
    session_id = harness.run()
    assert harness.calls.start_agent(session_id).agent_id == harness.session(session_id).agora_agent_id
    assert wire.count("join") == 1


def test_a_launch_cancelled_while_the_start_is_on_its_way_leaves_no_agent(wired):
    """row 24"""
    harness, wire = wired
    wire.hold = threading.Event()
    session_id = harness.launch()
    with ThreadPoolExecutor(1) as pool:
        start = pool.submit(harness.calls.start_agent, session_id)
        assert wire.held.wait(10)
        harness.calls.end(session_id, "cancelled")
        wire.hold.set()
        with pytest.raises(Conflict):
            start.result(10)
    assert harness.agent_status(session_id) in ("STOPPING", "STOPPED")
    assert harness.session(session_id).agent_stopped


def test_a_start_whose_answer_was_lost_is_found_and_stopped(wired):
    """A join that timed out but succeeded: the caller gets its answer without waiting for an Agora that is silent, and the
    watchdog finds the agent."""
    harness, wire = wired
    wire.lose_answer_of = "join"
    session_id = harness.launch()
    with pytest.raises(AgoraError):
        harness.calls.start_agent(session_id)
    assert wire.calls == ["join"]
    assert harness.session(session_id).end_reason == "refused"
    harness.guard.tick()
    session = harness.session(session_id)
    assert session.agent_stopped
    live = harness.agora.list(channel=session.channel, agent_uid=session.agent_uid).agents
    assert live == ()


@pytest.mark.parametrize(
    ("status", "reason"),
    [(400, "InvalidFieldValue"), (401, ""), (403, "ServiceNotEnabled"), (409, "TaskConflict"), (422, "QuotaLimitExceeded")],
)
def test_a_refused_start_says_why_and_closes_the_session(wired, status, reason):
    """row 18"""
    harness, wire = wired
    wire.refuse = ("join", status, {"detail": "because of the test", "reason": reason})
    session_id = harness.launch()
    with pytest.raises(AgoraError) as refused:
        harness.calls.start_agent(session_id)
    session = harness.session(session_id)
    assert refused.value.advice
    assert session.end_reason == "refused"
    assert str(refused.value) in session.end_detail
    assert session.agent_stopped


def test_a_stop_that_failed_is_tried_again_until_it_is_confirmed(wired):
    harness, wire = wired
    session_id = harness.run()
    wire.refuse = ("leave", 403, {"detail": "not now", "reason": "InvalidPermission"})
    harness.calls.end(session_id, "ended")
    assert not harness.session(session_id).agent_stopped
    wire.refuse = None
    harness.guard.tick()
    assert harness.session(session_id).agent_stopped
    assert harness.agent_status(session_id) in ("STOPPING", "STOPPED")


def test_a_broken_draft_is_not_launched_and_every_fault_is_named(harness):
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "prompt.system": " ", "brain.temperature": 7}, draft.revision)
    with pytest.raises(InvalidAgent) as error:
        harness.calls.launch(LaunchRequest(agent.id))
    assert {p.setting for p in error.value.problems} == {"prompt.system", "brain.temperature"}
    assert harness.sessions.unfinished() == []


def test_the_cap_on_running_agents_refuses_the_next_launch(twin, tmp_path):
    """row 26"""
    harness = make_harness(twin.url, tmp_path, max_agents=1)
    harness.launch()
    with pytest.raises(LimitReached):
        harness.launch()


def test_apply_sends_the_changed_prompt_and_freezes_a_version(harness):
    """row 29"""
    session_id = harness.run()
    agent_id = harness.session(session_id).agent_id
    draft = harness.agents.draft(agent_id)
    harness.agents.save(agent_id, {**draft.settings, "prompt.system": "You answer in rhymes."}, draft.revision)
    assert harness.calls.pending_changes(session_id) == {"prompt.system": "live"}
    assert harness.calls.apply(session_id) == 2
    assert harness.calls.pending_changes(session_id) == {}
    assert "applied" in [event.kind for event in harness.sessions.transcript.events(session_id)]


def test_what_an_agent_leaves_to_agora_is_not_sent(harness):
    """An import without a temperature has none in the join body, as its request JSON shows, instead of our default."""
    llm = {"url": "https://a.example/v1", "system_messages": [{"role": "system", "content": "Hi"}]}
    tts = {"vendor": "microsoft", "params": {"region": "eastus", "voice_name": "en-US-AvaNeural"}}
    text = json.dumps({"properties": {"llm": llm, "tts": tts, "asr": {"language": "en-US"}}})
    settings = agent_files.understand(text).settings
    session = harness.session(harness.calls.launch(LaunchRequest(harness.agents.import_agent("Own", settings).id)).session_id)
    sent = harness.calls.runs.join_body(session)["properties"]
    assert {key: sent.get(key) for key in payload(settings, {})} == payload(settings, {})
    assert "params" not in sent["llm"]


def test_live_changes_send_no_key_to_the_model_server_that_the_call_began_with(harness):
    """The draft has another vendor since. Its key goes with the next start."""
    harness.credentials.store("OPENAI_API_KEY", "sk-canary-1234567890")
    own = {"llm.vendor": "compatible", "llm.compatible.url": "https://a.example", "llm.compatible.api_key": None}
    agent = harness.agents.import_agent("Own", {"prompt.system": "Hi", **own}).id
    session_id = harness.calls.launch(LaunchRequest(agent)).session_id
    harness.calls.start_agent(session_id)
    named = {"prompt.system": "Ho", "llm.vendor": "openai", "brain.params": {"api_key": "${OPENAI_API_KEY}"}}
    harness.agents.save(agent, named, harness.agents.draft(agent).revision)
    with pytest.raises(NotAllowed, match=r"would be sent to a\.example"):
        harness.calls.apply(session_id)


def test_a_restart_takes_over_with_the_changed_draft_and_stops_the_old_agent(twin, tmp_path):
    """rows 19, 29, 85: even where one agent is all that may run"""
    harness = make_harness(twin.url, tmp_path, max_agents=1)
    old = harness.run()
    agent = harness.session(old).agent_id
    draft = harness.agents.draft(agent)
    harness.agents.save(agent, {**draft.settings, "tts.openai.voice": "onyx"}, draft.revision)
    assert "restart" in harness.calls.pending_changes(old).values()
    new = harness.calls.restart(old).session_id
    harness.calls.start_agent(new)
    harness.calls.take_over(new)
    assert (harness.session(old).end_reason, harness.session(old).agent_stopped) == ("restarted", True)
    assert harness.calls.pending_changes(new) == {}
    assert harness.session(new).version_number == harness.session(old).version_number + 1


def test_a_restart_with_a_broken_draft_leaves_the_call_as_it_is(harness):
    session_id = harness.run()
    draft = harness.agents.draft(harness.session(session_id).agent_id)
    harness.agents.save(draft.agent_id, {**draft.settings, "prompt.system": ""}, draft.revision)
    with pytest.raises(InvalidAgent):
        harness.calls.restart(session_id)
    assert harness.session(session_id).state == "running"


def test_what_was_launched_stays_readable_whatever_is_edited_later(harness):
    session_id = harness.run()
    agent_id = harness.session(session_id).agent_id
    draft = harness.agents.draft(agent_id)
    before = dict(draft.settings)
    harness.agents.save(agent_id, {**draft.settings, "turns.semantic_silence": 900}, draft.revision)
    harness.calls.end(session_id, "ended")
    record = harness.records.get(session_id)
    assert dict(record.version.settings) == before
    assert rules.check(record.version.settings) == ()


def test_turns_are_in_the_record_as_soon_as_they_ended(harness):
    session_id = harness.run()
    harness.calls.record_turn(session_id, Turn(1, "user", "Do you take dogs? 🐕 <b>", 1000, 2200))
    harness.calls.record_turn(session_id, Turn(1, "agent", "We do.", 2700, 3500, latency_ms=510))
    record = harness.records.get(session_id)
    assert [t.text for t in record.turns] == ["Do you take dogs? 🐕 <b>", "We do."]
    assert (record.session.turn_count, record.session.median_latency_ms) == (2, 510)


def test_no_secret_is_stored_with_a_version(twin, tmp_path):
    """row 94"""
    harness = make_harness(twin.url, tmp_path, environ={"CUSTOM_LLM_API_KEY": "canary-key", "OPENAI_API_KEY": "canary-key"})
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    own = {"llm.vendor": "compatible", "llm.compatible.url": "http://127.0.0.1:9/v1/chat/completions"}
    harness.agents.save(agent.id, {**draft.settings, **own}, draft.revision)
    harness.credentials.store("MY_API_KEY", "canary-key")
    harness.keys.decide("CUSTOM_LLM_API_KEY", "http://127.0.0.1:9", "allowed")
    harness.services.tools.allow(agent.id, "127.0.0.1:9")
    session_id = harness.run()
    harness.calls.end(session_id, "ended")
    stored = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file()) + everything_in(harness.sessions._database)
    assert b"Linden House" in stored
    assert b"canary-key" not in stored
    assert harness.config.app_certificate.encode() not in stored


def test_the_same_clicks_go_to_the_cloud_with_another_address_and_no_edge_in_the_ticket(twin, tmp_path):
    """A twin behind AGORA_REST_BASE_URL plays the cloud's REST API; media would go over Agora's own network."""
    harness = make_harness(twin.url, tmp_path, place="cloud")
    ticket = harness.calls.launch(LaunchRequest(harness.agents.list()[0].id))
    assert (ticket.place, ticket.edge) == ("cloud", None)
    harness.calls.start_agent(ticket.session_id)
    assert harness.agent_status(ticket.session_id) in ("STARTING", "RUNNING")
    harness.calls.end(ticket.session_id, "ended")
    assert harness.records.get(ticket.session_id).session.place == "cloud"


def test_the_latencies_of_a_turn_are_kept_with_that_turn(harness):
    """row 89: the API counts the greeting as turn 1, the data stream as turn 0."""
    session_id = harness.run()
    session = harness.session(session_id)
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    where = {"channel": session.channel, "agent_uid": session.agent_uid}
    harness.agora.speak(session.agora_agent_id, "One moment.", **where)
    until(lambda: harness.agora.turns(session.agora_agent_id, **where))
    spoken = harness.agora.turns(session.agora_agent_id, **where)[0]
    harness.calls.record_turn(session_id, Turn(spoken.turn_id, "agent", "One moment.", 0, 900, source="say"))
    harness.calls.end(session_id, "ended")
    assert "tts_ttfb" in harness.records.get(session_id).turns[0].stages


def test_what_a_closed_tab_did_not_tell_is_asked_of_the_agent_before_it_is_stopped(harness):
    """row 66"""
    session_id = harness.run()
    session = harness.session(session_id)
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    harness.agora.speak(session.agora_agent_id, "One moment, please.")
    until(lambda: len(harness.agora.history(session.agora_agent_id).lines) >= 1)
    harness.calls.end(session_id, "tab_closed")
    assert any("One moment" in turn.text for turn in harness.sessions.transcript.turns(session_id))
