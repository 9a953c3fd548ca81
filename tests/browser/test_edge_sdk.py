"""The unmodified Agora Web SDK in a real Chromium against our edge: what people see and hear, and what goes wrong well."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from greenroom.twin.seat import Seat
from tests.browser.callers import Caller, callers, page_routes, pitch, singing, token
from tests.browser.conftest import eventually
from tests.twin.edge.serving import EdgeServer, Guest

pytestmark = pytest.mark.browser

AGENT = 1001


@pytest.fixture(scope="module")
def server(rtc_sdk: Path) -> Iterator[EdgeServer]:
    with EdgeServer(extra=page_routes(rtc_sdk)) as running:
        yield running
    assert running.left_over == []


@pytest.fixture
def caller(browser: Browser, server: EdgeServer) -> Iterator[Caller]:
    with callers(browser, server, 1) as (one,):
        yield one


@pytest.fixture
def two(browser: Browser, server: EdgeServer) -> Iterator[list[Caller]]:
    with callers(browser, server, 2) as pair:
        yield pair


class TestWithAnAgent:
    def test_each_hears_the_other(self, server: EdgeServer, caller: Caller) -> None:
        guest = Guest()
        seat = server.take_seat("talk", AGENT, guest, token("talk", AGENT))
        joined = caller.join("talk", 7)
        assert joined["uid"] == 7
        with singing(server, seat, 440):
            caller.do("speak(1000)")
            caller.hears(AGENT, 440)
            eventually(lambda: len(guest.frames) > 50)
            eventually(lambda: abs(pitch([pcm for _, pcm in guest.frames]) - 1000) < 10)
        assert {uid for uid, _ in guest.frames} == {7}
        assert guest.here == [7]
        server.run(seat.leave)
        caller.sees("left", AGENT, "Quit")

    def test_an_agent_that_comes_later_is_heard_and_its_leaving_seen(self, server: EdgeServer, caller: Caller) -> None:
        """Agents come and go that the page did not start (row 20)."""
        caller.join("later")
        for hz in (300, 600):
            caller.forget()
            seat = server.take_seat("later", AGENT, Guest(), token("later", AGENT))
            caller.sees("joined", AGENT)
            with singing(server, seat, hz):
                caller.hears(AGENT, hz)
            server.run(seat.leave)
            caller.sees("unpublished", AGENT, "audio")
            caller.sees("left", AGENT)

    def test_a_pause_in_its_voice_does_not_delay_what_follows(self, server: EdgeServer, caller: Caller) -> None:
        seat = server.take_seat("pause", AGENT, Guest(), token("pause", AGENT))
        caller.join("pause")
        with singing(server, seat, 440):
            caller.hears(AGENT, 440)
        caller.hears_nothing_of(AGENT)
        with singing(server, seat, 880):
            caller.hears(AGENT, 880)
            delay = "client.getRemoteAudioStats()[1001].receiveDelay"
            eventually(lambda: 0 < caller.do(delay) < 200, else_say=lambda: caller.do(delay))
        server.run(seat.leave)

    def test_messages_go_both_ways(self, server: EdgeServer, caller: Caller) -> None:
        guest = Guest()
        seat = server.take_seat("words", AGENT, guest, token("words", AGENT))
        caller.join("words", 7)
        caller.do("client.sendStreamMessage('grüß dich')")
        eventually(lambda: guest.messages == [(7, "grüß dich".encode())])
        server.do(lambda: seat.send_data("héllo".encode()))
        caller.sees("message", AGENT, "héllo")
        server.do(lambda: seat.send_data(b"x" * 32_768))
        caller.sees("message", AGENT, "x" * 32_768)
        server.run(seat.leave)

    def test_audio_time_reaches_the_page_that_asked(self, server: EdgeServer, two: list[Caller]) -> None:
        seat = server.take_seat("pts", AGENT, Guest(), token("pts", AGENT))
        asked, plain = two
        asked.join("pts", 7, pts=True)
        plain.join("pts", 8)
        with singing(server, seat, 440):
            asked.hears(AGENT, 440)
            plain.hears(AGENT, 440)
            eventually(lambda: (asked.do("window.pts ?? 0")) > 100)
        assert plain.do("window.pts ?? null") is None
        server.run(seat.leave)

    def test_a_page_with_audio_time_is_heard_too(self, server: EdgeServer, caller: Caller) -> None:
        guest = Guest()
        seat = server.take_seat("ptsmic", AGENT, guest, token("ptsmic", AGENT))
        caller.join("ptsmic", 7, pts=True)
        caller.do("speak(1000)")
        eventually(lambda: len(guest.frames) > 50)
        eventually(lambda: abs(pitch([pcm for _, pcm in guest.frames]) - 1000) < 10)
        server.run(seat.leave)

    def test_string_uids(self, server: EdgeServer, caller: Caller) -> None:
        guest = Guest()
        seat = server.take_seat("names", "agent-1", guest, token("names", "agent-1"))
        assert caller.join("names", "alice")["uid"] == "alice"
        caller.do("speak(1000)")
        with singing(server, seat, 440):
            caller.hears("agent-1", 440)
        eventually(lambda: guest.frames)
        assert guest.frames[0][0] == "alice"
        server.run(seat.leave)

    def test_closing_the_tab_is_seen_at_once(self, server: EdgeServer, caller: Caller) -> None:
        guest = Guest()
        seat = server.take_seat("tab", AGENT, guest, token("tab", AGENT))
        caller.join("tab", 7)
        caller.do("speak(0)")
        caller.page.close(run_before_unload=False)
        eventually(lambda: guest.gone == [(7, "Quit")], within_s=5)
        server.run(seat.leave)
        eventually(lambda: server.edge.sessions == 0)

    def test_an_agent_keeps_its_uid(self, server: EdgeServer, caller: Caller) -> None:
        """Row 8: the person is told; the agent is not pushed out."""
        guest = Guest()
        seat = server.take_seat("taken", AGENT, guest, token("taken", AGENT))
        assert "error" in caller.join("taken", AGENT)
        assert guest.here == []
        server.run(seat.leave)


class TestPeople:
    def test_hear_each_other(self, two: list[Caller]) -> None:
        anna, ben = two
        anna.join("pair", 1)
        ben.join("pair", 2)
        anna.do("speak(500)")
        ben.do("speak(900)")
        anna.hears(2, 900)
        ben.hears(1, 500)

    def test_see_each_other(self, two: list[Caller]) -> None:
        anna, ben = two
        anna.join("sight", 1)
        anna.do("show()")
        ben.join("sight", 2)
        ben.sees("subscribed", 1, "video")
        picture = "[...document.querySelectorAll('video')].map(v => [v.videoWidth, v.getVideoPlaybackQuality().totalVideoFrames])"
        eventually(
            lambda: any(width == 320 and frames > 15 for width, frames in ben.do(picture)), else_say=lambda: ben.do(picture)
        )

    def test_one_of_two_streams_ends_and_comes_back(self, two: list[Caller]) -> None:
        anna, ben = two
        anna.join("half", 1)
        ben.join("half", 2)
        anna.do("speak(500)")
        anna.do("show()")
        ben.hears(1, 500)
        ben.sees("subscribed", 1, "video")
        ben.forget()
        anna.do("client.unpublish(mic)")
        ben.sees("unpublished", 1, "audio")
        assert ["unpublished", 1, "video"] not in ben.seen
        ben.forget()
        anna.do("client.publish(mic)")
        ben.sees("subscribed", 1, "audio")
        ben.hears(1, 500)
        anna.do("client.unpublish()")
        ben.sees("unpublished", 1, "video")

    def test_mute_is_seen_also_by_those_who_come_later(self, browser: Browser, server: EdgeServer, two: list[Caller]) -> None:
        """Row 32."""
        anna, ben = two
        anna.join("quiet", 1)
        ben.join("quiet", 2)
        anna.do("speak(500)")
        ben.hears(1, 500)
        anna.do("mic.setMuted(true)")
        ben.sees("info", 1, "mute-audio")
        ben.sees("unpublished", 1, "audio")
        with callers(browser, server, 1) as (late,):
            late.join("quiet", 3)
            late.sees("info", 1, "mute-audio")
        ben.forget()
        anna.do("mic.setMuted(false)")
        ben.sees("published", 1, "audio")
        ben.hears(1, 500)

    def test_camera_off_and_on(self, two: list[Caller]) -> None:
        anna, ben = two
        anna.join("lens", 1)
        ben.join("lens", 2)
        anna.do("show()")
        ben.sees("subscribed", 1, "video")
        ben.forget()
        anna.do("camera.setEnabled(false)")
        ben.sees("unpublished", 1, "video")
        anna.do("camera.setEnabled(true)")
        ben.sees("subscribed", 1, "video")

    def test_messages_reach_everybody_else(self, two: list[Caller]) -> None:
        anna, ben = two
        anna.join("notes", 1)
        ben.join("notes", 2)
        anna.do("client.sendStreamMessage('hi')")
        ben.sees("message", 1, "hi")
        assert not any(event[0] == "message" for event in anna.seen)

    def test_the_second_client_of_a_uid_takes_its_place(self, two: list[Caller]) -> None:
        older, newer = two
        older.join("twice", 5)
        assert newer.join("twice", 5)["uid"] == 5
        older.sees("state", "DISCONNECTED", "UID_BANNED")
        newer.do("speak(500)")
        assert newer.do("client.connectionState") == "CONNECTED"

    def test_an_audience_is_not_seen_until_it_becomes_host(self, two: list[Caller]) -> None:
        host, viewer = two
        host.join("show", 1, mode="live")
        viewer.join("show", 2, mode="live", role="audience")
        host.do("speak(500)")
        viewer.hears(1, 500)
        assert not any(event[0] == "joined" for event in host.seen)
        viewer.do("client.setClientRole('host')")
        host.sees("joined", 2)
        viewer.do("client.setClientRole('audience', { level: 1 })")
        host.sees("left", 2, "BecomeAudience")

    def test_network_quality_is_told(self, two: list[Caller]) -> None:
        anna, ben = two
        anna.join("net", 1)
        ben.join("net", 2)
        anna.do("speak(500)")
        ben.hears(1, 500)
        good = "window.quality && window.quality.uplinkNetworkQuality > 0 && window.quality.uplinkNetworkQuality < 3"
        eventually(lambda: anna.do(good))


class TestTokens:
    def test_wrong_expired_and_missing_ones_are_refused_with_the_reason(self, caller: Caller) -> None:
        now = int(time.time())
        refusals = {
            "dynamic key expired": token("door", 7, life_s=10, issued_at=now - 60),
            "invalid token, authorized failed": token("other door", 7),
            "dynamic use static key": None,
        }
        for reason, bad in refusals.items():
            answer = caller.join("door", 7, token=bad)
            assert answer["error"] == "CAN_NOT_GET_GATEWAY_SERVER"
            assert reason in answer["text"]
        assert "error" in caller.join("door", 8, token=token("door", 7))
        assert caller.join("door", 8, token=token("door", 8))["uid"] == 8

    def test_another_project_is_refused(self, caller: Caller) -> None:
        assert "invalid vendor key" in caller.join("door", appId="f" * 32)["text"]

    def test_an_expiring_one_can_be_renewed(self, caller: Caller) -> None:
        caller.join("renew", 7, token=token("renew", 7, issued_at=int(time.time()) - 3595, life_s=3600))
        caller.sees("will-expire")
        caller.do("t => client.renewToken(t)", token("renew", 7))
        caller.do("t => refusable(() => client.renewToken(t))", token("another channel", 7))
        caller.sees("refused")
        eventually(lambda: _age_s(caller) > 7, within_s=20)
        assert caller.do("client.connectionState") == "CONNECTED"

    def test_an_expired_one_ends_the_call(self, caller: Caller) -> None:
        caller.join("expire", 7, token=token("expire", 7, issued_at=int(time.time()) - 3596, life_s=3600))
        caller.sees("will-expire")
        caller.sees("did-expire")
        caller.sees("state", "DISCONNECTED", "TOKEN_EXPIRE")


def _age_s(caller: Caller) -> float:
    """Seconds since the page was loaded."""
    return caller.do("performance.now() / 1000")


async def _send_when_away(server: EdgeServer, seat: Seat, payload: bytes) -> None:
    """While nobody can receive it."""
    while not server.edge.awaited:
        await asyncio.sleep(0.001)
    seat.send_data(payload)


class TestBadConnections:
    def test_a_dropped_socket_does_not_end_the_call(self, server: EdgeServer, caller: Caller) -> None:
        guest = Guest()
        seat = server.take_seat("drop", AGENT, guest, token("drop", AGENT))
        caller.join("drop", 7)
        caller.do("speak(1000)")
        with singing(server, seat, 440):
            caller.hears(AGENT, 440)
            caller.forget()
            message = asyncio.run_coroutine_threadsafe(_send_when_away(server, seat, b"in between"), server.loop)
            caller.do("sockets.at(-1).close()")
            message.result(10)
            caller.sees("state", "RECONNECTING")
            caller.sees("state", "CONNECTED")
            caller.sees("message", AGENT, "in between")
            caller.hears(AGENT, 440)
        assert guest.gone == []
        assert guest.here == [7]
        before = len(guest.frames)
        eventually(lambda: len(guest.frames) > before + 25)
        server.run(seat.leave)

    def test_who_came_and_went_meanwhile_is_known_afterwards(self, server: EdgeServer, caller: Caller) -> None:
        old = server.take_seat("meanwhile", AGENT, Guest(), token("meanwhile", AGENT))
        caller.join("meanwhile", 7)
        caller.sees("joined", AGENT)
        caller.do("sockets.at(-1).close()")
        server.run(old.leave)
        new = server.take_seat("meanwhile", 1002, Guest(), token("meanwhile", 1002))
        caller.sees("state", "RECONNECTING")
        caller.sees("joined", 1002)
        caller.sees("left", AGENT)
        with singing(server, new, 700):
            caller.hears(1002, 700)
        server.run(new.leave)

    def test_an_offline_spell_beyond_the_linger_ends_in_a_new_join(self, server: EdgeServer, caller: Caller) -> None:
        guest = Guest()
        seat = server.take_seat("spell", AGENT, guest, token("spell", AGENT))
        caller.join("spell", 7)
        caller.do("speak(1000)")
        eventually(lambda: guest.frames)
        caller.page.context.set_offline(True)
        eventually(lambda: guest.gone == [(7, "ServerTimeOut")], within_s=60)
        before = len(guest.frames)
        caller.page.context.set_offline(False)
        eventually(lambda: guest.here == [7, 7], within_s=30)
        eventually(lambda: len(guest.frames) > before + 25)
        with singing(server, seat, 440):
            caller.hears(AGENT, 440)
        server.run(seat.leave)
