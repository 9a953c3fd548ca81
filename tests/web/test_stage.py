"""The stage's socket and the beacon: who gets in, what is answered, what is stored."""

from __future__ import annotations

import contextlib
import threading

import pytest
from starlette.websockets import WebSocketDisconnect

from greenroom.errors import Conflict, NotAllowed
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import ReportedSilence, Turn
from greenroom.services.calls.idle_ending import WARN_BEFORE_S
from greenroom.services.calls.watchdog import RELOAD_S
from greenroom.web.session_quota import AT_ONCE_MAX, PAGES_MAX
from greenroom.web.stage import TRY_AGAIN_LATER
from greenroom.web.work_at_once import AGORA_THREADS
from tests.conftest import until

pytestmark = pytest.mark.twin

HERE = {"origin": "http://testserver"}


def ticket_of(harness):
    return harness.calls.launch(LaunchRequest(harness.agents.list()[0].id))


def stage(client, ticket, headers=None):
    return client.websocket_connect(f"/api/calls/{ticket.session_id}/stage", headers=HERE if headers is None else headers)


def receive(socket, kind):
    """The next message of this kind."""
    while (message := socket.receive_json())["type"] != kind:
        pass
    return message


def greet(socket, ticket):
    socket.send_json({"type": "hello", "capability": ticket.capability})
    return receive(socket, "welcome")


def test_a_stage_says_hello_joins_and_is_told_of_its_agent(client, harness):
    """row 13"""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        assert harness.session(ticket.session_id).agora_agent_id == ""
        socket.send_json({"type": "joined", "uid": ticket.uid})
        agent = receive(socket, "agent")
    assert harness.session(ticket.session_id).agora_agent_id == agent["agent_id"]


def test_turns_are_stored_in_the_order_in_which_they_ended_and_garbage_between_them_is_told(client, harness):
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        turn = {
            "type": "turn",
            "turn_id": 1,
            "speaker": "user",
            "text": "one",
            "started_ms": 0,
            "ended_ms": 5,
            "source": "voice",
            "interrupted": False,
            "latency_ms": None,
        }
        socket.send_json(turn)
        socket.send_text("no json")
        assert not receive(socket, "problem")["fatal"]
        socket.send_json({"type": "sudo"})
        assert "doesn't support" in receive(socket, "problem")["message"]
        socket.send_json({**turn, "speaker": "agent", "text": "two", "started_ms": 10, "latency_ms": 700})
        until(lambda: len(harness.records.get(ticket.session_id).turns) == 2)
    assert [t.text for t in harness.records.get(ticket.session_id).turns] == ["one", "two"]


def test_the_end_is_answered_and_the_agent_is_gone(client, harness):
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "joined", "uid": ticket.uid})
        receive(socket, "agent")
        socket.send_json({"type": "end", "reason": "ended"})
        ended = receive(socket, "ended")
    assert (ended["reason"], ended["length_s"]) == ("ended", harness.calls.get(ticket.session_id).length_s)
    assert ended["length_s"] is not None
    assert harness.agent_status(ticket.session_id) in ("STOPPING", "STOPPED")


def test_a_page_that_comes_back_finds_its_running_agent(client, harness):
    """row 28"""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "joined", "uid": ticket.uid})
        agent = receive(socket, "agent")
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        assert receive(socket, "agent")["agent_id"] == agent["agent_id"]


def test_a_page_that_comes_back_too_late_is_told_how_it_ended(client, harness):
    ticket = ticket_of(harness)
    harness.calls.end(ticket.session_id, "idle")
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        assert receive(socket, "ended")["reason"] == "idle"


def test_a_page_learns_with_its_next_heartbeat_that_another_process_ended_its_call(client, harness):
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "heartbeat", "silent_ms": 0, "caller_silent_ms": 0})
        harness.sessions.close(ticket.session_id, "stopped", "On another server.", harness.clock.now())
        socket.send_json({"type": "heartbeat", "silent_ms": 0, "caller_silent_ms": 0})
        ended = receive(socket, "ended")
    assert (ended["reason"], ended["detail"]) == ("stopped", "On another server.")


def test_a_token_is_renewed_for_the_same_person(client, harness):
    """row 69"""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "joined", "uid": ticket.uid})
        receive(socket, "agent")
        socket.send_json({"type": "renew"})
        assert receive(socket, "token")["token"].startswith("007")


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_page_of_another_site_gets_no_socket(client, harness, headers):
    with pytest.raises(WebSocketDisconnect), stage(client, ticket_of(harness), headers) as socket:
        socket.receive_json()


