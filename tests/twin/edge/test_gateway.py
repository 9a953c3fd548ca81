"""The gateway's JSON: joins, what follows, and everything a stranger may throw at it."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from agoraiotools.AccessToken2 import AccessToken2, ServiceRtc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.twin.edge import RtcEdge
from greenroom.twin.edge.tokens import JOIN, PUBLISH_AUDIO
from tests.twin.edge.doubles import EdgeClock, JsonBrowser, error_of, join_message, serve
from tests.twin.edge.serving import APP_ID, CERTIFICATE

pytestmark = pytest.mark.twin

AUDIO = {"p2p_id": 1, "ortc": [{"stream_type": "audio", "ssrcs": [{"ssrcId": 1111}]}]}
VIDEO = {"p2p_id": 1, "ortc": [{"stream_type": "high", "ssrcs": [{"ssrcId": 2222, "rtx": 2223}]}]}


def b64(payload: bytes) -> str:
    return base64.b64encode(payload).decode()


class TestJoining:
    def test_the_answer_has_all_that_a_browser_needs(self, anna: JsonBrowser, edge: RtcEdge) -> None:
        answer = anna.join("room", 7)["_message"]
        assert answer["uid"] == 7
        assert answer["rejoin_token"]
        candidate = answer["ortc"]["iceParameters"]["candidates"][0]
        assert candidate["ip"] == "127.0.0.1"
        assert 0 < candidate["port"] < 65_536
        assert answer["ortc"]["dtlsParameters"]["role"] == "client"
        assert answer["ortc"]["rtpCapabilities"]["sendrecv"]["audioCodecs"][0]["payloadType"] == 111
        assert anna.next_event("on_rtp_capability_change")["video_codec"] == ["VP8"]
        assert (edge.channels, edge.sessions) == (1, 1)

    def test_both_paths_lead_to_the_gateway(self, client: TestClient) -> None:
        with client.websocket_connect("/ws/?p=8600") as socket:
            socket.send_json({"_id": "1", "_type": "ping"})
            assert socket.receive_json()["_result"] == "success"

    def test_a_string_uid_is_named_by_the_string(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        assert anna.join("room", "anna")["_message"]["uid"] == "anna"
        ben.join("room", "ben")
        assert ben.next_event("on_user_online") == {"uid": "anna", "uint_id": 77}

    def test_refusals(self, client: TestClient) -> None:
        expired = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, life_s=10, issued_at=int(time.time()) - 60)
        refusals: list[tuple[int, dict[str, Any]]] = [
            (110, {"token": expired}),
            (110, {"token": rtc_rtm_token(APP_ID, CERTIFICATE, "hall", 7)}),
            (110, {"token": rtc_rtm_token(APP_ID, CERTIFICATE, "room", 8)}),
            (110, {"token": APP_ID}),
            (110, {"token": ""}),
            (2013, {"app_id": "f" * 32}),
            (2014, {"channel_name": "a/b"}),
            (2014, {"channel_name": None}),
            (2015, {"string_uid": "ä"}),
            (2015, {"ap_response": {"uid": 0}}),
            (2022, {"ap_response": None}),
            (2022, {"ap_response": {"uid": "7"}}),
            (2022, {"ortc": {}}),
            (2022, {"ortc": {**join_message("room", 7)["ortc"], "dtlsParameters": {"fingerprints": []}}}),
            (2022, {"attributes": 5}),
            (2022, {"app_id": None}),
            (2022, {"p2p_id": "one"}),
        ]
        with JsonBrowser(client) as browser:
            for code, changes in refusals:
                assert error_of(browser.join("room", 7, **changes)) == code, changes
            assert browser.join("room", 7)["_result"] == "success", "the socket still serves"

    def test_before_it_nothing_else_is_done(self, anna: JsonBrowser) -> None:
        for verb in ("publish", "subscribe", "data_stream", "renew_token", "traffic_stats", "restart_ice"):
            assert error_of(anna.ask(verb, {})) == 2011
        assert anna.ask("ping")["_result"] == anna.ask("leave")["_result"] == "success"

    def test_without_a_certificate_no_token_is_needed(self, clock: EdgeClock) -> None:
        edge = RtcEdge(None, None, clock, media_addresses=("127.0.0.1",))
        with serve(edge) as client, JsonBrowser(client) as browser:
            assert browser.join("room", 7, token="", app_id="e" * 32)["_result"] == "success"

    def test_an_older_client_of_the_uid_is_sent_away(self, anna: JsonBrowser, ben: JsonBrowser, edge: RtcEdge) -> None:
        anna.join("room", 7, session_id="one")
        ben.join("room", 7, session_id="two")
        notice = anna.next_event("on_notification")
        assert (notice["action"], notice["code"]) == ("quit", 2003)
        assert edge.sessions == 1

    def test_a_client_that_starts_over_stays_in_the_channel(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        """It lost its media and joins again: the others do not see it leave, only its streams end."""
        anna.join("room", 7)
        anna.ask("publish", AUDIO)
        ben.join("room", 8)
        assert ben.next_event("on_add_audio_stream")["uid"] == 7
        first = anna.next_event("on_user_online")
        assert anna.join("room", 7, p2p_id=2)["_result"] == "success"
        assert anna.next_event("on_user_online") == first
        assert ben.next_event("on_remove_stream")["uid"] == 7
        anna.ask("publish", AUDIO)
        assert ben.next_event("on_add_audio_stream")["uid"] == 7
        assert not any(name == "on_user_offline" for name, _ in ben.events)

    def test_one_socket_has_one_session(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        ben.join("room", 8)
        anna.join("room", 7)
        anna.join("hall", 7)
        anna.ask("publish", AUDIO)
        ben.ask("ping")
        assert not any(name == "on_add_audio_stream" for name, _ in ben.events)


class TestStreams:
    def test_a_stream_is_announced_once_and_can_be_subscribed(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        anna.join("room", 7)
        ben.join("room", 8)
        assert anna.ask("publish", AUDIO)["_result"] == "success"
        assert anna.next_event("on_publish_stream") == {"uid": 7, "proxy": False}
        assert ben.next_event("on_user_online")["uid"] == 7
        added = ben.next_event("on_add_audio_stream")
        assert (added["uid"], added["pt"], added["audio"]) == (7, 111, True)
        request = {"stream_id": 7, "stream_type": "audio", "ssrcId": added["ssrcId"]}
        assert ben.ask("subscribe", request)["_result"] == "success"
        assert ben.ask("subscribe", request)["_result"] == "success"
        assert ben.ask("unsubscribe", {"stream_id": 7, "ortc": [{"stream_type": "audio"}]})["_result"] == "success"
        assert ben.ask("unsubscribe", {"stream_id": 7, "ortc": []})["_result"] == "success"

    def test_of_a_user_who_has_left_there_is_nothing_to_stop(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        """The SDK asks for it all the same, and prints a refusal as ERR_SUBSCRIBE_REQUEST_INVALID."""
        anna.join("room", 7)
        anna.ask("publish", AUDIO)
        ben.join("room", 8)
        ben.next_event("on_add_audio_stream")
        anna.ask("leave", {})
        ben.next_event("on_user_offline")
        assert ben.ask("unsubscribe", {"stream_id": 7, "ortc": []})["_result"] == "success"
        assert ben.ask("unsubscribe_streams", {"users": [{"stream_id": 7, "stream_type": 1}]})["_result"] == "success"

    def test_what_was_not_announced_cannot_be_subscribed(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        anna.join("room", 7)
        ben.join("room", 8)
        anna.ask("publish", AUDIO)
        ssrc = ben.next_event("on_add_audio_stream")["ssrcId"]
        for request in (
            {"stream_id": 99, "stream_type": "audio", "ssrcId": ssrc},
            {"stream_id": 7, "stream_type": "video", "ssrcId": ssrc},
            {"stream_id": 7, "stream_type": "audio", "ssrcId": ssrc + 2},
            {"stream_id": [7], "stream_type": "audio"},
        ):
            assert error_of(ben.ask("subscribe", request)) == 2021

    def test_a_subscription_that_crosses_the_end_of_its_stream_is_no_error(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        anna.join("room", 7)
        ben.join("room", 8)
        for _ in range(2):
            anna.ask("publish", AUDIO)
            ssrc = ben.next_event("on_add_audio_stream")["ssrcId"]
            anna.ask("unpublish", AUDIO)
            request = {"stream_id": 7, "stream_type": "audio", "ssrcId": ssrc}
            assert ben.ask("subscribe", request)["_result"] == "success"
        anna.ask("leave")
        assert ben.ask("subscribe", request)["_result"] == "success"

    def test_a_video_has_a_second_number_for_what_is_sent_again(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        anna.join("room", 7)
        anna.ask("publish", VIDEO)
        ben.join("room", 8)
        added = ben.next_event("on_add_video_stream")
        assert added["rtxSsrcId"] == added["ssrcId"] + 1

    def test_many_at_once(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        anna.join("room", 7)
        anna.ask("publish", AUDIO)
        ben.join("room", 8)
        reply = ben.ask("subscribe_streams", {"p2p_id": 1, "users": [{"stream_id": 7, "stream_type": 7}]})
        assert reply["_message"]["users"] == [{"stream_id": 7, "stream_type": 7, "video_error_code": 2021}]
        assert ben.ask("unsubscribe_streams", {"users": [{"stream_id": 7, "stream_type": 1}]})["_result"] == "success"

    def test_mutes_are_passed_on_and_remembered(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        anna.join("room", 7)
        anna.ask("publish", AUDIO)
        anna.ask("control", {"action": "mute_local_audio"})
        ben.join("room", 8)
        ben.next_event("on_add_audio_stream")
        assert ben.next_event("mute_audio") == {"uid": 7}
        anna.ask("control", {"action": "mute_local_audio"})
        anna.ask("control", {"action": "unmute_local_audio"})
        assert ben.next_event("unmute_audio") == {"uid": 7}
        assert not ben.events or all(name != "mute_audio" for name, _ in ben.events)
        for action in ("mute_remote_audio", "mute_local_video", "mute_local_smell", "dance"):
            assert anna.ask("control", {"action": action})["_result"] == "success"

    def test_publishing_needs_its_privilege(self, anna: JsonBrowser) -> None:
        token = AccessToken2(APP_ID, CERTIFICATE, int(time.time()), 3600)
        service = ServiceRtc("room", 7)
        service.add_privilege(JOIN, 3600)
        service.add_privilege(PUBLISH_AUDIO, 3600)
        token.add_service(service)
        assert anna.join("room", 7, token=token.build())["_result"] == "success"
        assert anna.ask("publish", AUDIO)["_result"] == "success"
        assert error_of(anna.ask("publish", VIDEO)) == 110
        assert error_of(anna.ask("data_stream", {"payload": b64(b"hi")})) == 110

    def test_a_listener_s_token_publishes_nothing(self, anna: JsonBrowser) -> None:
        token = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, publishes=False)
        assert anna.join("room", 7, token=token)["_result"] == "success"
        for stream in (AUDIO, VIDEO):
            assert error_of(anna.ask("publish", stream)) == 110
        assert error_of(anna.ask("data_stream", {"payload": b64(b"hi")})) == 110

    @pytest.mark.parametrize(
        "message",
        [
            None,
            {},
            {"ortc": None},
            {"ortc": [5]},
            {"ortc": [{"stream_type": "audio"}]},
            {"ortc": [{"stream_type": "audio", "ssrcs": []}]},
            {"ortc": [{"stream_type": "audio", "ssrcs": [{"ssrcId": "x"}]}]},
            {"ortc": [{"stream_type": 5, "ssrcs": [{"ssrcId": 1}]}]},
        ],
    )
    def test_a_malformed_publish_is_refused(self, anna: JsonBrowser, message: Any) -> None:
        anna.join("room", 7)
        assert error_of(anna.ask("publish", message)) == 2020

    def test_an_audience_does_not_publish(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        ben.join("room", 8, mode="live")
        anna.join("room", 7, mode="live", role="audience")
        assert error_of(anna.ask("publish", AUDIO)) == 2018
        anna.ask("set_client_role", {"role": "host"})
        assert ben.next_event("on_user_online")["uid"] == 7
        assert anna.ask("publish", AUDIO)["_result"] == "success"
        anna.ask("set_client_role", {"role": "audience"})
        assert ben.next_event("on_user_offline") == {"uid": 7, "reason": "BecomeAudience"}


class TestMessages:
    def test_reach_everybody_else_whole(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        anna.join("room", 7)
        ben.join("room", 8)
        payload = bytes(range(256)) * 128
        assert anna.ask("data_stream", {"payload": b64(payload)})["_result"] == "success"
        event = ben.next_event("on_data_stream")
        assert event["uid"] == 7
        assert base64.b64decode(event["payload"]) == payload

    @pytest.mark.parametrize("payload", [None, 5, "!!", "äö", b64(b"x" * 32_769)])
    def test_malformed_ones_are_refused(self, anna: JsonBrowser, payload: Any) -> None:
        anna.join("room", 7)
        assert error_of(anna.ask("data_stream", {"payload": payload})) == 2022


class TestOtherVerbs:
    def test_network_quality_has_the_fields_the_sdk_reads(self, anna: JsonBrowser) -> None:
        anna.join("room", 7)
        stats = anna.ask("traffic_stats")["_message"]
        assert stats["peer_delay"] == []
        assert stats["B_unq"] > 1, "very bad: there is no media path"

    def test_an_ice_restart_gives_new_credentials(self, anna: JsonBrowser) -> None:
        first = anna.join("room", 7)["_message"]["ortc"]["iceParameters"]["iceUfrag"]
        second = anna.ask("restart_ice", {"p2p_id": 1})["_message"]["iceParameters"]["iceUfrag"]
        assert first != second

    def test_another_peer_connection_gets_a_path_of_its_own(self, anna: JsonBrowser, ben: JsonBrowser) -> None:
        ben.join("room", 8)
        ben.ask("publish", AUDIO)
        joined = anna.join("room", 7)["_message"]["ortc"]["iceParameters"]
        again = anna.ask("connect_pc", {"p2p_id": 2, "ortc": join_message("room", 7)["ortc"]})["_message"]
        assert again["iceParameters"]["iceUfrag"] != joined["iceUfrag"]
        assert anna.next_event("on_add_audio_stream")["uid"] == 8
        assert error_of(anna.ask("connect_pc", {})) == 2022

    @pytest.mark.parametrize("verb", ["gateway_info", "set_video_profile", "set_parameter", "no such verb", "__init__"])
    def test_whatever_else_is_granted(self, anna: JsonBrowser, verb: str) -> None:
        anna.join("room", 7)
        assert anna.ask(verb, {"any": "thing"})["_result"] == "success"

    def test_a_renewed_token_is_checked(self, anna: JsonBrowser) -> None:
        anna.join("room", 7)
        assert anna.ask("renew_token", {"token": rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7)})["_result"] == "success"
        assert error_of(anna.ask("renew_token", {"token": rtc_rtm_token(APP_ID, CERTIFICATE, "hall", 7)})) == 110
        assert error_of(anna.ask("renew_token", {"token": None})) == 2022
        assert anna.ask("ping")["_result"] == "success"

    def test_leaving_ends_the_session_and_the_socket_may_join_again(self, anna: JsonBrowser, edge: RtcEdge) -> None:
        anna.join("room", 7)
        anna.ask("leave")
        assert (edge.channels, edge.sessions) == (0, 0)
        assert anna.join("room", 7)["_result"] == "success"


FRAMES = [
    "",
    "{",
    '{"_id": "x", "_type": "ping", "_message": Infinity}',
    "null",
    "[]",
    "7",
    '"text"',
    "{}",
    '{"_type": 7}',
    '{"_id": "x"}',
    "[" * 50_000,
    "x" * 200_000,
]
#: JSON has no infinity; what isn't JSON gets no answer, and is in FRAMES.
FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2**33) | FINITE | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ortc", "ssrcs", "stream_type", "users", "action", "payload", "stream_id"]), inner)
    ),
    max_leaves=10,
)
VERBS = ("publish", "unpublish", "subscribe", "unsubscribe", "subscribe_streams", "unsubscribe_streams", "control")
MORE_VERBS = (
    "set_client_role",
    "traffic_stats",
    "data_stream",
    "restart_ice",
    "connect_pc",
    "renew_token",
    "join_v3",
    "rejoin_v3",
)


class TestMalformedFrames:
    def test_are_passed_over_and_the_session_lives(self, anna: JsonBrowser) -> None:
        anna.join("room", 7)
        for frame in FRAMES:
            anna.socket.send_text(frame)
        anna.socket.send_bytes(b"\x00\xff" * 100)
        assert anna.ask("ping")["_result"] == "success"
        assert anna.ask("traffic_stats")["_result"] == "success"

    def test_an_identity_of_another_type_gets_no_answer(self, anna: JsonBrowser) -> None:
        for identity in (None, 7, [], {"a": 1}, ""):
            anna.socket.send_text(json.dumps({"_id": identity, "_type": "ping"}))
        assert anna.ask("ping")["_result"] == "success"

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(verb=st.sampled_from(VERBS + MORE_VERBS), message=JSON)
    def test_no_message_of_any_verb_ends_the_socket_or_finds_a_fault(
        self, anna: JsonBrowser, caplog: pytest.LogCaptureFixture, verb: str, message: Any
    ) -> None:
        anna.join("room", 7)
        assert anna.ask(verb, message)["_result"] in ("success", "failed")
        assert anna.ask("ping")["_result"] == "success"
        assert not [record for record in caplog.records if record.levelname == "ERROR"]
