"""Judges pauses by sound and words, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import Executor
from dataclasses import dataclass

from greenroom.speech.hearing import EndOfTurn, HearingError, SentenceEnd
from greenroom.twin.agent.turns import PauseVerdict
from greenroom.twin.agent.unfinished import asks_to_wait, ends_with_comma, is_short_answer, sounds_open, trails_off
from greenroom.twin.seat import Pcm

#: From this completeness on the voice says that the turn is complete. Of 188 utterances, 0.7, 0.8 and 0.85 end 124, 121 and 117
#: at the first chance, and cut off 34, 32 and 31.
CERTAIN = 0.8
#: Below this the voice says that the caller continues, whatever the words say.
CONTINUES = 0.1
#: How likely a sentence ends with these words: too seldom to answer; seldom enough to wait longer; the end with a certain voice;
#: the end by the words alone.
NEVER_ENDS, SELDOM_ENDS, MAY_END, ENDS = 0.02, 0.12, 0.15, 0.5
#: About fewer words than these the language model knows nothing.
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """What was said before a pause. ``ends``: how likely a sentence ends here, 0..1; None without a language model, or when it
    knows too little of the sentence."""

    text: str
    ends: float | None = None


class PauseJudge:
    """Shared by all ears. The voice and the words of a pause are judged side by side, those of several pauses in turn."""

    def __init__(
        self,
        model: EndOfTurn,
        threads: Executor,
        sentences: SentenceEnd | None = None,
        sentence_threads: Executor | None = None,
    ) -> None:
        """Without ``sentences`` a list of words that end no sentence judges what was said. ``threads``: for ``model``, and for
        ``sentences`` unless they have their own."""
        self._model = model
        self._threads = threads
        self._sentences = sentences
        self._sentence_threads = sentence_threads or threads

    async def read(self, words: Awaitable[str]) -> HeardSentence | None:
        """Judge ``words``, what is recognized before a pause, as soon as they come; None when recognition failed. Raises what the
        language model raises."""
        try:
            text = await words
        except HearingError:
            return None
        if self._sentences is None or trails_off(text) or len(text.split()) < FEWEST_WORDS:
            return HeardSentence(text)
        loop = asyncio.get_running_loop()
        return HeardSentence(text, await loop.run_in_executor(self._sentence_threads, self._sentences.probability, text))

    async def verdict(
        self, speech: Pcm, said: Awaitable[HeardSentence | None], *, waits_on_request: bool = False
    ) -> PauseVerdict:
        """``said``: what :meth:`read` makes of the words of ``speech``. Raises what the models raise."""
        judged = asyncio.get_running_loop().run_in_executor(self._threads, self._model.completeness, speech)
        voice, sentence = await asyncio.gather(judged, said)
        if sentence is None:
            return PauseVerdict.COMPLETE if voice >= CERTAIN else PauseVerdict.UNSURE
        text, ends = sentence.text, sentence.ends
        if trails_off(text) or (waits_on_request and asks_to_wait(text)):
            return PauseVerdict.INCOMPLETE
        return _by_list(voice, text) if ends is None else _by_model(voice, ends, text)


def _by_list(voice: float, text: str) -> PauseVerdict:
    if sounds_open(text):
        return PauseVerdict.INCOMPLETE
    if ends_with_comma(text):
        return PauseVerdict.DOUBTFUL
    certain = voice >= CERTAIN and (is_short_answer(text) or " " in text.strip())
    return PauseVerdict.COMPLETE if certain else PauseVerdict.UNSURE


def _by_model(voice: float, ends: float, text: str) -> PauseVerdict:
    if ends < NEVER_ENDS or (ends < MAY_END and sounds_open(text)):
        return PauseVerdict.INCOMPLETE
    if ends < SELDOM_ENDS or (ends < MAY_END and ends_with_comma(text)):
        return PauseVerdict.DOUBTFUL
    complete = (voice >= CERTAIN and ends >= MAY_END) or (voice >= CONTINUES and ends >= ENDS)
    return PauseVerdict.COMPLETE if complete else PauseVerdict.UNSURE
