"""Signing in against a real OpenID provider, as each role, and what each then sees and may ask of our routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from greenroom.composition import services_alone
from greenroom.config import read
from tests.oidc_provider import OidcProvider
from tests.studio_process import StudioProcess
from tests.team_studio import team_studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

ROLES = {"ann@firm.example": "admin", "bo@firm.example": "editor", "cy@agency.example": "viewer"}
SEES = {
    "admin": {"Studio", "Sessions", "Rehearse", "Guest links", "Trends", "Settings", "Audit log"},
    "editor": {"Studio", "Sessions", "Rehearse", "Trends"},
    "viewer": {"Sessions", "Trends"},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as running:
        yield running


@pytest.fixture(scope="module")
def team(provider: OidcProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    with team_studio(provider, tmp_path_factory.mktemp("team")) as running:
        yield running


def sign_in(page: Page, studio: StudioProcess, provider: OidcProvider, email: str, **more: Any) -> None:
    provider.account = {"email": email, "name": email.partition("@")[0].title(), "email_verified": True, **more}
    page.goto(studio.url)
    page.get_by_role("button", name="Sign in").click()


def nav(page: Page) -> set[str]:
    return {title.split("\n")[-1].strip() for title in page.get_by_test_id("stSidebarNavLink").all_inner_texts()}


def test_each_role_signs_in_and_gets_what_is_its_own(browser: Browser, team: StudioProcess, provider: OidcProvider) -> None:
    for email, role in ROLES.items():
        context = browser.new_context()
        page = context.new_page()
        sign_in(page, team, provider, email)
        expect(page.get_by_text(f"{email} · {role}")).to_be_visible(timeout=45_000)
        assert nav(page) >= SEES[role]
        assert not (nav(page) & (SEES["admin"] - SEES[role]))
        saving = page.request.post(f"{team.url}/api/drafts/nobody/text", data={}, headers={"origin": team.url})
        assert (saving.status == 403) == (role == "viewer"), saving.text()
        page.goto(f"{team.url}/settings")
        beyond = page.get_by_text(re.compile("Your role can't open this page"))
        expect(beyond if role != "admin" else page.get_by_role("heading", name="API keys")).to_be_visible(timeout=45_000)
        context.close()
    assert provider.refused == []


@pytest.mark.parametrize("account", [{"email": "mallory@evil.example"}, {"email": "ann@firm.example", "email_verified": False}])
def test_an_account_without_a_role_stays_at_the_door(
    browser: Browser, team: StudioProcess, provider: OidcProvider, account: dict[str, Any]
) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, team, provider, **account)
    expect(page.get_by_text("Your account has no access to this studio.")).to_be_visible(timeout=45_000)
    assert nav(page) == set()
    refused = page.request.post(f"{team.url}/api/drafts/nobody/text", data={}, headers={"origin": team.url})
    assert refused.status == 403
    page.get_by_role("button", name="Sign out").click()
    entrance = page.get_by_role("button", name="Sign in")
    expect(entrance).to_be_visible(timeout=45_000)
    box, window = entrance.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    assert abs(box["x"] + box["width"] / 2 - window["width"] / 2) < 20, "in the middle"
    context.close()


def test_a_mention_reaches_the_teammate_and_the_exported_log_says_who_deleted_a_comment(
    browser: Browser, team: StudioProcess, provider: OidcProvider
) -> None:
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(team.data_dir)}))
    owner.agents.versions.freeze(owner.agents.default().id)
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, team, provider, "bo@firm.example")
    page.get_by_text("Agent menu").click()
    page.get_by_text("Versions", exact=True).click()
    page.get_by_role("dialog", name="Versions").get_by_text("Comment", exact=True).click()
    page.get_by_role("textbox", name="Comment").fill("@ann Is the greeting too long?")
    page.get_by_role("button", name="Add comment").click()
    expect(page.get_by_text("Comments (1)")).to_be_visible(timeout=45_000)
    expect(page.get_by_role("textbox", name="Comment")).to_have_value("")
    page.get_by_role("textbox", name="Comment").fill("Never mind.")
    page.get_by_role("button", name="Add comment").click()
    expect(page.get_by_text("Comments (2)")).to_be_visible(timeout=45_000)
    page.get_by_role("button", name="Delete").last.click()
    expect(page.get_by_text("Comments (1)")).to_be_visible(timeout=45_000)
    context.close()
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, team, provider, "ann@firm.example")
    expect(page.get_by_text("ann@firm.example · admin")).to_be_visible(timeout=45_000)
    page.goto(f"{team.url}/sessions")
    page.get_by_text("Mentions (1)").click(timeout=45_000)
    expect(page.get_by_text("Is the greeting too long?")).to_be_visible()
    page.goto(f"{team.url}/audit_log")
    with page.expect_download(timeout=45_000) as exported:
        page.get_by_role("button", name="Export CSV").click()
    lines = exported.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert [line for line in lines if ",bo@firm.example,deleted,comments.remove," in line], lines
    context.close()
