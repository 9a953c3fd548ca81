"""The whole journey through the shipped configurations of nginx and Caddy: a member signs in and talks, a guest talks on the
page of a link and in another site's frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Locator, Playwright, expect

from greenroom.catalog.templates import AVA
from greenroom.clock import Clock
from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.store import AgentStore, Database
from tests.browser.conftest import eventually
from tests.browser.ears import TAP, loud_seconds, record
from tests.browser.other_site import embed, other_site
from tests.browser.stage import open_browser, shut
from tests.browser.studio_fixtures import silent_mic  # noqa: F401 - a fixture
from tests.databases import migrated_sqlite
from tests.deploy.proxies import PROXIES, proxy_before
from tests.oidc_provider import OidcProvider
from tests.studio_process import StudioProcess, free_port
from tests.team_studio import team_studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

if not PROXIES:
    pytest.skip("needs nginx or caddy", allow_module_level=True)

GREETING = "Good day, this is Ava."


@pytest.fixture(scope="module")
def public() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with OidcProvider() as running:
        yield running


@pytest.fixture(scope="module")
def team(provider: OidcProvider, public: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    folder = tmp_path_factory.mktemp("team")
    database = Database(migrated_sqlite(folder / "data" / "greenroom.db"))
    AgentStore(database, Clock()).create(AVA.name, {**AVA.values, "prompt.greeting": GREETING})
    database.close()
    environ = {"GREENROOM_PUBLIC_URL": f"https://localhost:{public}", "GREENROOM_MEDIA_PORT": str(free_port())}
    with team_studio(provider, folder, environ, engines=True) as running:
        yield running


@pytest.fixture(params=PROXIES)
def proxy(request: pytest.FixtureRequest, public: int, team: StudioProcess, tmp_path: Path) -> Iterator[str]:
    with proxy_before(request.param, tmp_path, public, [team.port]) as url:
        yield url


@pytest.fixture
def browser(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    context = open_browser(playwright, silent_mic, ignore_https_errors=True)
    context.add_init_script(TAP)
    yield context
    shut(context)


def test_a_member_signs_in_with_secure_cookies_and_talks(browser: BrowserContext, proxy: str, provider: OidcProvider) -> None:
    provider.account = {"email": "ann@firm.example", "name": "Ann", "email_verified": True}
    page = browser.new_page()
    page.goto(proxy)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("ann@firm.example · admin")).to_be_visible(timeout=45_000)
    assert provider.refused == []
    cookies = {one.get("name", ""): one for one in browser.cookies(proxy)}
    signed_in = {name for name in cookies if name.startswith("_streamlit_user")}
    assert signed_in
    assert all(one.get("secure") for one in cookies.values()), cookies
    assert all(cookies[name].get("httpOnly") for name in signed_in), cookies
    stage = page.get_by_test_id("stage")
    stage.get_by_role("button", name="Launch").click()
    expect_greeting(page.main_frame, stage)
    stage.get_by_role("button", name="End", exact=True).click()
    expect(stage.get_by_test_id("summary")).to_be_visible(timeout=45_000)
    page.reload()
    expect(page.get_by_text("ann@firm.example · admin")).to_be_visible(timeout=45_000)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=45_000)


def test_a_guest_talks_on_the_links_page_and_in_another_sites_frame(
    browser: BrowserContext, proxy: str, team: StudioProcess, tmp_path: Path
) -> None:
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(team.data_dir)}))
    with other_site(tmp_path) as site:
        link = owner.guest_links.create(GuestLinkOptions(agent_id=owner.agents.default().id, embed_origins=(site,)))
        address = f"{proxy}{owner.guest_links.path(link)}"
        page = browser.new_page()
        page.goto(address)
        talk_as_guest(page.main_frame)
        page.goto(site)
        embed(page, address)
        framed = page.locator("#f").element_handle().content_frame()
        assert framed is not None
        talk_as_guest(framed)
    assert browser.cookies() == []
    owner.guest_links.end(link.id)


def talk_as_guest(page: Frame) -> None:
    page.get_by_test_id("launch").click()
    expect_greeting(page, page.get_by_test_id("visit"))
    page.get_by_test_id("end").click()
    expect(page.get_by_test_id("after-visit")).to_be_visible(timeout=45_000)


def expect_greeting(page: Frame, place: Locator) -> None:
    """It is written, and heard."""
    expect(place.locator("[data-testid=line][data-speaker=agent]").first).to_contain_text("Ava", timeout=45_000)
    eventually(lambda: loud_seconds(record(page).heard) > 0.5)
