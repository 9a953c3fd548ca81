"""The built-in brain's way with tools: which one, with what, what to ask for, how to say the result."""

from __future__ import annotations

import json

import pytest

from greenroom.tools.by_rule import NOT_UNDERSTOOD, open_question, step
from greenroom.tools.calls import ToolOutcome, ToolRequest, exchange
from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.spoken_results import FAILED, spoken

pytestmark = pytest.mark.unit


def schema(*required: str, **properties: dict):
    return {"type": "object", "properties": properties, "required": list(required)}


ARRIVAL, NIGHTS = {"type": "string", "title": "day of arrival"}, {"type": "integer", "title": "number of nights"}
CHECK = ToolDefinition(
    "checkRooms",
    "Checks which rooms are free. Call it when a guest wants to book or asks whether a room is free.",
    schema("arrival", "nights", arrival=ARRIVAL, nights=NIGHTS),
)
BOOK = ToolDefinition(
    "bookRoom",
    "Books the room. Call it once the guest has chosen one and given a name for the booking.",
    schema("arrival", "nights", "name", arrival=ARRIVAL, nights=NIGHTS, name={"type": "string", "title": "name"}),
)
STATUS = ToolDefinition(
    "orderStatus",
    "Looks up an order. Call it when a customer asks where an order is.",
    schema("orderNumber", orderNumber={"type": "string", "pattern": "^[0-9]{4}$"}),
)
TOOLS = (CHECK, BOOK, STATUS)
DAY, COUNT = "May I have the day of arrival, please?", "May I have the number of nights, please?"


def conversation(*lines: str):
    """The caller's and the agent's lines in turn."""
    return [{"role": ("user", "assistant")[place % 2], "content": line} for place, line in enumerate(lines)]


def next_step(*lines: str, covered: float = 0.0):
    found = step(conversation(*lines), TOOLS, lambda question: covered)
    return (found.name, found.arguments) if isinstance(found, ToolRequest) else found


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Do you have a room free tomorrow for two nights?"], ("checkRooms", {"arrival": "tomorrow", "nights": 2})),
        (["I'd like to book a room."], DAY),
        (["I'd like to book a room.", DAY, "On Friday."], COUNT),
        (["I'd like to book a room.", DAY, "On Friday.", COUNT, "Three."], ("checkRooms", {"arrival": "Friday", "nights": 3})),
        (["Is a room free from the third of May for 2 nights?"], ("checkRooms", {"arrival": "the third of May", "nights": 2})),
        (["Where is my order 1234?"], ("orderStatus", {"orderNumber": "1234"})),
        (["Where's order one two, three four?"], ("orderStatus", {"orderNumber": "1234"})),
        (["I'd like a room for Saturday"], COUNT),
        (["A room on Friday", COUNT, "uhm"], COUNT),
        (["A room on Friday", COUNT, "uhm", COUNT, "no idea"], NOT_UNDERSTOOD),
        (["Hm", "Hello. What is your order number?", "One two three four"], ("orderStatus", {"orderNumber": "1234"})),
        (["Hm", "Hello. What is your order number?", "I don't know"], None),
        (["Where is my parcel?"], "May I have the order number, please?"),
        (["Can I check out late on Sunday?"], None),
        (["When does breakfast start?"], None),
        (["Hello"], None),
    ],
)
def test_a_tool_is_called_with_what_was_said_and_asked_for_with_what_was_not(lines, expected):
    assert next_step(*lines) == expected


def test_a_question_that_the_prompt_answers_better_calls_no_tool():
    assert next_step("What does a room cost?", covered=1.0) is None


def test_a_tie_between_the_prompt_and_a_tool_goes_to_the_tool_that_was_told_an_argument():
    assert next_step("Do you have a room for Saturday?", covered=1.0) == COUNT
    assert next_step("I want a room", covered=1.0) is None


def test_a_question_in_between_is_left_to_the_prompt_and_the_argument_stays_awaited():
    lines = ("A room on Friday", COUNT, "Do you have parking?")
    assert next_step(*lines, covered=1.0) is None
    assert open_question(conversation(*lines), TOOLS) == COUNT
    assert next_step(*lines, f"Parking is free. {COUNT}", "Two") == ("checkRooms", {"arrival": "Friday", "nights": 2})


def test_a_yes_to_another_day_asks_again_with_it_and_books_it_under_the_name_given_before():
    call = ToolRequest("1", "checkRooms", {"arrival": "Saturday", "nights": 2})
    before = [
        *conversation("A room on Saturday, my name is Tom Becker", COUNT, "Two"),
        *exchange([call], [ToolOutcome("ok", "{}")]),
        {"role": "assistant", "content": "We are full. Would Sunday suit you?"},
    ]
    for said, name, more in (("Yes", "checkRooms", {}), ("Yes, please book it", "bookRoom", {"name": "Tom Becker"})):
        found = step([*before, {"role": "user", "content": said}], TOOLS, lambda question: 0.0)
        assert isinstance(found, ToolRequest)
        assert (found.name, found.arguments) == (name, {"arrival": "Sunday", "nights": 2, **more})


def test_a_second_tool_takes_what_the_first_was_called_with():
    call = ToolRequest("1", "checkRooms", {"arrival": "Friday", "nights": 3})
    before = [*conversation("A room on Friday for three nights?"), *exchange([call], [ToolOutcome("ok", "{}")])]
    messages = [*before, {"role": "assistant", "content": "Yes."}, {"role": "user", "content": "Book it, my name is Anna Berg."}]
    found = step(messages, TOOLS, lambda question: 0.0)
    assert isinstance(found, ToolRequest)
    assert (found.name, found.arguments) == ("bookRoom", {"arrival": "Friday", "nights": 3, "name": "Anna Berg"})


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"message": "It comes on Friday.", "id": 7}, "It comes on Friday."),
        (
            {"status": "shipped", "orderNumber": "12", "paid": True},
            "Here is what I found: status shipped, order number 12, paid yes.",
        ),
        ([], "I found nothing for that."),
        ({"error": "boom at db:5432"}, FAILED),
        ({}, "That is done."),
    ],
)
def test_a_result_is_read_out_and_an_error_is_not(result, said):
    assert spoken(json.dumps(result)) == said
    call = ToolRequest("1", "orderStatus", {})
    assert step(exchange([call], [ToolOutcome("ok", json.dumps(result))]), TOOLS, lambda question: 0.0) == said
