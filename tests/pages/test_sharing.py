"""The Share dialog and the list of guest links, as drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from components.share.link_card import _facts, embed_snippet
from greenroom.model.blind_comparison import Ballot
from greenroom.model.guest_link import GuestLinkId, GuestLinkOptions
from greenroom.services.sharing.comparison_results import _order
from greenroom.store import Database
from greenroom.store.ballots import BallotStore
from greenroom.store.guest_links import GuestLinkStore
from tests.pages.test_versions import click, said

pytestmark = [pytest.mark.unit, pytest.mark.any_database]


@pytest.fixture
def agent(harness):
    return harness.agents.list()[0].id


def share(test, agent, **typed):
    click(test, "share")
    for key, value in typed.items():
        kinds = (test.text_input, test.text_area, test.number_input, test.toggle)
        next(one for kind in kinds for one in kind if one.key == f"share_{key}/{agent}").set_value(value)
    next(b for b in test.button if b.label == "Create link").click().run()
    assert [e.value for e in test.exception] == []


def test_a_link_is_created_with_its_caps_and_shown_with_qr_code_and_snippet(open_page, harness, agent):
    test = open_page()
    share(test, agent, name="Lobby", at_once=2, visit=5, total=30, password="open sesame", sites="https://Shop.example/\n\n")
    (use,) = harness.services.guest_links.list()
    link = use.link
    assert (link.name, link.at_once, link.visit_s, link.total_s) == ("Lobby", 2, 300, 1800)
    assert (link.embed_origins, link.version_id) == (("https://shop.example",), None)
    assert link.expires_at is not None
    codes = [code.value for code in test.code]
    assert any(use.address in code for code in codes)
    assert any("<iframe" in code and 'allow="microphone; camera; autoplay"' in code for code in codes)
    assert "QR code" in said(test)
    assert "open sesame" not in said(test) + "".join(codes)


def test_an_independent_reader_finds_the_links_address_in_its_qr_code(open_page, harness, agent):
    harness.services.guest_links.create(GuestLinkOptions(agent_id=agent))
    test = open_page("pages/guest_links.py")
    (use,) = harness.services.guest_links.list()
    (shown,) = re.findall(r'src="(data:image/svg[^"]+)"', said(test))
    (read,) = zxingcpp.read_barcodes(drawn(unquote(unescape(shown))))
    assert read.text == next(code.value for code in test.code if use.address in code.value)


def drawn(svg):
    """What a browser draws of segno's SVG: rows of dark modules, each a stroke one unit high."""
    (size,), (path,) = re.findall(r"width='(\d+)'", svg), re.findall(r" d='([^']+)'", svg)
    picture = Image.new("L", (int(size) * 4, int(size) * 4), 255)
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        moved = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            ImageDraw.Draw(picture).rectangle((x * 4, (y - 0.5) * 4, (x + moved[0]) * 4 - 1, (y + 0.5) * 4 - 1), fill=0)
            x += moved[0]
        else:
            x, y = (x + moved[0], y + moved[1]) if command == "m" else (moved[0], moved[1])
    return picture


def test_what_is_wrong_is_said_and_nothing_is_created(open_page, harness, agent):
    test = open_page()
    share(test, agent, sites="*.example", password="open sesame")
    assert "isn't a site" in said(test)
    assert harness.services.guest_links.list() == []
    next(area for area in test.text_area if area.key == f"share_sites/{agent}").set_value("")
    next(b for b in test.button if b.label == "Create link").click().run()
    (made,) = harness.services.guest_links.list()
    assert made.link.password_hash, "the password that was typed before the mistake holds"
    harness.services.guest_links.end(made.link.id)
    next(b for b in test.button if b.label == "Create another link").click().run()
    assert next(field for field in test.text_input if field.key == f"share_password/{agent}").value == ""
    share(test, agent, sites="*.example")
    click(test, "share")
    assert "isn't a site" not in said(test), "a dialog that is opened again shows no old error"


def test_a_link_shows_what_is_used_of_each_cap_and_when_nothing_is_left(open_page, harness, agent):
    link = harness.services.guest_links.create(
        GuestLinkOptions(agent_id=agent, at_once=2, visit_s=300, total_s=1800, max_cost=5.0)
    )
    use = harness.services.guest_links.list()[0]
    shown = _facts(replace(use, talking=1, link=replace(link, visits=4), seconds=725, cost=0.12))
    assert "1 of 2 talking · 4 calls · 12 of 30 min used · 5 min per call · \\$0.12 of \\$5.00" in shown
    assert "Used up" not in said(open_page("pages/guest_links.py"))
    spent = replace(link, id=GuestLinkId("spent"), key_hash="another", used_s=1800)
    database = Database(harness.config.database_url)
    GuestLinkStore(database).create(spent)
    database.close()
    assert "Used up" in said(open_page("pages/guest_links.py"))


def test_one_click_ends_a_link(open_page, harness, agent):
    link = harness.services.guest_links.create(GuestLinkOptions(agent_id=agent, name="Lobby *bold*"))
    test = open_page("pages/guest_links.py")
    assert "Lobby" in said(test)
    click(test, f"end_link_{link.id}")
    assert harness.services.guest_links.list()[0].link.ended_at is not None
    assert not [b for b in test.button if b.key == f"end_link_{link.id}"]


def test_without_links_the_page_says_how_to_make_one(open_page):
    assert "Share with guests" in said(open_page("pages/guest_links.py"))


def test_a_name_cannot_break_out_of_the_snippet():
    assert "<script>" not in embed_snippet("http://x/g/a#b", '"><script>alert(1)</script>')


def test_voices_are_compared_blindly_and_the_result_waits_for_votes(open_page, harness, agent):
    test = open_page()
    click(test, "share")
    next(b for b in test.button_group if b.key == f"share_way/{agent}").set_value("Compare voices blindly").run()
    next(b for b in test.button if b.label == "Create link").click().run()
    assert "Choose two or more options to compare." in said(test)
    assert harness.services.guest_links.list() == [], "no link to talk in its place"
    next(m for m in test.multiselect if m.key == f"share_compared/{agent}").set_value(
        ["Heart (offline voice)", "Dale (offline voice)"]
    )
    next(t for t in test.text_input if t.key == f"share_name/{agent}").set_value("Which voice?")
    assert not [n.label for n in test.number_input if "share_" in (n.key or "")], "no call, so no caps of calls"
    next(b for b in test.button if b.label == "Create link").click().run()
    assert [e.value for e in test.exception] == []
    (use,) = harness.services.guest_links.list()
    assert [option.voice for option in use.link.compared] == ["heart", "dale"]
    assert use.link.sentence == "Good morning, how can I help you?", "what the field shows"
    listed = open_page("pages/guest_links.py")
    assert "Undecided" in said(listed)
    assert "Heart" not in said(listed), "blind for the owner as well"
    assert "collect more votes" in said(listed)
    ballots, listed_first, leads = BallotStore(Database(harness.config.database_url)), *_order(use.link)
    for number in range(3):
        who, made = f"v{number}", use.link.created_at
        ballots.create(Ballot(id=f"b{number}", link_id=use.link.id, voter=who, first=leads, second=listed_first, created_at=made))
        ballots.vote(f"b{number}", "a", "", use.link.created_at)
    click(listed, f"end_link_{use.link.id}")
    assert "Heart" in said(listed)
    assert re.search(rf"{('Heart', 'Dale')[leads]} is preferred by [1-9]\d% to 100% of voters", said(listed))
    assert "collect more votes" not in said(listed), "nobody can vote any more"
