"""The routes of recordings: whose pieces are taken, who may listen, in ranges."""

from __future__ import annotations

import threading

import pytest

from greenroom.model.launch import LaunchRequest
from greenroom.services.sessions import recordings
from greenroom.services.sessions.recordings import PIECE_MAX_BYTES
from tests.recording.sound import webm

pytestmark = pytest.mark.twin


def headers(ticket, **more):
    return {"authorization": f"Bearer {ticket.capability}", "origin": "http://testserver", **more}


@pytest.fixture
def ticket(harness):
    return harness.calls.launch(LaunchRequest(harness.agents.list()[0].id))


@pytest.fixture
def recorded(client, harness, ticket, tmp_path):
    data = webm(tmp_path / "call.webm", 2.0).read_bytes()
    for number, piece in enumerate([data[:3000], data[3000:]]):
        answer = client.post(f"/api/calls/{ticket.session_id}/recording/0/{number}", content=piece, headers=headers(ticket))
        assert answer.json() == {"pieces": number + 1}
    assert client.post(f"/api/calls/{ticket.session_id}/recording/done", headers=headers(ticket)).status_code == 200
    return harness.recordings.address(ticket.session_id)


def test_what_came_in_is_played_whole_and_in_ranges(client, harness, recorded, ticket):
    whole = client.get(recorded)
    assert whole.headers["content-type"] == "audio/webm"
    assert whole.content == harness.recordings.file(ticket.session_id).read_bytes()
    part = client.get(recorded, headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]


@pytest.mark.parametrize(
    "change",
    [
        {"authorization": "Bearer " + "0" * 64},
        {"authorization": ""},
        {"origin": "https://evil.example"},
    ],
)
def test_pieces_of_others_are_refused(client, harness, ticket, change):
    path = f"/api/calls/{ticket.session_id}/recording/0/0"
    assert client.post(path, content=b"x", headers=headers(ticket) | change).status_code == 403
    assert client.post(path.replace("0/0", "done"), headers=headers(ticket) | change).status_code == 403
    assert harness.recordings.of(ticket.session_id) is None


def test_a_piece_of_another_session_is_refused(client, harness, ticket):
    other = harness.launch()
    assert client.post(f"/api/calls/{other}/recording/0/0", content=b"x", headers=headers(ticket)).status_code == 403


@pytest.mark.parametrize("path", ["-1/0", "0/-1", "x/0", "../0/0", "999999999999/0", "0/99999999999", "0/0/0", "0/" + "9" * 5000])
def test_a_place_that_is_none_is_refused(client, harness, ticket, path):
    answer = client.post(f"/api/calls/{ticket.session_id}/recording/{path}", content=b"x", headers=headers(ticket))
    assert answer.status_code in (400, 404, 405)
    assert harness.recordings.of(ticket.session_id) is None


def test_an_oversize_piece_is_refused_before_it_is_read(client, harness, ticket):
    answer = client.post(
        f"/api/calls/{ticket.session_id}/recording/0/0", content=bytes(PIECE_MAX_BYTES + 1), headers=headers(ticket)
    )
    assert answer.status_code == 400
    assert harness.recordings.of(ticket.session_id) is None


def test_a_gap_is_a_conflict(client, ticket):
    assert client.post(f"/api/calls/{ticket.session_id}/recording/0/7", content=b"x", headers=headers(ticket)).status_code == 409


def test_nobody_listens_without_the_whole_address_or_from_another_site(client, harness, recorded, ticket):
    assert client.get(recorded.split("?")[0]).status_code == 403
    assert client.get(recorded[:-1] + ("0" if recorded[-1] != "0" else "1")).status_code == 403
    assert client.get(recorded, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    other = harness.launch()
    assert client.get(recorded.replace(ticket.session_id, other)).status_code == 403


def test_a_deleted_recording_is_not_found(client, harness, recorded, ticket):
    harness.recordings.delete(ticket.session_id)
    assert client.get(recorded).status_code == 404


def test_the_pieces_of_one_session_are_bounded_in_all_and_its_call_goes_on(client, harness, ticket, monkeypatch):
    """Each piece is small; the sum over all parts counts, whatever number and place they claim."""
    monkeypatch.setattr(recordings, "SIZE_MAX_BYTES", 5_000)

    def send(offset_ms, number):
        path = f"/api/calls/{ticket.session_id}/recording/{offset_ms}/{number}"
        return client.post(path, content=b"x" * 2_000, headers=headers(ticket)).status_code

    assert [send(0, 0), send(0, 1), send(0, 2), send(7_000, 0), send(0, 2)] == [200, 200, 429, 429, 429]
    assert sum(file.stat().st_size for file in (harness.config.data_dir / "recordings").rglob("*") if file.is_file()) <= 5_000
    assert harness.session(ticket.session_id).state != "ended"


def test_the_parts_of_a_recording_are_bounded_and_a_refused_one_leaves_no_row(client, harness, ticket, monkeypatch):
    monkeypatch.setattr(recordings, "PARTS_MAX", 3)

    def send(offset_ms, number=0, content=b"x"):
        path = f"/api/calls/{ticket.session_id}/recording/{offset_ms}/{number}"
        return client.post(path, content=content, headers=headers(ticket)).status_code

    assert [send(1000 * number) for number in range(6)] == [200, 200, 200, 429, 429, 429]
    assert [send(0, 1), send(0, 1, b"y"), send(0, 2, b"")] == [200, 200, 429], "a known part goes on; nothing is no piece"
    assert len(harness.recordings._store.parts(ticket.session_id)) == 3


def test_a_short_call_records_no_more_than_it_can_have_heard(client, harness, ticket, monkeypatch):
    monkeypatch.setattr(recordings, "SIZE_START_BYTES", 5_000)
    monkeypatch.setattr(recordings, "SIZE_A_SECOND", 100)

    def send(number):
        path = f"/api/calls/{ticket.session_id}/recording/0/{number}"
        return client.post(path, content=b"x" * 4_000, headers=headers(ticket)).status_code

    assert [send(0), send(1)] == [200, 429]
    harness.clock.ahead_s += 60
    assert send(1) == 200


def test_a_long_recording_that_is_joined_holds_up_no_other_call(harness, ticket, monkeypatch):
    other = next(
        one for _ in range(100) if hash(one := harness.launch()) % recordings.LOCKS != hash(ticket.session_id) % recordings.LOCKS
    )
    joining, go_on = threading.Event(), threading.Event()
    harness.recordings.take(ticket.session_id, 0, 0, b"x")

    def joins(*_):
        joining.set()
        go_on.wait(30)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recordings, "join", joins)
    thread = threading.Thread(target=harness.recordings.settle_due)
    harness.calls.end(ticket.session_id, "ended")
    harness.clock.ahead_s += recordings.SETTLE_AFTER_S + 1
    thread.start()
    assert joining.wait(30)
    assert harness.recordings.take(other, 0, 0, b"x") == 1
    go_on.set()
    thread.join()