@pytest.mark.parametrize("hello", [{"type": "hello"}, {"type": "hello", "capability": "0" * 64}, {"type": "joined"}, [], "x"])
def test_without_the_capability_of_the_session_nothing_is_answered(client, harness, hello):
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        socket.send_json(hello)
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()
    assert harness.session(ticket.session_id).state == "launching"


def test_the_capability_of_one_session_does_not_end_another(client, harness):
    mine, other = ticket_of(harness), ticket_of(harness)
    body = {"capability": mine.capability, "reason": "tab_closed"}
    assert client.post(f"/api/calls/{other.session_id}/end", json=body, headers=HERE).status_code == 403
    assert harness.session(other.session_id).state == "launching"


def test_the_beacon_of_a_closing_page_ends_its_session_once(client, harness):
    """row 30"""
    ticket = ticket_of(harness)
    body = {"capability": ticket.capability, "reason": "tab_closed"}
    for _ in range(2):
        assert client.post(f"/api/calls/{ticket.session_id}/end", json=body, headers=HERE).status_code == 202
    harness.guard.tick()
    assert harness.session(ticket.session_id).state == "launching", "a reload has a moment to come back"
    harness.clock.ahead_s = RELOAD_S + 1
    harness.guard.tick()
    assert harness.session(ticket.session_id).end_reason == "tab_closed"


def test_a_page_that_is_loaded_again_keeps_its_call_and_gets_a_ticket_to_it(client, harness):
    """row 28"""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "joined", "uid": ticket.uid})
        receive(socket, "agent")
    harness.calls.record_turn(ticket.session_id, Turn(0, "agent", "Good day.", 100, 900, source="greeting"))
    say_and_wait(harness, ticket.session_id, "Dogs are welcome.")
    goodbye = {"capability": ticket.capability, "reason": "tab_closed"}
    client.post(f"/api/calls/{ticket.session_id}/end", json=goodbye, headers=HERE)
    again = harness.calls.ticket_again(ticket.session_id, ticket.capability)
    with stage(client, again) as socket:
        greet(socket, again)
        harness.clock.ahead_s = RELOAD_S + 1
        harness.guard.tick()
        assert harness.session(ticket.session_id).state == "running"
    assert (again.uid, again.channel) == (ticket.uid, ticket.channel)
    assert {"Good day.", "Dogs are welcome."} <= {turn.text for turn in again.said}
    say_and_wait(harness, ticket.session_id, "Cats are, too.")
    harness.calls.end(ticket.session_id, "ended")
    assert "Cats are, too." in {turn.text for turn in harness.records.get(ticket.session_id).turns}


def test_what_was_said_while_the_page_was_away_is_sent_when_it_is_in_the_channel_again(client, harness):
    """row 28: a reply may end after the ticket of a reloaded page and before that page hears anything."""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "joined", "uid": ticket.uid})
        receive(socket, "agent")
        harness.calls.record_turn(ticket.session_id, Turn(0, "agent", "Good day.", 100, 900, source="greeting"))
        say_and_wait(harness, ticket.session_id, "Dogs are welcome.")
        socket.send_json({"type": "missed"})
        while (turn := receive(socket, "turn"))["text"] != "Dogs are welcome.":
            assert (turn["turn_id"], turn["text"], turn["source"]) == (0, "Good day.", "greeting")
    assert (turn["speaker"], turn["interrupted"]) == ("agent", False)
    assert "Dogs are welcome." in {one.text for one in harness.sessions.transcript.turns(ticket.session_id)}
    harness.calls.end(ticket.session_id, "ended")
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "missed"})
        socket.send_json({"type": "nonsense"})
        assert socket.receive_json()["type"] == "ended"
        assert socket.receive_json()["type"] == "problem", "a call that is over has nothing more to tell"


def test_a_page_that_comes_back_is_warned_anew_before_its_silent_call_ends(client, harness):
    """What the server said while the page was away came to nobody, be it the warning or its withdrawal."""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "joined", "uid": ticket.uid})
        receive(socket, "agent")
    silence = ReportedSilence(harness.calls.idle_s(harness.session(ticket.session_id)), 1000)
    harness.guard.idle.silence(ticket.session_id, silence)
    harness.guard.tick()
    harness.clock.ahead_s = WARN_BEFORE_S + 1
    harness.calls.seen(ticket.session_id)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        assert receive(socket, "idle_warning")["left_s"] is None
        harness.guard.tick()
        assert harness.session(ticket.session_id).state == "running"
        assert receive(socket, "idle_warning")["left_s"] == WARN_BEFORE_S


