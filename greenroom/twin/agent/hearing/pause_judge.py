"""Judges pauses by sound and words, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import Executor

from greenroom.speech.hearing import EndOfTurn, HearingError, SentenceEnd
from greenroom.twin.agent.turns import PauseVerdict
from greenroom.twin.agent.unfinished import asks_to_wait, ends_with_comma, is_short_answer, sounds_open, trails_off
from greenroom.twin.seat import Pcm

#: From this completeness on the voice says that the turn is complete. Below, it is often wrong about lively speech: of 43 real
#: utterances it held nine complete ones for unfinished, and of ten cuts in the middle it took four for the end from 0.5 on.
CERTAIN = 0.85
#: Below this the voice says that the caller continues, whatever the words say.
CONTINUES = 0.1
#: How likely a sentence ends with these words: too seldom to answer; seldom enough to wait longer; with a certain voice the end
#: at the second look; at the first look; the end by the words alone.
NEVER_ENDS, SELDOM_ENDS, MAY_END, MOSTLY_ENDS, ENDS = 0.02, 0.12, 0.15, 0.3, 0.5
#: About fewer words than these the language model knows nothing.
FEWEST_WORDS = 3


class PauseJudge:
    """Shared by all ears; the models judge one pause at a time in ``threads``."""

    def __init__(self, model: EndOfTurn, threads: Executor, sentences: SentenceEnd | None = None) -> None:
        """Without ``sentences`` a list of words that end no sentence judges what was said."""
        self._model = model
        self._threads = threads
        self._sentences = sentences

    async def verdict(
        self, speech: Pcm, words: Awaitable[str], *, waits_on_request: bool = False, again: bool = False
    ) -> PauseVerdict:
        """``words``: what is recognized of ``speech``. ``again``: later in a pause that was unsure before; then a certain
        voice needs less of the words. Raises what the models raise."""
        loop = asyncio.get_running_loop()
        voice = await loop.run_in_executor(self._threads, self._model.completeness, speech)
        try:
            text = await words
        except HearingError:
            return PauseVerdict.COMPLETE if voice >= CERTAIN else PauseVerdict.UNSURE
        if trails_off(text) or (waits_on_request and asks_to_wait(text)):
            return PauseVerdict.INCOMPLETE
        if self._sentences is None or len(text.split()) < FEWEST_WORDS:
            return _by_list(voice, text)
        ends = await loop.run_in_executor(self._threads, self._sentences.probability, text)
        return _by_model(voice, ends, text, MAY_END if again else MOSTLY_ENDS)


def _by_list(voice: float, text: str) -> PauseVerdict:
    if sounds_open(text):
        return PauseVerdict.INCOMPLETE
    if ends_with_comma(text):
        return PauseVerdict.DOUBTFUL
    certain = voice >= CERTAIN and (is_short_answer(text) or " " in text.strip())
    return PauseVerdict.COMPLETE if certain else PauseVerdict.UNSURE


def _by_model(voice: float, ends: float, text: str, enough: float) -> PauseVerdict:
    if ends < NEVER_ENDS or (ends < MAY_END and sounds_open(text)):
        return PauseVerdict.INCOMPLETE
    if ends < SELDOM_ENDS or (ends < MAY_END and ends_with_comma(text)):
        return PauseVerdict.DOUBTFUL
    complete = (voice >= CERTAIN and ends >= enough) or (voice >= CONTINUES and ends >= ENDS)
    return PauseVerdict.COMPLETE if complete else PauseVerdict.UNSURE
