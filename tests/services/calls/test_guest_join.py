"""Joining by hand: what may be typed, what a link holds, and what a browser is given to sit down with."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from greenroom.agora.older_tokens import read_older_token
from greenroom.agora.tokens import read_token
from greenroom.model.guest_join import JoinRequest
from tests.services.conftest import Harness

pytestmark = [pytest.mark.unit, pytest.mark.any_database]
FOREIGN = "fedcba9876543210" * 2


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("app_id", "0123"),
        ("app_id", "G" * 32),
        ("app_id", ""),
        ("channel", "a/b"),
        ("channel", "x" * 65),
        ("channel", "grün"),
        ("token", "123"),
        ("token", "007 with spaces in it, and more of them"),
        ("uid", "-1"),
        ("uid", "0"),
        ("uid", "4294967296"),
        ("uid", "eins"),
        ("uid", "١٢"),
    ],
)
def test_what_agora_would_not_take_is_told_at_its_field(harness: Harness, field: str, typed: str):
    good = JoinRequest(app_id=FOREIGN, channel="demo", uid="7")
    assert harness.guest_join.faults(good) == {}
    found = harness.guest_join.faults(replace(good, **{field: typed}))
    assert list(found) == [field]
    assert len(found[field]) > 20


@pytest.mark.parametrize(
    ("typed", "token", "uid"),
    [
        (JoinRequest(FOREIGN, "demo", "", ""), "", None),
        (JoinRequest(FOREIGN, "demo", "007" + "a" * 40, "12"), "007" + "a" * 40, 12),
    ],
)
def test_a_blank_token_stays_blank_and_a_blank_uid_is_left_to_agora(
    harness: Harness,
    typed: JoinRequest,
    token: str,
    uid: int | None,
):
    """row 3"""
    address = harness.guest_join.address(typed)
    assert (address.app_id, address.channel, address.token, address.uid) == (FOREIGN, "demo", token, uid)
    assert uid is None or isinstance(address.uid, int)


def test_for_our_own_project_a_token_is_made_for_exactly_this_channel_and_uid(harness: Harness):
    """rows 3, 6: also the one for any uid, and without any agent being started"""
    for typed, expected in (("5", "5"), ("", "")):
        address = harness.guest_join.address(JoinRequest(harness.config.app_id, "demo", "", typed))
        grant = read_token(address.token, harness.config.app_certificate)
        assert (grant.channel, grant.uid) == ("demo", expected)
    assert list(harness.sessions.unfinished()) == []


def test_a_channel_is_made_up_where_none_is_named_and_the_title_has_a_default(harness: Harness):
    """rows 4, 5"""
    made = {harness.guest_join.address(JoinRequest(FOREIGN)).channel for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[A-Za-z0-9]{10}", channel) for channel in made)
    assert harness.guest_join.address(JoinRequest(FOREIGN)).title == "Visit"
    assert harness.guest_join.address(JoinRequest(FOREIGN, title="  Demo for the board ")).title == "Demo for the board"


def test_a_link_says_all_but_the_token_and_reads_back(harness: Harness):
    """row 2"""
    wish = JoinRequest(FOREIGN, "demo", "007" + "a" * 40, "12", "Demo")
    link = harness.guest_join.link(wish)
    assert link == {"appid": FOREIGN, "channel": "demo", "uid": "12", "title": "Demo"}
    assert harness.guest_join.read_link(link) == replace(wish, token="")
    assert "appid" not in harness.guest_join.link(replace(wish, app_id=harness.config.app_id))


def test_a_token_for_an_older_client_admits_any_uid_of_our_own_channel(harness: Harness):
    address = harness.guest_join.address(JoinRequest(harness.config.app_id, "demo", "", "5"))
    assert harness.guest_join.issues_older_token(address)
    token = harness.guest_join.older_token(address)
    assert token.startswith("006")
    grant = read_older_token(token, harness.config.app_certificate, "demo", "any")
    assert (grant.channel, grant.uid, set(grant.privileges)) == ("demo", "", {1, 2, 3, 4})


def test_no_older_token_is_issued_for_another_project(harness: Harness):
    assert not harness.guest_join.issues_older_token(harness.guest_join.address(JoinRequest(FOREIGN, "demo", "", "")))


def test_tokens_live_as_long_as_what_they_serve(harness: Harness):
    """A client without a way to renew gets a day, as in Agora's samples; the stage renews its own every hour."""
    tokens, certificate = harness.calls._tokens, harness.config.app_certificate
    lives = [read_token(token, certificate) for token in (tokens.token("demo", 5), tokens.stage_token("demo", 5))]
    assert [grant.expires_at - grant.issued_at for grant in lives] == [86_400, 3_600]
