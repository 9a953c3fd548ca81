"""The background work of the studio goes on whatever happens in one round of it."""

from __future__ import annotations

import logging

import pytest

from greenroom import lifespan
from greenroom.errors import StoreUnavailable

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("error", [StoreUnavailable("down"), RuntimeError("a fault of ours"), OSError(28, "No space left")])
def test_one_round_that_fails_is_logged_and_the_next_one_comes(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise error

    with caplog.at_level(logging.WARNING):
        lifespan._guarded("watchdog", fail)
    assert "watchdog" in caplog.text
