"""Guest links: who gets in, what the caps allow, and how a link ends, on one process and on two."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from greenroom.catalog.prices import cost_of
from greenroom.catalog.templates import AVA
from greenroom.errors import AgoraError, GreenroomError, LimitReached, NotAllowed
from greenroom.model.blind_comparison import ComparedOption
from greenroom.model.guest_link import GuestFeedback, GuestLinkOptions
from greenroom.services.calls.watchdog import SWEEP_EVERY_S
from greenroom.services.sharing import PasswordNeeded
from greenroom.services.sharing.guest_visits import ConsentNeeded
from tests.conftest import PATIENCE_S, until
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin


def make_link(harness, password="", **options):
    agent = harness.agents.list()[0].id
    link = harness.services.guest_links.create(GuestLinkOptions(agent_id=agent, **options), password)
    return link, harness.services.guest_links.path(link).partition("#")[2]


def launch(harness, link, key, **more):
    asked = {"password": "", "consent": False, **more}
    return harness.services.guest_visits.launch(link.id, key, asked["password"], asked["consent"]).ticket


def talk(harness, ticket, seconds):
    harness.calls.start_agent(ticket.session_id)
    harness.clock.ahead_s += seconds


def test_what_is_wrong_with_an_agent_is_told_to_no_guest(harness):
    agent = harness.agents.default()
    link = harness.services.guest_links.create(GuestLinkOptions(agent_id=agent.id))
    draft = harness.agents.draft(agent.id)
    own = {"llm.vendor": "compatible", "llm.compatible.url": "http://10.0.0.8:9000/v1"}
    harness.services.tools.allow(agent.id, "10.0.0.8:9000")
    harness.agents.save(agent.id, {**draft.settings, **own}, draft.revision)
    harness.agents.versions.freeze(agent.id)
    harness.services.tools.withdraw(agent.id, "10.0.0.8:9000")
    with pytest.raises(NotAllowed, match="can't be started right now") as refused:
        harness.services.guest_visits.launch(link.id, harness.services.guest_links.path(link).partition("#")[2], "", False)
    assert "10.0.0.8" not in f"{refused.value} {refused.value.advice}"


def test_a_guest_launches_the_version_and_sees_no_vendor_and_no_price(harness):
    link, key = make_link(harness, name="Lobby")
    ticket = launch(harness, link, key)
    session = harness.session(ticket.session_id)
    assert (session.origin, session.guest_link, session.version_number) == ("guest", link.id, 1)
    assert (ticket.agent_name, ticket.cost, ticket.cap_s) == ("Lobby", None, 600)


def test_a_link_without_a_version_follows_the_newest_one_and_never_the_draft(harness):
    link, key = make_link(harness)
    agent, draft = link.agent_id, harness.agents.draft(link.agent_id)
    draft = harness.agents.save(agent, {**draft.settings, "prompt.system": "Be new."}, draft.revision)
    assert harness.session(launch(harness, link, key).session_id).version_number == 1
    harness.agents.versions.freeze(agent)
    assert harness.session(launch(harness, link, key).session_id).version_number == 2


def test_neither_key_nor_password_is_in_the_store(harness):
    link, key = make_link(harness, password="open sesame")
    stored = repr(harness.base.guest_links.get(link.id))
    assert len(key) == 32
    assert key not in stored
    assert "open sesame" not in stored


@pytest.mark.parametrize("forged", ["", None, 7, "A" * 32, "ä" * 32, "\ud800"])
def test_a_forged_key_opens_nothing(harness, forged):
    link, _ = make_link(harness)
    for link_id in (link.id, "nosuchlink", ""):
        with pytest.raises(NotAllowed, match="isn't valid"):
            harness.services.guest_visits.launch(link_id, forged, "", True)
    assert harness.sessions.unfinished() == []


def test_the_key_of_one_link_is_not_another_s(harness):
    (one, key), (other, _) = make_link(harness), make_link(harness)
    assert one.id != other.id
    with pytest.raises(NotAllowed):
        launch(harness, other, key)


def test_what_goes_on_when_an_agent_is_archived(harness):
    other, agent = harness.agents.list()[0].id, harness.agents.create(AVA, "Ben").id
    assert harness.services.guest_links.still_open(agent) == (0, 0)
    version = harness.agents.versions.freeze(agent).id
    both = (ComparedOption("1", version), ComparedOption("2", harness.agents.versions.freeze(other).id))
    make_link(harness)
    harness.services.guest_links.create(GuestLinkOptions(agent_id=other, compared=both))
    harness.services.guest_links.end(make_link(harness)[0].id)
    harness.run()
    assert harness.services.guest_links.still_open(agent) == (2, 1)
    harness.agents.archive(agent)
    assert harness.services.guest_links.still_open(agent) == (2, 1), "archiving ends none"


def test_an_expired_link_and_one_that_was_ended_let_nobody_in(harness):
    link, key = make_link(harness, expires_at=harness.clock.now() + timedelta(hours=1))
    launch(harness, link, key)
    harness.clock.ahead_s += 3601
    with pytest.raises(NotAllowed, match="expired"):
        launch(harness, link, key)
    with pytest.raises(NotAllowed, match="expired"):
        harness.services.guest_visits.welcome(link.id, key)
    other, its_key = make_link(harness)
    harness.services.guest_links.end(other.id)
    with pytest.raises(NotAllowed, match="turned off"):
        launch(harness, other, its_key)


def test_a_password_is_asked_for_before_anything_is_shown(harness):
    link, key = make_link(harness, password="open sesame", welcome="Hello")
    for wrong in ("", "sesame", None):
        with pytest.raises(PasswordNeeded):
            harness.services.guest_visits.welcome(link.id, key, wrong)
    assert harness.services.guest_visits.welcome(link.id, key, "open sesame").welcome == "Hello"


def test_a_recorded_call_needs_consent(harness):
    link, key = make_link(harness, record=True)
    with pytest.raises(ConsentNeeded):
        launch(harness, link, key)
    assert harness.services.guest_visits.launch(link.id, key, "", True).record


def test_the_welcome_names_the_agent_and_its_language(harness):
    link, key = make_link(harness, captions=False)
    shown = harness.services.guest_visits.welcome(link.id, key)
    assert (shown.name, shown.language, shown.captions) == ("Ava, front desk", "English (US)", False)


@pytest.mark.parametrize(
    "bad", ["https://a.example; script-src *", "https://*.example", "http://a.example", "a.example", "https://a.example/x"]
)
def test_only_sites_can_be_allowed_to_embed(harness, bad):
    with pytest.raises(GreenroomError, match="isn't a site"):
        make_link(harness, embed_origins=(bad,))


# ── caps


def test_of_many_who_press_at_once_no_more_get_in_than_there_are_places(harness):
    link, key = make_link(harness, at_once=3)
    results: list[str] = []

    def press() -> None:
        try:
            launch(harness, link, key)
            results.append("in")
        except LimitReached:
            results.append("full")

    pressing = [threading.Thread(target=press) for _ in range(12)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert sorted(results) == ["full"] * 9 + ["in"] * 3
    assert harness.base.guest_links.get(link.id).visits == 3


def test_minutes_in_all_count_calls_that_ended_and_calls_that_run(harness):
    link, key = make_link(harness, total_s=300)
    first = launch(harness, link, key)
    talk(harness, first, 200)
    harness.calls.end(first.session_id, "ended")
    harness.records.delete(first.session_id)
    second = launch(harness, link, key)
    talk(harness, second, 101)
    with pytest.raises(LimitReached, match="used up"):
        launch(harness, link, key)
    assert harness.services.guest_visits.welcome(link.id, key).max_s == link.visit_s, "the guest who talks may reload"
    harness.calls.end(second.session_id, "ended")
    with pytest.raises(LimitReached, match="used up"):
        harness.services.guest_visits.welcome(link.id, key)


def test_a_visit_ends_at_its_minutes_and_at_the_end_of_those_in_all(harness):
    long, key = make_link(harness, visit_s=60, total_s=0)
    ticket = launch(harness, long, key)
    assert ticket.cap_s == 60
    assert ends_after(harness, ticket, 61) == ("capped", "The maximum call length is 1 min.")
    short, its_key = make_link(harness, visit_s=600, total_s=120)
    assert ends_after(harness, launch(harness, short, its_key), 121) == ("capped", "This link's talk time is used up.")


def ends_after(harness, ticket, seconds):
    talk(harness, ticket, seconds)
    for _ in range(2):
        harness.calls.seen(ticket.session_id)
        harness.guard.tick()
        harness.clock.ahead_s += 7
    session = harness.session(ticket.session_id)
    return session.end_reason, session.end_detail


def test_a_visit_ends_at_the_budget_of_its_link_and_the_next_one_is_refused(harness, monkeypatch):
    guests = harness.calls.limits.guests
    monkeypatch.setattr(guests, "_config", replace(guests._config, place="cloud"))
    link, key = make_link(harness, max_cost=0.30, total_s=0)
    ticket = launch(harness, link, key)
    talk(harness, ticket, 0)
    seconds = 0
    while (session := harness.session(ticket.session_id)).state != "ended":
        harness.calls.seen(ticket.session_id)
        harness.guard.tick()
        harness.clock.ahead_s += 1
        seconds += 1
    assert (session.end_reason, session.end_detail) == ("capped", "This link's budget is used up.")
    assert 150 < seconds < 180, "thirty cents are three minutes"
    used = harness.services.guest_links.list()[0]
    assert cost_of(used.seconds) <= link.max_cost
    for ask in (launch, lambda harness, link, key: harness.services.guest_visits.welcome(link.id, key)):
        with pytest.raises(LimitReached, match="budget is used up") as refused:
            ask(harness, link, key)
        assert refused.value.advice == "Ask whoever sent you the link for a new one."


def test_money_caps_on_the_cloud(harness):
    link, _ = make_link(harness, max_cost=1.0, total_s=0)
    guests = harness.calls.limits.guests
    used = type(link)(**{name: getattr(link, name) for name in link.__dataclass_fields__} | {"used_s": 600})
    guests.admit(used, [])  # offline nothing costs anything
    object.__setattr__(harness.config, "place", "cloud")
    try:
        with pytest.raises(LimitReached, match="budget"):
            guests.admit(used, [])
    finally:
        object.__setattr__(harness.config, "place", "twin")


# ── the end of a link


def test_ending_a_link_ends_its_calls_and_no_others(harness):
    link, key = make_link(harness)
    guest, mine = launch(harness, link, key), harness.run()
    harness.calls.start_agent(guest.session_id)
    assert harness.services.guest_links.end(link.id) == 1
    assert harness.session(guest.session_id).end_reason == "stopped"
    assert harness.agent_status(guest.session_id) == "STOPPED"
    assert harness.session(mine).state == "running"


def test_a_link_ended_on_one_process_is_dead_on_another_at_its_next_look(twin, tmp_path):
    here, there = make_harness(twin.url, tmp_path), make_harness(twin.url, tmp_path)
    link, key = make_link(here)
    ticket = launch(there, link, key)
    there.calls.start_agent(ticket.session_id)
    here.services.guest_links.end(link.id)
    with pytest.raises(NotAllowed, match="turned off"):
        launch(there, link, key)
    there.guard.tick()  # once a second
    assert there.session(ticket.session_id).end_reason == "stopped"
    assert (ticket.session_id, "ended") in there.told
    assert there.agent_status(ticket.session_id) == "STOPPED"


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([{"endpoint": "join", "status": 0, "delay_s": 8}], id="the answer comes too late"),
        pytest.param([{"endpoint": "join", "status": 504, "performed": True}], id="the answer is lost"),
        pytest.param(
            [{"endpoint": "join", "status": 504, "performed": True}, {"endpoint": "list", "status": 503, "times": 8}],
            id="the answer is lost and nothing can be looked up",
        ),
        pytest.param(
            [{"endpoint": "join", "status": 504, "performed": True}, {"endpoint": "leave", "status": 503, "times": 8}],
            id="the answer is lost and nothing can be stopped",
        ),
    ],
)
def test_an_agent_whose_start_was_not_confirmed_leaves_no_guest_without_an_end_and_does_not_run_on(harness, twin, faults):
    link, key = make_link(harness)
    ticket = launch(harness, link, key)
    for fault in faults:
        httpx.post(f"{twin.url}/twin/faults", json=fault, timeout=PATIENCE_S, trust_env=False).raise_for_status()
    with pytest.raises(AgoraError):
        harness.calls.start_agent(ticket.session_id)
    assert harness.session(ticket.session_id).end_reason == "refused"
    assert harness.services.guest_links.list()[0].talking == 0, "its place is free"

    def stopped():
        harness.clock.ahead_s += SWEEP_EVERY_S
        harness.guard.tick()
        return harness.session(ticket.session_id).agent_stopped

    until(stopped)
    name = f"greenroom-{ticket.session_id}"
    agents = httpx.get(f"{twin.url}/twin/agents", timeout=PATIENCE_S, trust_env=False).json()
    assert [agent["status"] for agent in agents if agent["name"] == name] == ["STOPPED"]


# ── after the call


def test_feedback_is_in_the_session(harness):
    link, key = make_link(harness)
    ticket = launch(harness, link, key)
    for said in (GuestFeedback(thumb="down"), GuestFeedback("up", 4), GuestFeedback(comment=" Lovely voice. ")):
        harness.services.guest_visits.rate(link.id, key, ticket.session_id, ticket.capability, said)
    review = harness.reviews.of(ticket.session_id)
    assert (review.rating, review.tags) == (4, ("Thumbs up",))
    assert [(note.author, note.text) for note in review.notes] == [("Guest", "Lovely voice.")]


def test_a_guest_reaches_no_session_but_its_own(harness):
    link, key = make_link(harness)
    mine, other = launch(harness, link, key), harness.launch()
    visits, foreign = harness.services.guest_visits, harness.calls._tokens.capabilities.issue(other)
    for session_id, capability in ((other, mine.capability), (mine.session_id, foreign), (other, foreign), ("nosuch", "x")):
        with pytest.raises(NotAllowed):
            visits.rate(link.id, key, session_id, capability, GuestFeedback(stars=1))
        with pytest.raises(NotAllowed):
            visits.resume(link.id, key, session_id, capability)
    assert harness.reviews.of(other).rating is None


def test_feedback_ends_an_hour_after_the_call(harness):
    link, key = make_link(harness)
    ticket = launch(harness, link, key)
    harness.calls.end(ticket.session_id, "ended")
    harness.clock.ahead_s += 3601
    with pytest.raises(NotAllowed, match="too late"):
        harness.services.guest_visits.rate(link.id, key, ticket.session_id, ticket.capability, GuestFeedback(stars=1))


def test_the_list_shows_the_use_of_each_link(harness):
    link, key = make_link(harness)
    talk(harness, launch(harness, link, key), 30)
    (found,) = harness.services.guest_links.list()
    assert (found.talking, found.link.visits, found.address) == (1, 1, f"/g/{link.id}#{key}")
    assert 29 <= found.seconds <= 60
    assert (found.cost, found.used_up) == (0, ""), "offline nothing costs anything"
    object.__setattr__(harness.config, "place", "cloud")
    try:
        assert harness.services.guest_links.list()[0].cost == pytest.approx(cost_of(found.seconds), rel=0.2)
    finally:
        object.__setattr__(harness.config, "place", "twin")
    harness.clock.ahead_s += found.link.total_s
    assert "used up" in harness.services.guest_links.list()[0].used_up
