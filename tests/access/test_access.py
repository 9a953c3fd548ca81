"""Members and their roles, and that services refuse what a role may not do, whoever calls them."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from operator import attrgetter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.shell.reader import ASK, choose_where, for_reader
from greenroom import services as door
from greenroom.access.actions import ACTIONS, allowed, required_role
from greenroom.access.members import Members
from greenroom.catalog.templates import AVA
from greenroom.config import BadConfig, read
from greenroom.errors import NotAllowed
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.launch import LaunchRequest
from greenroom.model.principal import Principal
from greenroom.model.session import Turn
from greenroom.services.guard import EMAIL_PARAMETERS, MEMBER_PARAMETERS
from greenroom.services.sessions import ReviewService
from greenroom.services.team import ApiKeys, VersionComments
from tests.pages.conftest import APP, NOBODY
from tests.recording.sound import webm
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit

MEMBERS = Members.read("Ann@firm.example", "@firm.example", "guest@other.example, @agency.example")
EMAILS = {"admin": "ann@firm.example", "editor": "bo@firm.example", "viewer": "guest@other.example"}
WHO = {role: MEMBERS.member(email) for role, email in EMAILS.items()}


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("ANN@Firm.example ", "admin"),
        ("bo@firm.example", "editor"),
        ("x@agency.example", "viewer"),
        ("x@notfirm.example", None),
        ("x@sub.firm.example", None),
        ("a@firm.example@evil.example", None),
        ("evil@evil.example,ann@firm.example", None),
        ("@firm.example", None),
        ("firm.example", None),
        ("", None),
    ],
)
def test_an_address_has_its_highest_role_or_none(email, role):
    member = MEMBERS.member(email)
    assert (member.role if member else None) == role


def test_what_the_table_does_not_list_needs_an_admin():
    assert required_role("credentials.store") == required_role("guest_links.create") == required_role("brand.new") == "admin"
    assert required_role("records.page") == "viewer"
    assert required_role("records.delete") == "editor"
    assert not allowed(None, "records.page")


def test_what_lets_keys_alerts_or_tools_reach_another_host_needs_an_admin():
    """An editor who may consent to it, and tries tools, would read this computer's own network."""
    for action in ("keys.decide", "alerts.allow", "tools.allow", "brains.choose"):
        assert [allowed(WHO[role], action) for role in ("viewer", "editor", "admin")] == [False, False, True], action
    assert allowed(WHO["editor"], "tools.withdraw")


def test_all_that_changes_an_agent_or_costs_money_is_beyond_a_viewer():
    for action in (
        "agents.save",
        "agents.create",
        "agents.archive",
        "calls.launch",
        "calls.end",
        "texts.capability",
        "transfers.as_zip",
    ):
        assert [allowed(WHO[role], action) for role in ("viewer", "editor", "admin")] == [False, True, True]


@pytest.fixture
def harness(tmp_path):
    made = make_harness(NOBODY, tmp_path)
    object.__setattr__(made.services, "config", replace(made.services.config, members=MEMBERS))
    door.install(made.services)
    yield made
    door._current.clear()
    door._who.clear()
    door._guarded.clear()


def test_the_table_names_only_what_there_is(harness):
    """A renamed method would otherwise be closed to those who may use it, or stay allowed under a name that another one gets."""
    gone = []
    for action in ACTIONS:
        try:
            attrgetter(action.removesuffix(".*"))(harness.services)
        except AttributeError:
            gone.append(action)
    assert gone == []


def acting(role):
    door.identify(lambda: WHO.get(role))
    return door.current()


