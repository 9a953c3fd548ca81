"""The key of one session's own routes."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from greenroom.errors import NotAllowed
from greenroom.model.session import SessionId
from greenroom.services.calls.capabilities import SessionCapabilities

pytestmark = pytest.mark.unit


def test_a_capability_opens_its_own_session_and_no_other(tmp_path):
    doors = SessionCapabilities(tmp_path / "key")
    doors.require(SessionId("one"), doors.issue(SessionId("one")))
    with pytest.raises(NotAllowed):
        doors.require(SessionId("two"), doors.issue(SessionId("one")))


@pytest.mark.parametrize("wrong", [None, "", "ä", 7, ["x"], "0" * 64])
def test_anything_else_is_refused(tmp_path, wrong):
    with pytest.raises(NotAllowed):
        SessionCapabilities(tmp_path / "key").require(SessionId("one"), wrong)


def test_a_restart_keeps_the_key_and_only_the_owner_can_read_it(tmp_path):
    """row 94"""
    issued = SessionCapabilities(tmp_path / "key").issue(SessionId("one"))
    SessionCapabilities(tmp_path / "key").require(SessionId("one"), issued)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_key(tmp_path):
    """A key is complete before anybody can read it; a reader in between made another one."""
    for round_ in range(20):
        with ThreadPoolExecutor(8) as pool:
            keys = list(
                pool.map(lambda _, file=tmp_path / str(round_): SessionCapabilities(file).issue(SessionId("one")), range(8))
            )
        assert len(set(keys)) == 1
