"""A talk as the person has it: greeting, question and answer, talking over the agent; heard by a recognizer, not assumed."""

from __future__ import annotations

import asyncio
import time

import numpy as np
import pytest

from greenroom.speech.hearing import HearingError
from greenroom.twin.agent import reply
from greenroom.twin.agent.caller_turns import CallerTurns
from greenroom.twin.agent.utterance import Utterance
from greenroom.twin.seat import HEARD_RATE, Pcm
from tests.twin.agent.conftest import UNHURRIED, word_errors
from tests.twin.agent.room import PERSON, SECOND, AgentRoom

pytestmark = pytest.mark.twin

GREETING = "Good day, this is Ava. How can I help you?"
LONG = "The house was built by a miller. It has twelve rooms. Every room looks on the river. In summer we serve tea outside."


async def test_the_greeting_is_audible_and_understood(call, recognizer):
    _, room = await call(greeting_message=GREETING, properties={"tts": UNHURRIED})
    await room.until(lambda: room.said())
    assert room.lines() == [("agent", GREETING)]
    assert word_errors(GREETING, recognizer.transcribe(room.sound())) <= 1
    assert room.states()[-3:] == ["listening", "speaking", "listening"]
    assert {m["turn_id"] for m in room.of("assistant.transcription")} == {0}


async def test_a_question_is_written_down_while_it_is_asked_and_answered_aloud(call, say, recognizer):
    """row 49: in-progress lines come first, the final line replaces them."""
    talk, room = await call(properties={"tts": UNHURRIED})
    before = len(room.frames)
    asked = "Would you please tell me at what time breakfast is served?"
    await room.say(say(asked), 0.6)
    await room.until(lambda: room.said())
    mine = room.of("user.transcription")
    assert [m["final"] for m in mine][-1] is True
    assert [m["final"] for m in mine].count(True) == 1
    assert len(mine) > 1
    assert {(m["turn_id"], m["user_id"], m["stream_id"]) for m in mine} == {(1, str(PERSON), PERSON)}
    assert word_errors(asked, room.asked()[0]) <= 2
    answer = "Breakfast is served from seven to ten."
    assert room.said() == [answer]
    assert word_errors(answer, recognizer.transcribe(room.sound(before))) <= 1
    assert [(h["role"], h["content"]) for h in talk.history()] == [("user", room.asked()[0]), ("assistant", answer)]
    assert room.states() == ["listening", "listening", "thinking", "speaking", "listening"]


async def test_the_agents_line_grows_with_its_voice_and_each_word_is_timed_once(call):
    talk, room = await call()
    await talk.speak(LONG)
    await room.until(lambda: room.said())
    told = room.of("assistant.transcription")
    texts = [m["text"] for m in told]
    assert all(b.startswith(a) for a, b in zip(texts, texts[1:], strict=False))
    assert len(set(texts)) > 5
    growing = [w["word"].strip() for m in told if m["turn_status"] == 0 for w in m["words"]]
    assert LONG.split()[: len(growing)] == growing
    assert [w["word"].strip() for w in told[-1]["words"]] == LONG.split()
    starts = [w["start_ms"] for w in told[-1]["words"]]
    assert starts == sorted(starts)
    assert starts[0] >= told[0]["start_ms"]


async def test_talking_over_the_agent_stops_it_and_only_what_was_spoken_counts(call, say, recognizer):
    """row 53 and row 61: the interrupted turn is marked, and the voice stops far within a second."""
    talk, room = await call(properties={"tts": UNHURRIED})
    await talk.speak(LONG)
    await room.until(lambda: room.sounding() and len(room.frames) > 100)
    loop = asyncio.get_running_loop()
    began = loop.time()
    talking = asyncio.create_task(room.say(say("Excuse me are dogs welcome?"), 0.7))
    await room.until(lambda: room.of("message.interrupt"))
    await room.until(lambda: not room.sounding())
    assert room.last_sound_at() - began < 0.6
    await room.until(lambda: len(room.said()) == 2)
    await talking
    cut = next(m for m in room.of("assistant.transcription") if m["turn_status"] == 2)
    assert cut["turn_id"] == 1
    assert LONG.startswith(cut["text"])
    assert 2 < len(cut["text"].split()) < len(LONG.split()) - 5
    assert room.said()[1] == "Dogs are welcome."
    assert talk.history()[0] == {"role": "assistant", "content": cut["text"]}
    ended = talk.turns()[0]["end"]
    assert (ended["type"], ended["metadata"]) == ("interrupted", {"caused_by": "start_of_speech"})


