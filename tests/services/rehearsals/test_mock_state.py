"""Mocks of a rehearsal that keep a state: the check `state` looks at what the calls left."""

from __future__ import annotations

import pytest

from greenroom.model.session import ToolCall
from greenroom.services.rehearsals.run_tools import state_after
from tests.services.rehearsals.suites import verdicts

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

BOOKING = """rehearse: 1
name: Booking
world: {bookings: []}
tools:
  checkRooms:
  - {times: 1, give: {free: 2, message: 'Two rooms are free. Shall I book it?'}}
  - {give: {free: 0, message: 'No room is left.'}}
  bookRoom:
  - {give: {message: 'The booking number is four one seven.'}, set: {bookings+: '{{args}}'}}
scenarios:
- id: booked
  caller:
    lines:
    - say: I would like to book a room.
    - say: On the fourteenth of July.
    - say: Three nights.
    - say: Yes please.
    - say: Maria Whitfield.
  expect:
  - {state: {bookings.length: 1, bookings.0.nights: 3, bookings.0.name: /Maria/}}
- id: not-booked
  caller: {lines: [{say: 'When is breakfast?'}]}
  expect:
  - {state: {bookings.length: 1}}
"""


def test_the_state_is_what_the_calls_left(harness):
    assert verdicts(harness, BOOKING) == {"booked": "pass", "not-booked": "fail"}


def call(place: int, status: str = "ok", *, started: int = 0, lasted: int = 10, tool: str = "add") -> ToolCall:
    return ToolCall("same id", 1, tool, f'{{"n": {place}}}', status, "", started, lasted, mocked=True)  # type: ignore[arg-type]


MOCKS = {
    "tools.mocks": [{"tool": "add", "rules": [{"times": 1, "error": "503"}, {"result": 1, "set": {"seen+": "{{args.n}}"}}]}],
}


def test_only_answered_calls_count_in_the_order_of_their_ends():
    calls = [
        call(1, "error", started=0),
        call(2, started=20, lasted=50),
        call(3, started=30, lasted=5),
        call(4, "cancelled", started=90),
        call(5, "invalid", started=95),
        call(6, tool="other", started=99),
    ]
    assert state_after(MOCKS, calls) == {"seen": [3, 2]}


def test_mocks_that_keep_nothing_have_no_state():
    assert state_after({"tools.mocks": [{"tool": "add", "rules": [{"result": 1}]}]}, []) is None