def test_services_refuse_whoever_calls_them(harness):
    agent = harness.agents.list()[0].id
    for role in (None, "viewer"):
        services = acting(role)
        for act in (
            lambda s=services: s.agents.create(AVA),
            lambda s=services: s.calls.launch(LaunchRequest(agent)),
            lambda s=services: s.calls.commands,
            lambda s=services: s.credentials.listed(),
            lambda s=services: s.guest_links.create(GuestLinkOptions(agent_id=agent)),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert acting("viewer").agents.get(agent).id == agent
    with pytest.raises(NotAllowed, match="role admin"):
        acting("editor").guest_links.list()
    assert acting("admin").guest_links.list() == []
    assert len(harness.agents.list()) == 1


def test_a_role_that_is_taken_away_counts_at_once(harness):
    role = ["admin"]
    door.identify(lambda: WHO.get(role[0]))
    services = door.current()
    services.guest_links.list()
    role[0] = "viewer"
    with pytest.raises(NotAllowed):
        services.guest_links.list()


def test_whoever_acts_is_the_signed_in_member_whatever_a_page_says(harness):
    """greenroom/services/guard.py: the author of notes and comments, the maker of keys, and who launched."""
    services, agent = acting("admin"), harness.agents.list()[0].id
    version = harness.agents.versions.freeze(agent).id
    assert services.comments.add(version, "one", "boss@firm.example").author == EMAILS["admin"]
    assert services.comments.add(version, "two", author="boss@firm.example").author == EMAILS["admin"]
    theirs = harness.services.comments.add(version, "three", EMAILS["admin"])
    assert services.api_keys.create("CI", ("start",), created_by="boss@firm.example")[0].created_by == EMAILS["admin"]
    session_id = services.calls.launch(LaunchRequest(agent, principal=Principal("member", "boss@firm.example"))).session_id
    assert harness.session(session_id).principal == f"member:{EMAILS['admin']}"
    assert services.reviews.add_note(session_id, "four", None, "boss@firm.example").author == EMAILS["admin"]
    with pytest.raises(NotAllowed, match="Another account"):
        acting("viewer").comments.remove(theirs.id, WHO["admin"])


def test_parameters_that_say_who_acts_are_known_to_the_guard():
    """One by another name would let a page choose."""
    for name, kind in (("comments", VersionComments), ("reviews", ReviewService), ("api_keys", ApiKeys)):
        for method, found in inspect.getmembers(kind, inspect.isfunction):
            hints = inspect.signature(found).parameters.values()
            says = {one.name for one in hints if "Member" in str(one.annotation) or re.search("author|_by$", one.name)}
            assert says <= EMAIL_PARAMETERS | MEMBER_PARAMETERS, (name, method)


def opened(monkeypatch, role):
    from components.shell import sign_in

    monkeypatch.setattr(sign_in, "member", lambda members: WHO.get(role))
    test = AppTest.from_file(str(APP), default_timeout=30).run()
    assert [e.value for e in test.exception] == []
    return test


def test_without_an_account_there_is_only_the_door(harness, monkeypatch):
    test = opened(monkeypatch, None)
    said = " ".join([*(m.value for m in test.markdown), *(e.value for e in test.error)])
    assert re.search("Sign in|sign-in", said, re.IGNORECASE)
    assert not test.selectbox
    assert not any(button.key == "launch" for button in test.button)


@pytest.mark.parametrize(("role", "studio"), [("viewer", False), ("editor", True), ("admin", True)])
def test_each_role_sees_what_it_may_use(harness, monkeypatch, role, studio):
    test = opened(monkeypatch, role)
    assert any(button.key == "launch" for button in test.button) == studio
    assert any(button.key == "share" for button in test.button) == (role == "admin")
    assert any(EMAILS[role] in shown.proto.body for shown in test.sidebar.get("html"))
    assert studio or [title.value for title in test.title] == ["Sessions"]


def test_the_message_of_a_button_changes_nothing_for_whoever_became_a_viewer(harness, monkeypatch):
    """It arrives as from an editor's page."""
    test = opened(monkeypatch, "editor")
    launch = next(button for button in test.button if button.key == "launch")
    monkeypatch.setattr("components.shell.sign_in.member", lambda members: WHO["viewer"])
    launch.click().run()
    assert harness.sessions.unfinished() == []


def test_a_text_that_points_to_settings_says_who_can_open_them(harness):
    texts = (
        "Add DEEPGRAM_API_KEY in Settings → Credentials.",
        "Replace XI_KEY in Settings.",
        "Choose a model in Settings → Brain.",
    )
    door.identify(lambda: WHO["editor"])
    assert [for_reader(text) for text in (*texts, "Launch again.")] == [*(f"{text} {ASK}" for text in texts), "Launch again."]
    assert "admin" in choose_where()
    door.identify(lambda: WHO["admin"])
    assert [for_reader(text) for text in texts] == list(texts)
    assert choose_where() == "Choose in Settings"


def test_each_role_can_read_a_session_with_all_that_it_has_and_what_it_cannot_do_is_not_offered(harness, monkeypatch, tmp_path):
    """Every page of a viewer, over data: an empty one asks services for less."""
    session_id = reviewed_session(harness, tmp_path)
    for role in EMAILS:
        test = opened(monkeypatch, role)
        for page in ("sessions", "trends", "session"):
            test.query_params["id"] = str(session_id)
            test.switch_page(f"pages/{page}.py").run()
            shown = [*(e.value for e in test.exception), *(e.value for e in test.error)]
            assert shown == [], (role, page)
            keys = {button.key for button in test.button}
            offered = keys & {"launch_again", "make_draft", "delete_recording"}
            assert bool(offered) == (page == "session" and role != "viewer"), (role, page, offered)
        assert any("Good catch" in m.value for m in test.markdown)


def reviewed_session(harness, folder):
    """An ended call with words, a recording, a note, a tag, and a test's verdict about its version."""
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(1, "user", "Dogs?", 800, 1200))
    harness.calls.record_turn(session_id, Turn(1, "agent", "Dogs are welcome.", 1900, 2600, latency_ms=712))
    harness.calls.end(session_id, "ended")
    harness.recordings.take(session_id, 0, 0, webm(folder / "call.webm", 1.0).read_bytes())
    harness.recordings.settle(session_id)
    harness.services.reviews.add_note(session_id, "Good catch", 1000, EMAILS["editor"])
    harness.services.reviews.set_tags(session_id, ["demo"])
    return session_id


def test_a_public_studio_needs_sign_in_or_a_stated_everybody(tmp_path):
    base = {"GREENROOM_PUBLIC_URL": "https://studio.example", "GREENROOM_DATA_DIR": str(tmp_path)}
    with pytest.raises(BadConfig, match="GREENROOM_ADMINS"):
        read(base)
    assert read({**base, "GREENROOM_ADMINS": "ann@firm.example"}).members.configured
    with pytest.raises(BadConfig, match="needs an admin"):
        read({"GREENROOM_EDITORS": "@firm.example"})


def test_actions_of_pages_are_in_the_table_or_meant_for_admins():
    """A new action that pages use is classified on purpose."""
    admin_only = {
        "brains",
        "credentials",
        "guest_links",
        "keys",
        "retention",
        "config",
        "client_keys",
        "api_keys",
        "audit",
        "comparison_results",
        "alerts",
    }
    used = set()
    for path in [*Path("components").rglob("*.py"), *Path("pages").rglob("*.py")]:
        used |= set(re.findall(r"current\(\)\.(\w+\.\w+)", path.read_text(encoding="utf8")))
    missing = {a for a in used - set(ACTIONS) if required_role(a) == "admin" and a.partition(".")[0] not in admin_only}
    assert missing == set()
