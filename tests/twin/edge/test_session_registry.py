"""Sessions in time: sockets that drop, browsers that come back or do not, tokens that run out, seats among people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, cast

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from greenroom.agora.tokens import rtc_rtm_token
from greenroom.twin.edge import RtcEdge, session_registry
from greenroom.twin.edge.join import read_join
from greenroom.twin.edge.media_path import SILENT_S
from greenroom.twin.edge.session import GatewaySession
from greenroom.twin.edge.session_link import LINGER_S
from greenroom.twin.edge.session_registry import SessionRegistry
from greenroom.twin.edge.tokens import TokenRefused
from greenroom.twin.edge.transport import EdgeResources
from greenroom.twin.edge.wire import SignalingSocket
from greenroom.twin.seat import Seat, Uid
from tests.conftest import PATIENCE_S
from tests.twin.edge.doubles import EdgeClock, JsonBrowser, error_of, join_message
from tests.twin.edge.serving import APP_ID, CERTIFICATE, Guest

pytestmark = pytest.mark.twin


def take_seat(client: TestClient, edge: RtcEdge, channel: str, uid: Uid, guest: Guest, token: str | None = None) -> Seat:
    if token is None:
        token = rtc_rtm_token(APP_ID, CERTIFICATE, channel, uid)

    async def take() -> Seat:
        return await edge.take_seat(app_id=APP_ID, channel=channel, uid=uid, token=token, listener=guest)

    assert client.portal is not None
    return client.portal.call(take)


def until(condition: Callable[[], Any], within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class TestDroppedSockets:
    def test_the_browser_comes_back_to_what_is_there_now(self, client: TestClient, edge: RtcEdge, ben: JsonBrowser) -> None:
        guest = Guest()
        seat = take_seat(client, edge, "room", 1001, guest)
        with JsonBrowser(client) as anna:
            token = anna.join("room", 7)["_message"]["rejoin_token"]
            ssrc = anna.next_event("on_add_audio_stream")["ssrcId"]
        ben.join("room", 8)
        assert ben.next_event("on_add_audio_stream")["uid"] == 1001
        assert client.portal is not None
        client.portal.call(seat.send_data, b"meanwhile")
        with JsonBrowser(client) as again:
            peers = again.ask("rejoin_v3", {"token": token})["_message"]["peers"]
            assert [peer["uid"] for peer in peers] == [1001, 8]
            agent, person = peers
            assert (agent["audio"], agent["audio_ssrc"], agent["audio_mute"]) == (True, ssrc, False)
            assert (person["audio"], person["video"]) == (False, False)
            assert again.next_event("on_data_stream")["uid"] == 1001
            again.ask("publish", {"ortc": [{"stream_type": "audio", "ssrcs": [{"ssrcId": 1}]}]})
            assert ben.next_event("on_add_audio_stream")["uid"] == 7
        assert guest.gone == []

    def test_one_that_stays_away_has_left(self, client: TestClient, edge: RtcEdge, clock: EdgeClock) -> None:
        guest = Guest()
        take_seat(client, edge, "room", 1001, guest)
        with JsonBrowser(client) as anna:
            token = anna.join("room", 7)["_message"]["rejoin_token"]
        clock.advance(LINGER_S + 1)
        until(lambda: guest.gone == [(7, "ServerTimeOut")])
        assert edge.sessions == 0
        with JsonBrowser(client) as late:
            assert error_of(late.ask("rejoin_v3", {"token": token})) == 2024
            assert error_of(late.ask("rejoin_v3", {"token": "guess"})) == 2024
            assert late.join("room", 7)["_result"] == "success"

    def test_a_half_open_socket_is_taken_over(self, client: TestClient, edge: RtcEdge) -> None:
        with JsonBrowser(client) as old, JsonBrowser(client) as new:
            token = old.join("room", 7)["_message"]["rejoin_token"]
            assert new.ask("rejoin_v3", {"token": token})["_result"] == "success"
            assert new.ask("traffic_stats")["_result"] == "success"
        assert edge.sessions == 1

    def test_a_browser_of_which_nothing_is_heard_is_gone(self, client: TestClient, edge: RtcEdge, clock: EdgeClock) -> None:
        guest = Guest()
        take_seat(client, edge, "room", 1001, guest)
        with JsonBrowser(client) as anna:
            anna.join("room", 7)
            clock.advance(SILENT_S + 1)
            until(lambda: guest.gone == [(7, "ServerTimeOut")])


async def test_a_browser_whose_session_ends_while_it_reconnects_gets_another_one(clock: EdgeClock) -> None:
    registry = SessionRegistry(EdgeResources.build(clock), APP_ID, None)

    def joining() -> Coroutine[Any, Any, GatewaySession]:
        return registry.join(read_join(join_message("room", 7)), SignalingSocket(cast(WebSocket, None)))

    first = await joining()
    first.browser.enter()
    again = asyncio.create_task(joining())
    await asyncio.sleep(0)  # it waits for the old media path to close
    await first.close("ServerTimeOut")
    second = await again
    second.browser.enter()
    assert second is not first
    assert registry.channels.find(APP_ID, "room", 7) is second.browser
    await second.close("Quit")
    assert len(registry.channels) == 0


async def test_a_token_that_expires_during_the_join_leaves_no_channel_behind(
    clock: EdgeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = EdgeResources.build(clock)
    registry = SessionRegistry(resources, APP_ID, CERTIFICATE)

    async def slow() -> None:
        clock.advance(3600)

    monkeypatch.setattr(resources.ports, "resolve", slow)
    token = rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, life_s=60)
    with pytest.raises(TokenRefused):
        await registry.join(read_join(join_message("room", 7, token)), SignalingSocket(cast(WebSocket, None)))
    assert len(registry.channels) == 0


async def test_a_session_that_cannot_be_closed_does_not_stop_the_checks_of_the_others(
    clock: EdgeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_registry, "BEAT_S", 0.0)
    registry = SessionRegistry(EdgeResources.build(clock), APP_ID, None)
    broken, other = [
        await registry.join(read_join(join_message("room", uid)), SignalingSocket(cast(WebSocket, None))) for uid in (7, 8)
    ]

    async def fail() -> None:
        await path.close()
        raise RuntimeError("planted")

    path = broken.media.path
    monkeypatch.setattr(broken.media, "path", SimpleNamespace(close=fail, beat=path.beat, heard_at=path.heard_at, silent=False))
    clock.advance(SILENT_S + 1)
    watching = asyncio.create_task(registry.run())
    async with asyncio.timeout(PATIENCE_S):
        while not other.ended and not watching.done():
            await asyncio.sleep(0.01)
    assert other.ended
    watching.cancel()
    await asyncio.wait([watching])


class TestTokensInTime:
    def test_notice_then_the_end(self, client: TestClient, edge: RtcEdge, clock: EdgeClock) -> None:
        guest = Guest()
        take_seat(client, edge, "room", 1001, guest)
        with JsonBrowser(client) as anna:
            anna.join("room", 7, rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, life_s=60))
            clock.advance(25)
            anna.ask("ping")
            clock.advance(10)
            anna.next_event("on_token_privilege_will_expire")
            anna.ask("ping")
            clock.advance(26)
            anna.next_event("on_token_privilege_did_expire")
            until(lambda: guest.gone == [(7, "Quit")])

    def test_a_renewed_one_gives_new_notice(self, client: TestClient, clock: EdgeClock) -> None:
        with JsonBrowser(client) as anna:
            anna.join("room", 7, rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, life_s=20))
            anna.next_event("on_token_privilege_will_expire")
            anna.ask("renew_token", {"token": rtc_rtm_token(APP_ID, CERTIFICATE, "room", 7, life_s=60)})
            clock.advance(21)
            assert anna.ask("ping")["_result"] == "success"
            clock.advance(15)
            anna.next_event("on_token_privilege_will_expire")
            assert not any(name == "on_token_privilege_did_expire" for name, _ in anna.events)


class TestSeats:
    def test_a_browser_sees_an_agent_come_and_go(self, client: TestClient, edge: RtcEdge, anna: JsonBrowser) -> None:
        anna.join("room", 7)
        guest = Guest()
        seat = take_seat(client, edge, "room", 1001, guest)
        assert (seat.channel, seat.uid, guest.here) == ("room", 1001, [7])
        assert anna.next_event("on_user_online") == {"uid": 1001, "uint_id": 1001}
        assert anna.next_event("on_add_audio_stream")["ssrcId"]
        assert client.portal is not None
        client.portal.call(seat.leave)
        assert anna.next_event("on_user_offline") == {"uid": 1001, "reason": "Quit"}

    def test_a_seat_needs_a_token_too(self, client: TestClient, edge: RtcEdge) -> None:
        refusals: list[tuple[str, Uid, str]] = [
            ("room", 1001, ""),
            ("room", 1001, rtc_rtm_token(APP_ID, CERTIFICATE, "hall", 1001)),
            ("room", 1001, rtc_rtm_token(APP_ID, CERTIFICATE, "room", 1002)),
            ("a/b", 1001, rtc_rtm_token(APP_ID, CERTIFICATE, "a/b", 1001)),
            ("room", 0, rtc_rtm_token(APP_ID, CERTIFICATE, "room", 0)),
        ]
        for channel, uid, token in refusals:
            with pytest.raises(TokenRefused):
                take_seat(client, edge, channel, uid, Guest(), token)
        assert edge.channels == 0

    def test_two_agents_do_not_share_a_uid(self, client: TestClient, edge: RtcEdge, anna: JsonBrowser) -> None:
        take_seat(client, edge, "room", 1001, Guest())
        with pytest.raises(TokenRefused):
            take_seat(client, edge, "room", 1001, Guest())
        assert error_of(anna.join("room", 1001)) == 2003

    def test_an_agent_takes_the_place_of_a_browser_with_its_uid(
        self, client: TestClient, edge: RtcEdge, anna: JsonBrowser
    ) -> None:
        anna.join("room", 1001)
        take_seat(client, edge, "room", 1001, Guest())
        assert anna.next_event("on_notification")["code"] == 2003
        assert edge.sessions == 0
