"""Which Host and Origin headers are accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from greenroom.http_security.allowed_hosts import AllowedHosts, origin_of, parse_host, parse_origin

pytestmark = pytest.mark.unit

HERE = AllowedHosts()
PUBLIC = AllowedHosts("https://studio.example.com")


STRANGE = (
    "",
    "a b",
    "[::1",
    "[::1]evil",
    "[::1]evil:8501",
    "user@localhost",
    "lo/calhost",
    "localhost:x",
    "localhost:99999",
    "ⓛocalhost",
)
FOREIGN = ("evil.example", "evil.example:8501", "localhost.evil.example", "10.0.0.7:8501", "0.0.0.0:8501", "studio.example.com")


@pytest.mark.parametrize("host", STRANGE + FOREIGN)
def test_every_other_host_is_refused_by_default(host):
    assert HERE.host_refusal("127.0.0.1", host)


def test_other_machines_get_in_with_a_public_address_only():
    assert HERE.host_refusal("10.0.0.7", "localhost:8501")
    assert PUBLIC.host_refusal("10.0.0.7", "studio.example.com") == ""
    assert PUBLIC.host_refusal("10.0.0.7", "studio.example.com:443") == ""
    assert PUBLIC.host_refusal("10.0.0.7", "studio.example.com:8501")
    assert PUBLIC.host_refusal("10.0.0.7", "other.example.com")
    assert HERE.host_refusal("::ffff:127.0.0.1", "localhost") == ""


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://localhost:8502", "http://localhost:8501.evil.example",
                                    "http://", "http://[::1", "file://", "http://localhost:8501/x", "\ud800"])  # fmt: skip
def test_pages_of_other_origins_may_change_nothing(origin):
    assert HERE.origin_refusal(origin, "localhost:8501")


def test_the_own_page_and_programs_may():
    assert HERE.origin_refusal("http://localhost:8501", "localhost:8501") == ""
    assert HERE.origin_refusal("https://localhost", "localhost") == ""
    assert HERE.origin_refusal(None, "localhost:8501") == ""
    assert PUBLIC.origin_refusal("https://studio.example.com", "studio.example.com") == ""


def test_a_browser_that_hides_its_origin_is_known_by_its_fetch_metadata():
    assert HERE.origin_refusal(None, "localhost:8501", "cross-site")
    assert HERE.origin_refusal(None, "localhost:8501", "same-origin") == ""


def test_pages_of_this_machine_use_the_edge_whatever_their_port():
    edge = AllowedHosts(loopback_pages=True)
    assert edge.origin_refusal("http://localhost:8501", "gw.edge.localhost:40000") == ""
    assert edge.origin_refusal("https://evil.example", "gw.edge.localhost:40000")


@given(st.text())
def test_no_header_raises(text):
    parse_host(text)
    parse_origin(text)
    HERE.host_refusal("127.0.0.1", text)
    HERE.origin_refusal(text, text)


def test_two_origins_are_a_strange_one():
    raw = [(b"origin", b"http://localhost:8501"), (b"origin", b"https://evil.example")]
    for headers in (Headers(raw=raw), Headers(raw=raw[::-1])):
        assert HERE.origin_refusal(origin_of(headers), "localhost:8501")
    assert origin_of(Headers(raw=raw[:1])) == "http://localhost:8501"
    assert origin_of(Headers(raw=[])) is None
