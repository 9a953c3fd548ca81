"""Each check: passes for its reason, fails with the words that decided, and is unknown without evidence."""

from __future__ import annotations

import re

import jiwer
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenroom.rehearsal.checks import word_error_rate
from greenroom.rehearsal.evaluation import evaluate, over_runs, run_verdict
from greenroom.rehearsal.evidence import AgentReply, CallEvidence, JudgeRuling, ToolUse
from greenroom.rehearsal.text_match import words as words_of
from greenroom.rehearsal.tool_checks import value_fits
from tests.rehearsal.calls import BREAKFAST, GREETING, a_call, a_scenario, outcome

pytestmark = pytest.mark.unit

BOOKED = "Your room is booked."
FIND = ToolUse("findRooms", {"arrive": "2026-07-14", "guests": 2}, 1)
BOOK = ToolUse("bookRoom", {"name": "Maria"}, 2, ok=True)


@pytest.mark.parametrize(
    ("check", "verdict", "quote"),
    [
        ("says: garden room", "pass", "garden room"),
        ("says: Garden  ROOM", "pass", "garden room"),
        ("says: garden roo", "fail", BREAKFAST),  # whole words
        ("says: [eight, seven to ten]", "pass", "seven to ten"),
        ("says: '/until (ten|eleven)/'", "pass", "until eleven"),
        ("says: seven, turn: every", "fail", GREETING),
        ("says: seven, turn: 0", "fail", GREETING),
        ("says: Linden House, turn: 0", "pass", "Linden House"),
        ("says: seven, turn: last", "pass", "seven"),
        ("not_says: eight", "pass", None),
        ("not_says: seven", "fail", "seven"),
        ("talk: {words: 45, questions: 1}", "pass", None),
        ("talk: {words: 10}", "fail", None),
        ("talk: {questions: 0}", "fail", GREETING),
        ("talk: {questions: 0}, turn: last", "pass", ""),
        ("talk: {cut_offs: 0}", "unknown", ""),
        ("talk: {dead_air_ms: 900}", "unknown", ""),
        ("ended: caller", "pass", None),
        ("ended: agent", "fail", None),
        ("heard: {wer: 0.1}", "unknown", ""),
        ("ms: {voice_to_voice: {max: 800}}", "unknown", ""),
        ("ms: {first_token: {max: 800}}", "unknown", ""),
        ("calls: {tool: findRooms}", "unknown", ""),
        ("calls: []", "unknown", ""),
        ("state: {bookings.length: 1}", "unknown", ""),
        ("judge: is polite", "unknown", ""),
        ("say_do: {claim: booked, tool: bookRoom}", "unknown", ""),
    ],
)
def test_a_check_of_a_text_call(check, verdict, quote):
    found = outcome("{" + check + "}", a_call())
    assert found.verdict == verdict, found
    if quote is not None:
        assert found.quote == quote


def test_a_line_looks_at_its_own_reply_and_quotes_its_turn():
    assert outcome("{says: Linden House}", a_call(), on_line=True).verdict == "fail"
    found = outcome("{says: seven}", a_call(), on_line=True)
    assert (found.verdict, found.turn_id) == ("pass", 1)


def test_a_line_that_was_never_reached_fails():
    (found,) = evaluate(a_scenario("{not_says: eight}", on_line=True), a_call(), [])
    assert found.verdict == "fail"
    assert "before this line" in found.reason


@pytest.mark.parametrize(
    "check", ["says: seven", "not_says: seven", "talk: {words: 5}", "ms: {first_token: {max: 1}}", "heard: {wer: 0.9}"]
)
def test_a_silent_agent_never_passes(check):
    silent = CallEvidence("text", (), "caller")
    assert outcome("{" + check + "}", silent).verdict in ("fail", "unknown")


@pytest.mark.parametrize("check", ["not_says: pool", "talk: {questions: 0}, turn: last", "say_do: {claim: pool, tool: a}"])
def test_a_reply_too_long_to_be_looked_at_whole_decides_nothing(check):
    call = a_call("well " * 5_000 + "there is a pool?")
    assert outcome("{" + check + "}", call).verdict == "unknown"


@pytest.mark.parametrize(("reply", "questions"), [("Really?? Sure?!", 2), ("你好？", 1), ("هل تريد غرفة؟", 1), ("Well!", 0)])
def test_questions_are_counted_in_any_script_and_once(reply, questions):
    call = CallEvidence("text", (AgentReply(1, reply, 1),), "caller")
    found = [outcome(f"{{talk: {{questions: {most}}}}}", call).verdict for most in range(questions + 1)]
    assert found == ["fail"] * questions + ["pass"]


@pytest.mark.parametrize(
    ("check", "tools", "verdict"),
    [
        ("calls: []", [], "pass"),
        ("calls: []", [FIND], "fail"),
        ("calls: {tool: findRooms, args: {guests: 2}}", [FIND], "pass"),
        ("calls: {tool: findRooms, args: {guests: 3}}", [FIND], "fail"),
        ("calls: {tool: findRooms, args: {arrive: '/2026-07/'}}", [FIND], "pass"),
        ("calls: {tool: findRooms, times: 1}", [FIND, FIND], "fail"),
        ("calls: {tool: findRooms, times: 1..3}", [FIND, FIND], "pass"),
        ("calls: {tool: findRooms, times: 0}", [], "pass"),
        ("calls: {tool: bookRoom, after_ok: findRooms}", [FIND, BOOK], "pass"),
        ("calls: {tool: bookRoom, after_ok: findRooms}", [BOOK, FIND], "fail"),
        ("calls: {tool: findRooms, before: bookRoom}", [BOOK, FIND], "fail"),
        ("say_do: {claim: booked, tool: bookRoom}", [FIND, BOOK], "pass"),
        ("say_do: {claim: booked, tool: bookRoom}", [FIND], "fail"),
        ("say_do: {claim: booked, tool: bookRoom}", [ToolUse("bookRoom", {}, 2, ok=False)], "fail"),
        ("say_do: {claim: booked, tool: bookRoom}", None, "unknown"),
    ],
)
def test_tools_are_checked_by_what_was_called(check, tools, verdict):
    assert outcome("{" + check + "}", a_call(BREAKFAST, BOOKED, tools=tools)).verdict == verdict