def say_and_wait(harness, session_id, text):
    """The agent says a text that no page reports."""
    harness.calls.commands.say(session_id, text, "append")
    agent = harness.session(session_id).agora_agent_id
    until(lambda: text in [line.content for line in harness.agora.history(agent).lines])


def test_nobody_else_gets_a_ticket_to_a_call_and_no_one_to_one_that_is_over(harness):
    ticket = ticket_of(harness)
    with pytest.raises(NotAllowed):
        harness.calls.ticket_again(ticket.session_id, "0" * 64)
    harness.calls.end(ticket.session_id, "ended")
    with pytest.raises(Conflict):
        harness.calls.ticket_again(ticket.session_id, ticket.capability)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 400), (b"[]", 400), (b"{", 400), (b"x" * 5000, 400), (b'{"capability": "no"}', 403)],
)
def test_what_is_no_beacon_is_refused(client, harness, content, status):
    ticket = ticket_of(harness)
    assert client.post(f"/api/calls/{ticket.session_id}/end", content=content, headers=HERE).status_code == status


def test_a_foreign_page_cannot_send_a_beacon_even_with_the_capability(client, harness):
    ticket = ticket_of(harness)
    body = {"capability": ticket.capability, "reason": "tab_closed"}
    answer = client.post(f"/api/calls/{ticket.session_id}/end", json=body, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


def test_an_address_that_does_not_exist_does_not_look_like_success(client):
    assert client.get("/api/nope").status_code == 404


def test_health_names_the_place_and_the_twin_and_no_key(client, harness):
    """rows 15, 94"""
    answer = client.get("/api/health")
    assert (answer.json()["status"], answer.json()["place"]) == ("ok", "twin")
    assert harness.config.app_certificate not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_late_turn_of_an_ended_session_is_still_kept(client, harness):
    ticket = ticket_of(harness)
    harness.calls.end(ticket.session_id, "ended")
    harness.calls.record_turn(ticket.session_id, Turn(1, "agent", "Goodbye.", 0, 900))
    assert harness.records.get(ticket.session_id).turns[0].text == "Goodbye."


@pytest.mark.parametrize(
    "said",
    [
        {"type": "typed", "text": "A room?", "priority": "append"},
        {"type": "say", "text": "Hello there.", "priority": "append"},
        {"type": "whisper", "text": "Be brief."},
    ],
)
def test_what_is_written_to_the_agent_is_accepted_by_its_name(client, harness, said):
    """rows 58, 62, 63"""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"type": "joined", "uid": ticket.uid})
        receive(socket, "agent")
        socket.send_json({**said, "ref": "m1"})
        assert receive(socket, "accepted")["ref"] == "m1"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"type": "say", "text": "é" * 257, "priority": "append"}, "514 bytes"),
        ({"type": "whisper", "text": "  "}, "empty"),
        ({"type": "typed", "text": "🙂" * 4001}, "longer than 4,000 characters"),
        ({"type": "whisper", "text": "x" * 30_000}, "longer than 4,000 characters"),
        ({"type": "typed", "text": "x", "priority": "now"}, "priority"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_its_name(client, harness, said, why):
    """rows 58, 62"""
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({**said, "ref": "m2"})
        problem = receive(socket, "problem")
    assert (problem["ref"], problem["fatal"]) == ("m2", False)
    assert why in problem["message"]


def test_a_binary_frame_and_a_lone_surrogate_are_answered_and_the_socket_lives(client, harness):
    ticket = ticket_of(harness)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_bytes(b"\x00\x01")
        assert "isn't text" in receive(socket, "problem")["message"]
        socket.send_text('{"type":"event","kind":"x","detail":"\\ud800 alone"}')
        socket.send_text('{"type":"typed","text":"\\udfff","ref":"\\ud800"}')
        receive(socket, "problem")
        socket.send_json({"type": "end", "reason": "ended"})
        receive(socket, "ended")


def test_a_binary_hello_is_refused(client, harness):
    with stage(client, ticket_of(harness)) as socket:
        socket.send_bytes(b"hello")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


def test_a_capability_of_no_text_is_refused_over_http(client, harness):
    ticket = ticket_of(harness)
    for capability in ('"\\ud800"', "1", "null", "[]", '"x"'):
        answer = client.post(f"/api/calls/{ticket.session_id}/end", content=f'{{"capability":{capability},"reason":"ended"}}')
        assert answer.status_code == 403


def drain(socket):
    """What the server still has to say, up to the end of the connection."""
    for _ in range(5000):
        socket.receive_json()


def test_a_page_that_floods_its_socket_is_cut_off_and_others_go_on(client, harness):
    flooding, other = ticket_of(harness), ticket_of(harness)
    with stage(client, other) as quiet:
        greet(quiet, other)
        with stage(client, flooding) as socket:
            greet(socket, flooding)
            for _ in range(3000):
                socket.send_text('{"type":"nonsense"}')
            with pytest.raises(WebSocketDisconnect):
                drain(socket)
        quiet.send_json({"type": "event", "kind": "x", "detail": "y"})
        quiet.send_json({"type": "end", "reason": "ended"})
        receive(quiet, "ended")


def test_one_page_has_only_so_much_work_at_once_and_its_heartbeats_go_on(client, harness, monkeypatch):
    """Agora may be slow: what waits for it is bounded for each page, and holds nothing else up."""
    ticket, slow, begun = ticket_of(harness), threading.Event(), []

    def waits(*_):
        begun.append(1)
        slow.wait(30)

    monkeypatch.setattr(type(harness.calls.commands), "whisper", waits)
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        for number in range(AT_ONCE_MAX + 3):
            socket.send_json({"type": "whisper", "text": "Be brief.", "ref": f"w{number}"})
        refused = [receive(socket, "problem") for _ in range(3)]
        socket.send_json({"type": "turn", "turn_id": 1, "speaker": "user", "text": "one", "started_ms": 0, "ended_ms": 5})
        socket.send_json({"type": "nonsense"})
        receive(socket, "problem")
        assert [turn.text for turn in harness.sessions.transcript.turns(ticket.session_id)] == ["one"]
        slow.set()
        accepted = [receive(socket, "accepted")["ref"] for _ in range(AT_ONCE_MAX)]
    assert {one["ref"] for one in refused} == {f"w{number}" for number in range(AT_ONCE_MAX, AT_ONCE_MAX + 3)}
    assert all("busy" in one["message"] for one in refused)
    assert (len(accepted), len(begun)) == (AT_ONCE_MAX, AT_ONCE_MAX)


def test_a_tool_call_is_stored_when_it_is_over_and_found_again_by_a_page_that_was_loaded_anew(client, harness):
    ticket = ticket_of(harness)
    call = {
        "type": "tool_call",
        "call_id": "call_1",
        "turn_id": 1,
        "tool": "orderStatus",
        "arguments": '{"orderNumber":"1234"}',
        "status": "ok",
        "result": '{"status":"shipped"}',
        "started_ms": 900,
        "duration_ms": 30,
        "server": "",
        "mocked": True,
        "asked_by": "rule",
    }
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json(call)
        socket.send_json({**call, "result": "told twice"})
        socket.send_json({**call, "call_id": "call_2", "status": "perhaps"})
        assert "status" in receive(socket, "problem")["message"]
        socket.send_json({**call, "call_id": ""})
        assert "call_id" in receive(socket, "problem")["message"]
        stored = harness.sessions.transcript.tool_calls(ticket.session_id)
    again = harness.calls.ticket_again(ticket.session_id, ticket.capability)
    assert list(again.tool_calls) == stored
    assert [(one.call_id, one.result, one.started_ms, one.mocked, one.asked_by) for one in stored] == [
        ("call_1", '{"status":"shipped"}', 900, True, "rule")
    ]


def test_after_the_call_and_its_grace_the_page_writes_nothing_more(client, harness):
    ticket = ticket_of(harness)
    turn = {"type": "turn", "turn_id": 1, "speaker": "user", "text": "late", "started_ms": 0, "ended_ms": 1}
    harness.calls.end(ticket.session_id, "ended")
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json(turn)
        socket.send_json({"type": "nonsense"})
        receive(socket, "problem")  # by then the last turn, which came before it, is taken
        harness.clock.ahead_s = 120
        socket.send_json({**turn, "turn_id": 2})
        assert "over" in receive(socket, "problem")["message"]
        harness.clock.wall_jump_s = -3600  # set back: the call isn't any less over
        socket.send_json({**turn, "turn_id": 3})
        assert "over" in receive(socket, "problem")["message"]
    assert [one.turn_id for one in harness.sessions.transcript.turns(ticket.session_id)] == [1]


@pytest.mark.parametrize("late", [{"type": "agent_gone", "reason": "x"}, {"type": "agent_seen"}, {"type": "heartbeat"}])
def test_after_the_grace_no_kind_of_message_is_taken(client, harness, late):
    ticket = ticket_of(harness)
    harness.calls.end(ticket.session_id, "ended")
    before = len(harness.sessions.transcript.events(ticket.session_id))
    harness.clock.ahead_s = 120
    with stage(client, ticket) as socket:
        greet(socket, ticket)
        socket.send_json({"silent_ms": 0, "caller_silent_ms": 0, **late})
        assert "over" in receive(socket, "problem")["message"]
    assert len(harness.sessions.transcript.events(ticket.session_id)) == before


def test_a_call_has_only_so_many_pages(client, harness):
    ticket, other = ticket_of(harness), ticket_of(harness)
    with contextlib.ExitStack() as opened:
        for _ in range(PAGES_MAX):
            greet(opened.enter_context(stage(client, ticket)), ticket)
        one_more = opened.enter_context(stage(client, ticket))
        one_more.send_json({"type": "hello", "capability": ticket.capability})
        with pytest.raises(WebSocketDisconnect) as closed:
            one_more.receive_json()
        assert closed.value.code == TRY_AGAIN_LATER
        greet(opened.enter_context(stage(client, other)), other)
    with stage(client, ticket) as again:
        greet(again, ticket)


def test_the_pages_of_one_call_share_what_it_may_ask_at_once(client, harness, monkeypatch):
    ticket, slow, begun = ticket_of(harness), threading.Event(), []

    def waits(*_):
        begun.append(1)
        slow.wait(30)

    monkeypatch.setattr(type(harness.calls.commands), "whisper", waits)
    with stage(client, ticket) as one, stage(client, ticket) as two:
        for socket in (one, two):
            greet(socket, ticket)
        for number in range(AT_ONCE_MAX):
            one.send_json({"type": "whisper", "text": "Be brief.", "ref": f"w{number}"})
        until(lambda: len(begun) == AT_ONCE_MAX)
        two.send_json({"type": "whisper", "text": "Be brief.", "ref": "more"})
        assert receive(two, "problem")["ref"] == "more"
        slow.set()


def test_calls_that_wait_for_a_silent_agora_hold_up_no_other(client, harness, monkeypatch):
    """Three calls may ask for more than the server has threads; the heartbeats of others go through."""
    slow, begun = threading.Event(), []

    def waits(*_):
        begun.append(1)
        slow.wait(30)

    monkeypatch.setattr(type(harness.calls.commands), "whisper", waits)
    busy, quiet = [ticket_of(harness) for _ in range(3)], ticket_of(harness)
    with contextlib.ExitStack() as opened:
        for ticket in busy:
            socket = opened.enter_context(stage(client, ticket))
            greet(socket, ticket)
            for number in range(AT_ONCE_MAX):
                socket.send_json({"type": "whisper", "text": "Be brief.", "ref": f"w{number}"})
        until(lambda: len(begun) == AGORA_THREADS)
        socket = opened.enter_context(stage(client, quiet))
        greet(socket, quiet)
        socket.send_json({"type": "turn", "turn_id": 1, "speaker": "user", "text": "one", "started_ms": 0, "ended_ms": 5})
        until(lambda: len(harness.sessions.transcript.turns(quiet.session_id)) == 1, within_s=10)
        assert not slow.is_set()
        slow.set()


def test_a_wrong_capability_is_in_the_security_log(client, harness, caplog):
    ticket, other = ticket_of(harness), ticket_of(harness)
    body = {"capability": other.capability, "reason": "ended"}
    with caplog.at_level("INFO", logger="greenroom.security"):
        client.post(f"/api/calls/{ticket.session_id}/end", json=body, headers=HERE)
        with stage(client, ticket) as socket, contextlib.suppress(WebSocketDisconnect):
            socket.send_json({"type": "hello", "capability": other.capability})
            socket.receive_json()
    events = [record.args["event"] for record in caplog.records if record.args]
    assert events == ["request_refused", "socket_refused"]
    assert other.capability not in caplog.text
