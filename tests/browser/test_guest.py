"""A guest on a phone, in another site's frame: from the link to a comment, without studio, cookie or account."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.model.blind_comparison import Ballot, ComparedOption
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.session import SessionId
from greenroom.model.session_query import SessionQuery
from greenroom.services import Services
from greenroom.store.ballots import BallotStore
from greenroom.store.database import Database
from tests.browser.conftest import eventually
from tests.browser.other_site import embed, other_site
from tests.browser.stage import open_browser, shut, write_speech
from tests.browser.studio_fixtures import *
from tests.browser.studio_fixtures import Speak
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PHONE = {"width": 390, "height": 844}
#: A guest who refuses the microphone writes instead.
NO_MICROPHONE = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('Denied', 'NotAllowedError'); };"
#: What a page may weigh before the first press, as sent.
MOST_BYTES = 62_000


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    with other_site(tmp_path_factory.mktemp("site")) as origin:
        yield origin


@pytest.fixture(scope="module")
def owner(studio: StudioProcess) -> Services:
    """Whoever shares the agent, on the same data folder."""
    return services_alone(read({"GREENROOM_DATA_DIR": str(studio.data_dir)}))


def link_of(owner: Services, studio: StudioProcess, **options) -> str:
    link = owner.guest_links.create(GuestLinkOptions(agent_id=owner.agents.default().id, **options))
    return f"{studio.url}{owner.guest_links.path(link)}"


def test_a_guest_talks_on_a_phone_in_the_links_language_and_says_what_it_was_like(
    playwright: Playwright, studio: StudioProcess, owner: Services, speak: Speak, tmp_path
):
    address = link_of(owner, studio, name="Lobby", welcome="Ask me about breakfast.", record=True, language="de")
    context = open_browser(
        playwright,
        write_speech(tmp_path / "talk.wav", 6.0, speak("What time is breakfast served?"), 30.0),
        viewport=PHONE,
        has_touch=True,
    )
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(address)
    start = page.get_by_test_id("launch")
    start.wait_for()
    assert sum(sizes) < MOST_BYTES, f"{sum(sizes):,} bytes"
    assert "Ask me about breakfast." in page.inner_text("main")
    assert start.is_disabled(), "a recorded call needs consent"
    assert page.evaluate("document.documentElement.lang") == "de"
    assert owner.guest_links.list()[0].link.visits == 0, "opening a link starts nothing"
    page.get_by_test_id("consent").check()
    start.click()
    transcript = page.get_by_test_id("transcript")
    eventually(lambda: "seven" in transcript.inner_text().lower(), within_s=30, else_say=page.inner_text("main").strip)
    during = page.inner_text("main") + str(
        page.evaluate("[...document.querySelectorAll('[aria-label], [title]')].map(e => `${e.ariaLabel} ${e.title}`)")
    )
    assert {"Stumm", "Beenden", "Sie", "Vollbild", "Transkript"} <= set(re.findall(r"\w+", during))
    assert not re.search(r"\b(Mute|End|You|Listening|Speaking|Last response|Full screen|Transcript)\b", during), during
    page.get_by_test_id("end").click()
    page.get_by_test_id("thumb-up").click()
    page.get_by_role("button", name="4 Sterne").click()
    comment, send = page.get_by_test_id("comment"), page.get_by_role("button", name="Senden")
    comment.fill("x" * 2003)
    assert page.locator(".too-long").inner_text() == "Der Text ist länger als 2.000 Zeichen. Kürzen Sie ihn um 3."
    assert (len(comment.input_value()), send.is_disabled()) == (2003, True)
    comment.fill("Lovely voice.")
    send.click()
    use = owner.guest_links.list()[0]
    assert (use.link.visits, use.talking) == (1, 0)
    session = owner.records.page(SessionQuery())[0][0].session
    eventually(lambda: owner.reviews.of(session.id).notes)
    review = owner.reviews.of(session.id)
    assert (session.origin, review.rating, review.tags) == ("guest", 4, ("Thumbs up",))
    assert (review.notes[0].author, review.notes[0].text) == ("Guest", "Lovely voice.")
    assert context.cookies() == []
    assert page.evaluate("localStorage.getItem('greenroom.recording')") is None, "the studio's own choice stays"
    eventually(lambda: owner.recordings.of(session.id), within_s=20)
    shut(context)


def test_a_blind_vote_after_talking_to_both_decides_and_names_the_better_version(
    playwright: Playwright, studio: StudioProcess, owner: Services, silent_mic
):
    agent = owner.agents.duplicate(owner.agents.default().id).id
    versions = []
    for name in ("Formal", "Warm"):
        draft = owner.agents.draft(agent)
        owner.agents.save(agent, {**draft.settings, "prompt.system": f"Be {name}."}, draft.revision)
        versions.append(ComparedOption(name, owner.agents.versions.freeze(agent).id))
    address = link_of(owner, studio, compared=tuple(versions), language="de", record=True)
    link = owner.guest_links.list()[0].link
    ballots = BallotStore(Database(owner.config.database_url))
    for number in range(7):
        voted = Ballot(id=f"b{number}", link_id=link.id, voter=f"v{number}", first=1, second=0, created_at=link.created_at)
        ballots.create(voted)
        ballots.vote(voted.id, "a", "", link.created_at)

    def mine() -> Ballot:
        return next(one for one in ballots.of_link(link.id) if one.choice is None)

    context = open_browser(playwright, silent_mic, viewport=PHONE, has_touch=True)
    page = context.new_page()
    page.add_init_script(NO_MICROPHONE)
    page.goto(address)
    assert page.get_by_test_id("talk-a").is_disabled(), "a recorded call needs consent"
    assert page.title() == "Was gefällt Ihnen besser?"
    page.get_by_test_id("consent").check()
    for side in "ab":
        page.get_by_test_id(f"talk-{side}").click()
        page.get_by_test_id("end").wait_for(timeout=30_000)
        eventually(lambda s=side: s in mine().met and owner.guest_visits.talked(SessionId(mine().met[s])))
        seen = page.content() + page.inner_text("main")
        assert not [one.label for one in versions if one.label in seen or str(one.version_id) in seen]
        if side == "a":
            page.get_by_test_id("guest-message").fill("Guten Tag!")
            page.get_by_role("button", name="Senden").click()
            page.locator("[data-testid=line][data-speaker=user]", has_text="Guten Tag!").wait_for()
        page.get_by_test_id("end").click()
        page.get_by_test_id("compare").wait_for()
    assert "Was gefällt Ihnen besser?" in page.inner_text("main")
    assert not owner.comparison_results.of(link.id).revealed
    page.get_by_test_id("prefer-a" if mine().first == 1 else "prefer-b").click()
    page.get_by_test_id("why").fill("x" * 1003)
    bottom, top = (f"e => e.getBoundingClientRect().{edge}" for edge in ("bottom", "top"))
    assert page.locator(".too-long").evaluate(bottom) <= page.get_by_test_id("vote").evaluate(top), "it is said at the field"
    page.get_by_test_id("why").fill("Es hört zu.")
    page.get_by_test_id("vote").click()
    page.get_by_test_id("voted").wait_for()
    result = owner.comparison_results.of(link.id)
    (pair,) = result.pairs
    assert (pair.advice, result.names[pair.preferred or 0], result.comments[-1].text) == ("preferred", "Warm", "Es hört zu.")
    assert context.cookies() == []
    page.get_by_test_id("compare").get_by_role("button").click()
    again = page.get_by_test_id("talk-a")
    again.wait_for()
    owner.guest_links.end(link.id)
    again.click()
    page.get_by_test_id("problem").wait_for()
    assert again.count() == 0, "no call can start from this link"
    owner.agents.archive(agent)  # the next tests are about the agent they share
    shut(context)


def test_a_listed_site_may_frame_the_page_and_ending_the_link_ends_the_call_there(
    playwright: Playwright, studio: StudioProcess, owner: Services, site: str, silent_mic
):
    listed, unlisted = link_of(owner, studio, embed_origins=(site,)), link_of(owner, studio)
    context = open_browser(playwright, silent_mic, viewport=PHONE)
    page = context.new_page()
    page.goto(site)

    inside = embed(page, unlisted)
    page.wait_for_timeout(1000)
    assert inside.get_by_test_id("launch").count() == 0
    inside = embed(page, listed, allow="autoplay")
    inside.get_by_test_id("launch").click()
    inside.get_by_test_id("problem").wait_for()
    assert "The site that shows this page doesn't allow the microphone." in inside.get_by_test_id("problem").inner_text()
    assert inside.get_by_test_id("new-tab").get_attribute("href") == listed
    inside.get_by_test_id("end").click()
    inside.get_by_test_id("after-visit").wait_for()
    page.reload()
    inside = embed(page, listed)
    inside.get_by_test_id("launch").click()
    inside.get_by_test_id("end").wait_for()
    use = next(use for use in owner.guest_links.list() if use.talking)
    owner.guest_links.end(use.link.id)
    inside.get_by_test_id("after-visit").wait_for()
    after = inside.get_by_test_id("after-visit").inner_text()
    assert "turned off" in after
    assert "Ask whoever sent you the link for a new one." in after
    assert inside.get_by_test_id("launch").count() == 0, "no call can start from this link"
    shut(context)