async def test_after_an_interruption_the_rest_is_not_heard_any_more(call, recognizer):
    talk, room = await call()
    await talk.speak("One two three four five six seven. Eight nine ten eleven twelve thirteen. Fourteen fifteen sixteen.")
    await room.until(lambda: len(room.frames) > 80)
    await talk.interrupt()
    count = len(room.frames)
    await room.until(lambda: len(room.frames) > count + 25)
    assert max(int(np.abs(f).max()) for f in room.frames[count + 2 :]) == 0
    assert "sixteen" not in recognizer.transcribe(room.sound()).lower()


async def test_nothing_is_told_of_a_turn_after_its_end(call, monkeypatch):
    """Also when the next line of its transcript is due in the very moment of the interruption."""
    monkeypatch.setattr(reply, "PROGRESS_EVERY_S", 0.5)
    talk, room = await call()
    await talk.speak(LONG)
    await room.until(lambda: len(room.sound()) > 3200 and room.sounding())
    time.sleep(0.6)  # noqa: ASYNC251 - the loop is to come too late
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await talk.interrupt()
    count = len(room.frames)
    await room.until(lambda: len(room.frames) > count + 5)
    assert [m["turn_status"] for m in room.of("assistant.transcription")] == [2]


async def test_an_unexpected_error_in_mid_reply_ends_its_line_with_what_was_spoken(call, monkeypatch):
    talk, room = await call()
    sound = talk._context.phrases.sound

    async def broken(piece: str) -> Pcm:
        if piece.startswith("It has"):
            await room.until(lambda: len(room.sound()) > HEARD_RATE // 2 and room.sounding())
            raise KeyError(piece)
        return await sound(piece)

    monkeypatch.setattr(talk._context.phrases, "sound", broken)
    await talk.speak(LONG)
    await room.until(lambda: room.of("message.error"))
    await room.until(lambda: not room.sounding())
    (line,) = [m for m in room.of("assistant.transcription") if m["turn_status"]]
    assert line["turn_status"] == 2
    assert LONG.startswith(line["text"])
    assert 0 < len(line["text"]) < len(LONG)
    assert talk.history()[-1] == {"role": "assistant", "content": line["text"]}
    assert talk.turns()[-1]["end"]["type"] == "error"


@pytest.mark.parametrize("misheard", [False, True])
async def test_a_line_in_progress_ends_also_when_the_turn_has_no_words(call, misheard):
    talk, room = await call()
    turns, now = CallerTurns(talk._context), talk._context.clock.monotonic()
    turns.interim(PERSON, "You", now)
    if misheard:
        turns.recognition_failed(PERSON, HearingError("it is broken"))
    else:
        turns.utterance_ended(PERSON, Utterance("", now, now, now, now))
    first, last = room.of("user.transcription")
    assert (first["text"], first["final"], last["text"], last["final"]) == ("You", False, "", True)
    assert first["turn_id"] == last["turn_id"]
    assert talk._context.replies.reply is None


@pytest.mark.parametrize("sound", ["click", "burst", "hum"])
async def test_a_click_or_a_short_sound_does_not_stop_the_agent(call, say, sound):
    talk, room = await call()
    await talk.speak(LONG)
    await room.until(room.sounding)
    short = {
        "click": np.where(np.arange(1600) % 400 < 15, 15_000, 0).astype(np.int16),
        "burst": say("Mhm.")[: 16 * 120],
        "hum": (6000 * np.sin(np.arange(4800) * 2 * np.pi * 120 / 16_000)).astype(np.int16),
    }[sound]
    await room.say(short, 1.0)
    assert room.of("message.interrupt") == []
    await room.until(room.sounding)  # it may be between two sentences


PATIENT = {"turn_detection": {"config": {"start_of_speech": {"vad_config": {"speaking_interrupt_duration_ms": 900}}}}}
ADAPTIVE = {"interruption": {"mode": "adaptive"}}


@pytest.mark.parametrize("properties", [PATIENT, ADAPTIVE], ids=["by a longer delay", "adaptive"])
async def test_signs_of_listening_and_a_cough_pass_when_the_setting_says_so_and_words_do_not(call, say, properties):
    talk, room = await call(properties={**properties, "tts": UNHURRIED})
    await talk.speak(" ".join([LONG] * 2))
    await room.until(room.sounding)
    cough = (np.random.default_rng(3).normal(0, 6000, 4000) * np.hanning(4000)).astype(np.int16)
    for sound in (say("Mm-hm."), cough, say("Yeah.")):
        await room.say(sound, 0.7)
    assert room.of("message.interrupt") == []
    await room.until(room.sounding)
    await room.say(say("Excuse me, can you tell me how much a double room is?"), 0.3)
    await room.until(lambda: room.of("message.interrupt"))


async def test_an_agent_that_may_not_be_interrupted_finishes_and_drops_what_was_said_over_it(call, say):
    talk, room = await call(properties={"interruption": {"enable": False}, "tts": UNHURRIED})
    text = "The house was built by a miller, and it has twelve rooms by the river."
    await talk.speak(text)
    await room.until(room.sounding)
    await room.say(say("Are dogs welcome?"), 0.6)
    await room.until(lambda: room.said())
    assert room.said() == [text]
    assert room.of("message.interrupt") == []
    assert room.of("user.transcription") == []


async def test_what_was_begun_before_the_agent_spoke_is_answered_afterwards(call, say):
    """Its beginning is on the screen: it must not stay there without an end."""
    end = {"mode": "vad", "vad_config": {"silence_duration_ms": 1500}}  # the first words are written before it, on any machine
    talk, room = await call(properties={"interruption": {"enable": False}, "turn_detection": {"config": {"end_of_speech": end}}})
    asking = asyncio.create_task(room.say(say("I would like to know whether dogs are welcome here."), 1.8))
    await room.until(lambda: room.of("user.transcription"))
    await talk.speak("The house was built by a miller, and it has twelve rooms by the river.")
    await asking
    await room.until(lambda: len(room.said()) == 2)
    assert room.said()[1] == "Dogs are welcome."
    assert [m["final"] for m in room.of("user.transcription")].count(True) == 1


async def test_what_is_said_over_it_is_answered_afterwards_when_that_is_the_strategy(call, say):
    interruption = {"enable": False, "disabled_config": {"strategy": "append"}}
    talk, room = await call(properties={"interruption": interruption, "tts": UNHURRIED})
    await talk.speak("The house was built by a miller, and it has twelve rooms by the river.")
    await room.until(room.sounding)
    await room.say(say("Are dogs welcome?"), 0.6)
    await room.until(lambda: len(room.said()) == 2)
    assert room.said()[1] == "Dogs are welcome."


async def test_only_a_keyword_stops_an_agent_that_waits_for_one(call, say):
    keywords = {"mode": "keywords", "keywords_config": {"trigger_keywords": ["please stop"]}}
    talk, room = await call(properties={"interruption": keywords})
    await talk.speak(LONG)
    await room.until(room.sounding)
    await room.say(say("I am listening."), 0.6)
    assert room.of("message.interrupt") == []
    await room.say(say("Please stop."), 0.8)
    await room.until(lambda: room.of("message.interrupt"))
    assert talk.turns()[0]["end"]["metadata"] == {"caused_by": "keywords"}


async def test_a_microphone_that_is_muted_in_mid_sentence_still_ends_the_turn(call, say):
    _, room = await call()
    await room.say(say("Are dogs welcome?"))  # and then no frame at all
    await room.until(lambda: room.said())
    assert room.said() == ["Dogs are welcome."]


async def test_two_people_are_both_heard_and_told_apart(call, say):
    """row 52"""
    _, room = await call(room=AgentRoom(PERSON, SECOND))
    await room.say(say("Are dogs welcome?"), 0.5, PERSON)
    await room.until(lambda: len(room.said()) == 1)
    await room.say(say("Is parking free?", "heart"), 0.5, SECOND)
    await room.until(lambda: len(room.said()) == 2)
    final = [(m["turn_id"], m["user_id"]) for m in room.of("user.transcription") if m["final"]]
    assert final == [(1, str(PERSON)), (2, str(SECOND))]
    assert room.said() == ["Dogs are welcome.", "Parking is free behind the house."]


async def test_only_the_people_it_was_told_to_hear_are_heard(call, say):
    _, room = await call(room=AgentRoom(PERSON, SECOND), properties={"remote_rtc_uids": [str(SECOND)]})
    await room.say(say("Are dogs welcome?"), 0.6, PERSON)
    await room.say(say("Is parking free?", "heart"), 0.5, SECOND)
    await room.until(lambda: room.said())
    assert {m["user_id"] for m in room.of("user.transcription")} == {str(SECOND)}


async def test_a_text_only_agent_answers_as_fast_as_its_model_and_makes_no_sound(call):
    talk, room = await call(greeting_message=GREETING, properties={"parameters": {"twin_text_only": True}})
    await room.until(lambda: room.said())
    await talk.think("When is breakfast?")
    await room.until(lambda: len(room.said()) == 2)
    assert room.lines() == [("agent", GREETING), ("agent", "Breakfast is served from seven to ten.")]
    assert not room.sound().any()
    await room.until(lambda: room.of("message.state")[-1]["state"] == "listening")
    assert room.states()[-2:] == ["thinking", "listening"]