@pytest.mark.parametrize(
    ("path", "wanted", "verdict"),
    [
        ("bookings.length", "1", "pass"),
        ("bookings.0.arrive", "2026-07-14", "pass"),
        ("bookings.1.arrive", "x", "fail"),
        ("bookings.0.guests", "{like: too, min: 60}", "pass"),
        ("bookings.².guests", "two", "fail"),  # a digit that is no number
    ],
)
def test_the_state_is_compared_by_path(path, wanted, verdict):
    state = {"bookings": [{"arrive": "2026-07-14", "guests": "two"}]}
    assert outcome(f"{{state: {{{path}: {wanted}}}}}", a_call(state=state)).verdict == verdict


@pytest.mark.parametrize(
    ("wanted", "given", "fits"),
    [
        ("Maria", "maria", True),
        (2, "2", True),
        (7.5, "7.50", True),
        (True, 1, False),
        (None, "", False),
        ({"any": ["two", 2]}, 2, True),
        ({"any": []}, "whatever", False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, "a", False),
        ([1, 2], [1, 2, 3], False),
    ],
)
def test_a_value_fits(wanted, given, fits):
    assert value_fits(wanted, given) == fits


def test_a_maximum_is_decided_in_each_run_and_a_percentile_over_all():
    scenario = a_scenario("{ms: {voice_to_voice: {max: 900, p95: 800}}}")

    def run(ms: int):
        reply = AgentReply(1, BREAKFAST, 1, "When?", voice_to_voice_ms=ms)
        return evaluate(scenario, CallEvidence("voice", (AgentReply(0, GREETING), reply), "caller"), [1])

    assert run_verdict(run(700)) == "pass"
    assert run_verdict(run(901)) == "fail"
    (few,) = over_runs(scenario, [run(700)] * 19)
    assert (few.verdict, "needs 20" in few.reason) == ("unknown", True)
    (enough,) = over_runs(scenario, [run(700)] * 20)
    assert enough.verdict == "pass"
    (slow,) = over_runs(scenario, [run(700)] * 10 + [run(890)] * 10)
    assert slow.verdict == "fail"


def test_a_percentile_alone_passes_no_run():
    scenario = a_scenario("{ms: {first_token: {p95: 800}}}")
    found = evaluate(scenario, a_call(), [1])
    assert run_verdict(found) == "unknown"


def test_a_judge_decides_with_the_turn_it_cites():
    scenario = a_scenario("{judge: names the hours}")
    (found,) = evaluate(scenario, a_call(), [1], lambda check, call: JudgeRuling(True, "Names them.", 1, "seven to ten"))
    assert (found.verdict, found.turn_id, found.quote) == ("pass", 1, "seven to ten")


words = st.lists(st.sampled_from(["when", "is", "breakfast", "served", "ten"]), max_size=8)


@given(words, words)
def test_the_word_error_rate_is_the_distance_in_words(said, heard):
    rate = word_error_rate(" ".join(said), " ".join(heard))
    if said:
        assert abs(len(said) - len(heard)) <= rate * len(said) + 1e-9
        assert rate * len(said) <= max(len(said), len(heard)) + 1e-9
        assert (rate == 0) == (said == heard)
        assert rate == pytest.approx(jiwer.wer(" ".join(said), " ".join(heard)))  # an independent implementation


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("When is breakfast on Sunday, please?", "when is breakfast sunday please"),
        ("Can I bring my dog?", "can I bring the dog in"),
        ("Hello.", "Hello, hello, is it me?"),
        ("Two of us", ""),
    ],
)
def test_word_errors_are_counted_as_others_count_them(said, heard):
    reference, hypothesis = (re.sub(r"[^a-z ]", "", text.lower()) for text in (said, heard))
    assert word_error_rate(said, heard) == pytest.approx(jiwer.wer(reference, hypothesis))


@example("Room \U0001e5f1 is free.", "\U0001e5f1")  # a digit that older Pythons don't know
@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_saying_and_not_saying_are_opposites(reply, phrase):
    from greenroom.rehearsal.scenario import CheckSpec

    scenario = a_scenario("{says: seven}")
    from dataclasses import replace

    both = replace(scenario, expect=(CheckSpec("says", (phrase,), turn="last"), CheckSpec("not_says", (phrase,), turn="last")))
    if not (len(phrase) > 2 and phrase[0] == phrase[-1] == "/"):
        first, second = evaluate(both, a_call(reply), [1])
        assert {first.verdict, second.verdict} == ({"pass", "fail"} if words_of(reply) else {"fail", "unknown"})


@pytest.mark.parametrize("check", ["{says: /(a+)+$/}", "{not_says: /(a|aa)+$/}", "{says: /(a+)+$/, turn: every}"])
def test_a_pattern_that_takes_too_long_decides_nothing(check: str) -> None:
    found = outcome(check, a_call("a" * 15_000 + "!"))
    assert found.verdict == "unknown"
    assert "takes too long" in found.reason
