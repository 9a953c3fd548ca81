"""Ballots of blind comparisons, on both databases."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import update

from greenroom.model.blind_comparison import Ballot
from greenroom.model.guest_link import GuestLink, GuestLinkId
from greenroom.store.ballots import BallotStore
from greenroom.store.guest_links import GuestLinkStore
from greenroom.store.sharing_tables import ballots
from tests.store.records import NOON

pytestmark = pytest.mark.unit


def test_sides_that_are_met_in_two_tabs_at_once_are_both_kept(database, version):
    link = GuestLink(agent_id=version.agent_id, id=GuestLinkId("l1"), key_hash="", created_at=NOON)
    GuestLinkStore(database).create(link)
    store = BallotStore(database)
    store.create(Ballot(id="v1", link_id="l1", voter="ann", first=0, second=1, created_at=NOON))
    other_tab = threading.Thread(target=store.meet, args=("v1", "b", "s2"))
    with database.transaction() as connection:
        connection.execute(update(ballots).where(ballots.c.id == "v1").values(met={"a": "s1"}))
        other_tab.start()
        time.sleep(0.2)  # long enough to read what isn't committed yet; a slower machine waits at the same lock
    other_tab.join()
    assert store.get("v1").met == {"a": "s1", "b": "s2"}
