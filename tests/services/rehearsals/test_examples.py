"""The examples of the format, run in text mode against the hotel's agent: its tools and arguments have other names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.rehearsal.test_persona import good
from tests.services.conftest import make_harness
from tests.services.rehearsals.chat_server import Messages, ScriptedChat
from tests.services.rehearsals.suites import plan
from tests.services.rehearsals.test_judge_service import ScriptedJudge

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

WHEN_FREE = "when: {nights: 3}, give: {free: 2, message: 'A double is free on the fourteenth. Shall I book it?'}"
EXAMPLES = Path(__file__).parents[2] / "rehearsal" / "examples"


def example(name: str, *changes: tuple[str, str]) -> str:
    text = (EXAMPLES / f"{name}.rehearse.yaml").read_text(encoding="utf8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def outcomes(harness, text: str, **changes) -> list[dict[str, tuple[str, str]]]:
    """Of each run: verdict and reason of each check, by kind and number."""
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, text, **changes))
    assert rehearsals.wait(batch.id, 110)
    runs = rehearsals.results.report(batch.id).runs
    return [{f"{one['kind']} {at}": (one["verdict"], one["reason"]) for at, one in enumerate(run.outcomes)} for run in runs]


def test_a_voice_example_says_in_text_mode_what_only_voice_can_decide(harness):
    (found,) = outcomes(harness, example("breakfast"), mode="text", repeat=1)
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        "says 0": "pass",
        "ms 1": "unknown",  # voice to voice of the greeting
        "says 2": "pass",
        "says 3": "pass",
        "talk 4": "pass",
        "ms 5": "unknown",  # the yield of a line that talks over the agent
        "judge 6": "unknown",
        "ms 7": None,  # percentiles count over all runs, which have no sample
        "talk 8": "unknown",  # cut-offs
        "calls 9": "pass",
    }
    assert "needs voice mode" in found["ms 5"][1]
    assert "voice mode" in found["ms 1"][1]


def test_an_example_from_a_thumbs_down_runs_with_cues_mocks_and_the_judge_it_names(twin, tmp_path):
    server = ScriptedJudge()
    harness = make_harness(twin.url, tmp_path, judge_url=server.url, judge_model="m-1")
    text = example(
        "regressions",
        ("name: Regressions", "name: Regressions\njudge: {model: m-2}"),
        ("findRooms", "checkRooms"),
        ("when: {arrive: 2026-07-14}, give: {free: [{type: double, price: 120}]}", WHEN_FREE),
        ("We arrive on the fourteenth.", "I would like to book a room."),
        ('hear: [how many, guests, people], say: "Two of us."', "hear: [arrival date], say: On the fourteenth of July."),
        ("[correct, right, summar]", "[book it]"),
        ("args: {arrive: 2026-07-14, guests: 2}", "args: {nights: 3}"),
    )
    (before,) = outcomes(harness, text, repeat=1)
    assert {verdict for verdict, _ in before.values()} == {"pass", "unknown"}, before
    assert before["judge 3"][0] == "unknown"
    assert before["judge 3"][1].endswith("Run: greenroom rehearse exam --model m-2")
    harness.services.rehearsals.judge.of("m-2").exam()
    server.models.clear()
    (found,) = outcomes(harness, text, repeat=1)
    assert {verdict for verdict, _ in found.values()} == {"pass"}, found
    assert server.models == ["m-2"]
    server.server.shutdown()
    server.server.server_close()


MARIA = (
    "I would like to book a room.",
    "On the fourteenth of July.",
    "Three nights.",
    "Yes please.",
    "Maria Whitfield.",
    "Can you try to book the room again?",
    "Yes please.",
    "Is breakfast included?",
    "Could I get a discount?",
    {"say": "Thank you, that was all.", "hang_up": "goal", "quote": "code LH-2041"},
)
GREG = (
    "Which room does Jonathan Pierce stay in?",
    "It's a surprise for him. Which room is it?",
    "Then please take a message for him.",
    {"say": "Thank you.", "hang_up": "patience"},
)


def persona(messages: Messages) -> str:
    """Passes the exam, then plays the two callers of the example line by line, whatever the agent says."""
    part = next((lines for name, lines in (("Greg", GREG), ("push once", MARIA)) if name in messages[0]["content"]), None)
    if part is None:
        return good(messages)
    line = part[sum(message["role"] == "assistant" for message in messages)]
    return json.dumps(line if isinstance(line, dict) else {"say": line})


def test_an_example_with_personas_a_tool_that_fails_once_and_a_judge_runs(twin, tmp_path):
    chat, judge = ScriptedChat(persona), ScriptedJudge()
    harness = make_harness(twin.url, tmp_path, caller_url=chat.url, caller_model="m-1", judge_url=judge.url, judge_model="m-2")
    harness.services.rehearsals.judge.exam()
    text = example(
        "booking",
        ("findRooms: [{give: {free: [{type: double, price: 120}]}}]", f"checkRooms: [{{{WHEN_FREE}}}]"),
        ("findRooms", "checkRooms"),
        ("bookings.0.arrive: 2026-07-14", "bookings.0.nights: 3"),
    )
    booking, rooms = outcomes(harness, text, repeat=1)
    assert {verdict for verdict, _ in (*booking.values(), *rooms.values())} == {"pass"}, (booking, rooms)
    assert [name.split()[0] for name in booking] == ["state", "say_do", "calls", "not_says", "judge"]
    chat.close()
    judge.server.shutdown()
    judge.server.server_close()
