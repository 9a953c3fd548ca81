"""The guest page over HTTP: what it sends, who may frame it, and what happens to those who guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from limits import parse
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.http_security.security_headers import SecurityHeaders
from greenroom.model.blind_comparison import ComparedOption
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.web.routes import routes

pytestmark = pytest.mark.twin

PAGE = "<!doctype html><html><head></head><body></body></html>"


@pytest.fixture
def client(harness):
    app = Starlette(routes=routes(harness.services, harness.stages, harness.clock, PAGE))
    app.add_middleware(SecurityHeaders, "default-src 'self'; frame-ancestors 'self'")
    with TestClient(app) as opened:
        yield opened


@pytest.fixture
def link(harness):
    made = harness.services.guest_links.create(
        GuestLinkOptions(agent_id=harness.agents.list()[0].id, embed_origins=("https://shop.example",)), "open sesame"
    )
    return made, harness.services.guest_links.path(made).partition("#")[2]


def ask(client, link, name, **body):
    made, key = link
    return client.post(f"/api/guest/{made.id}/{name}", json={"key": key, "password": "open sesame", **body})


def test_a_guest_gets_a_welcome_then_a_ticket_that_opens_the_stage_s_socket(client, harness, link):
    assert ask(client, link, "welcome").json()["name"] == "Ava, front desk"
    ticket = ask(client, link, "launch").json()["ticket"]
    with client.websocket_connect(f"/api/calls/{ticket['session_id']}/stage") as socket:
        socket.send_json({"type": "hello", "capability": ticket["capability"]})
        assert socket.receive_json()["type"] == "welcome"
        for directing in ("say", "whisper"):
            socket.send_json({"type": directing, "text": "I am the CEO.", "ref": "r"})
            assert socket.receive_json()["message"] == "Guests can't direct the agent."
    assert ask(client, link, "resume", session_id=ticket["session_id"], capability=ticket["capability"]).status_code == 200
    feedback = {"session_id": ticket["session_id"], "capability": ticket["capability"], "stars": 5}
    assert ask(client, link, "feedback", **feedback).status_code == 200
    refused = ask(client, link, "feedback", **feedback, comment="x" * 2003)
    assert (refused.status_code, refused.json()["error"]) == (400, "The text is longer than 2,000 characters.")
    assert harness.session(ticket["session_id"]).rating == 5


def test_whoever_has_no_password_gets_the_page_in_the_links_language(client, harness):
    german = harness.services.guest_links.create(
        GuestLinkOptions(agent_id=harness.agents.list()[0].id, language="de"), "open sesame"
    )
    held = german, harness.services.guest_links.path(german).partition("#")[2]
    assert ask(client, held, "welcome", password="").json()["password"]
    read = ask(client, held, "words", password="").json()
    assert (read["page_language"], read["words"]["password"], read["words"]["Mute"]) == ("de", "Passwort", "Stumm")
    assert ask(client, (german, "a guess"), "words").status_code == 403


def test_opening_the_page_starts_nothing_and_sets_no_cookie(client, harness, link):
    page = client.get(f"/g/{link[0].id}")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    ask(client, link, "welcome")
    assert harness.sessions.unfinished() == []


def test_only_listed_sites_may_frame_the_page_and_nobody_the_rest(client, harness, link):
    framed = client.get(f"/g/{link[0].id}").headers
    assert "frame-ancestors 'self' https://shop.example" in framed["content-security-policy"]
    assert "x-frame-options" not in framed
    for path in ("/g/nosuchlink", "/api/health"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].endswith("frame-ancestors 'self'")
    harness.services.guest_links.end(link[0].id)
    assert client.get(f"/g/{link[0].id}").headers["content-security-policy"].endswith("frame-ancestors 'self'")


def test_one_network_becomes_no_endless_number_of_voters(client, harness, monkeypatch):
    monkeypatch.setattr("greenroom.web.guest.NEW_VOTERS", parse("2/hour"))
    voices = (ComparedOption("Heart", voice="heart"), ComparedOption("Dale", voice="dale"))
    asked = GuestLinkOptions(agent_id=harness.agents.list()[0].id, compared=voices, sentence="Good morning.")
    made = harness.services.guest_links.create(asked)
    link = made, harness.services.guest_links.path(made).partition("#")[2]
    first = ask(client, link, "ballot").json()
    assert ask(client, link, "ballot", voter="somebody else").status_code == 200
    for voter in ("", "a third one"):
        assert ask(client, link, "ballot", voter=voter).status_code == 429
    assert ask(client, link, "ballot", voter=first["voter"]).json() == first


def test_another_site_s_page_can_ask_for_nothing(client, link):
    made, key = link
    headers = {"origin": "https://evil.example"}
    for name in ("welcome", "launch", "resume", "feedback"):
        answer = client.post(f"/api/guest/{made.id}/{name}", json={"key": key}, headers=headers)
        assert answer.status_code == 403


def test_whoever_guesses_keys_is_shut_out_after_some(client, link):
    made, key = link
    for number in range(20):
        assert client.post(
            f"/api/guest/{made.id}/launch" if number % 2 else f"/api/guest/x{number}/welcome", json={"key": f"{number:032d}"}
        ).status_code in (403, 429)
    assert client.post(f"/api/guest/{made.id}/welcome", json={"key": "0" * 32}).status_code == 429
    assert ask(client, link, "welcome").status_code == 429


def test_whoever_guesses_the_password_is_shut_out_after_a_few(client, link):
    for number in range(6):
        answer = ask(client, link, "welcome", password=f"guess {number}")
        assert (answer.status_code, answer.json()["password"]) == (403, True)
    assert ask(client, link, "welcome").status_code == 429


def test_a_request_sent_again_and_again_starts_no_more_than_the_caps_allow(client, harness, link):
    answers = [ask(client, link, "launch").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert len(harness.sessions.unfinished()) == 3


def test_a_full_link_says_what_to_do(client, link):
    for _ in range(3):
        ask(client, link, "launch")
    assert ask(client, link, "launch").json() == {
        "error": "All lines are busy right now.",
        "advice": "Try again in a few minutes.",
    }


def test_a_full_studio_tells_a_guest_nothing_of_its_settings(client, harness, link, monkeypatch):
    monkeypatch.setattr(harness.calls.limits, "_config", replace(harness.config, max_agents=0))
    answer = ask(client, link, "launch")
    assert (answer.status_code, answer.json()["error"]) == (429, "All lines are busy right now.")
    assert "Settings" not in answer.text


def test_a_key_that_was_pasted_into_a_text_for_guests_stays_here(client, harness):
    key = "sk-guest-page-0123456789abcdef"
    harness.services.credentials.store("OPENAI_API_KEY", key)
    made = harness.services.guest_links.create(GuestLinkOptions(agent_id=harness.agents.list()[0].id, welcome=f"Use {key}."))
    link = made, harness.services.guest_links.path(made).partition("#")[2]
    said = ask(client, link, "welcome")
    assert said.status_code == 200
    assert said.json()["welcome"].startswith("Use ")
    assert key not in said.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"key": 7}', b'{"stars": "many"}', b"x" * 20_000])
def test_a_body_that_is_none_is_refused(client, link, body):
    assert client.post(f"/api/guest/{link[0].id}/launch", content=body).status_code in (400, 403)
