"""One transcript out of the stage's turns and Agora's history: nothing twice, nothing lost, in its order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from greenroom.agora.answers import HistoryLine
from greenroom.model.session import Turn
from greenroom.services.sessions.transcript_merge import missing

GREETING = Turn(0, "agent", "Good day, this is Ava.", 100, 2000, source="greeting")
ASKED = Turn(1, "user", "What time is breakfast served?", 3000, 4500)
ANSWERED = Turn(1, "agent", "Breakfast is served from seven to ten on weekdays.", 5000, 8000)

HISTORY = [
    HistoryLine(role="assistant", content="Good day, this is Ava."),
    HistoryLine(role="user", content="what time is breakfast served"),
    HistoryLine(role="assistant", content="Breakfast is served from seven to ten on weekdays."),
]


def test_what_both_tell_is_there_once():
    assert missing([GREETING, ASKED, ANSWERED], HISTORY) == []


def test_what_a_closed_tab_did_not_tell_is_added_after_what_it_told():
    found = missing([GREETING, ASKED], HISTORY)
    assert [(t.turn_id, t.speaker, t.text, t.started_ms) for t in found] == [(1, "agent", ANSWERED.text, 4500)]


def test_a_whole_transcript_comes_from_the_history_alone():
    found = missing([], HISTORY)
    assert [(t.turn_id, t.speaker) for t in found] == [(0, "agent"), (1, "user"), (1, "agent")]


def test_an_interrupted_line_is_the_same_line_where_one_telling_is_cut():
    cut = Turn(1, "agent", "Breakfast is served from", 5000, 6000, interrupted=True)
    assert missing([GREETING, ASKED, cut], HISTORY) == []


def test_a_misheard_word_does_not_make_another_line():
    heard = Turn(1, "user", "What time is breakfast serve", 3000, 4500)
    assert missing([GREETING, heard, ANSWERED], HISTORY) == []


def test_the_same_words_said_twice_are_two_lines():
    yes = HistoryLine(role="user", content="Yes.")
    found = missing([Turn(1, "user", "Yes.", 0, 1)], [yes, HistoryLine(role="assistant", content="And breakfast?"), yes])
    assert [(t.speaker, t.text) for t in found] == [("agent", "And breakfast?"), ("user", "Yes.")]


def test_a_history_that_lost_its_beginning_fits_too():
    assert missing([GREETING, ASKED, ANSWERED], HISTORY[2:]) == []


LINES = st.lists(
    st.builds(HistoryLine, role=st.sampled_from(["user", "assistant", "tool"]), content=st.text(max_size=30)), max_size=12
)


@given(LINES)
def test_merging_again_adds_nothing_and_no_turn_has_the_place_of_another(history):
    found = missing([], history)
    assert len({(t.turn_id, t.speaker) for t in found}) == len(found)
    assert missing(found, history) == []
