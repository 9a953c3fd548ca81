"""The models of the process: loaded once, in threads, shared by every agent."""

from __future__ import annotations

import asyncio
import io
import logging
import wave
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from greenroom.catalog.voices import offline_voice
from greenroom.model.brain_choice import BrainChoice
from greenroom.speech.hearing import EndOfTurn, Recognizer, SentenceEnd, VoiceGate
from greenroom.speech.synthesis import SpeechSynthesis
from greenroom.twin.agent.brain.assigned import AssignedBrains
from greenroom.twin.agent.brain.base import Brain, Message
from greenroom.twin.agent.brain.pool import BrainPool
from greenroom.twin.agent.freed_memory import return_freed_memory
from greenroom.twin.agent.hearing.pause_judge import PauseJudge
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue
from greenroom.twin.agent.known_lines import KnownLines
from greenroom.twin.seat import SENT_RATE

log = logging.getLogger(__name__)


class Engines:
    """Ears, voices and the local brain. Models are imported where they are loaded: importing alone takes a second."""

    def __init__(self, brain: BrainChoice, model_folder: str = "") -> None:
        self.brains = AssignedBrains(BrainPool(_load_builtin, model_folder), brain)
        self._recognizer: Recognizer | None = None
        self._voices: SpeechSynthesis | None = None
        self._recognizer_queue: TranscriptionQueue | None = None
        self._loaded = asyncio.Event()
        self._failure: Exception | None = None
        # One thread each: two models at once on two cores slow both down.
        self.hearing_threads = ThreadPoolExecutor(1, thread_name_prefix="hearing")
        self.voice_threads = ThreadPoolExecutor(1, thread_name_prefix="voice")
        self._turn_threads = ThreadPoolExecutor(1, thread_name_prefix="end of turn")
        self._sentence_threads = ThreadPoolExecutor(1, thread_name_prefix="end of sentence")
        self._judge: PauseJudge | None = None
        self.known_lines = KnownLines()

    @classmethod
    def build(cls, brain: str = "auto", model_folder: str = "") -> Engines:
        """``brain``: auto, or scripted for the scripted responder. ``model_folder``: where model files are looked for."""
        return cls(BrainChoice("scripted" if brain == "scripted" else "auto"), model_folder)

    @property
    def ready(self) -> bool:
        """Whether all models are loaded. False as well when loading failed."""
        return self._loaded.is_set() and self._failure is None

    async def load(self) -> None:
        """Load all models in parallel. A failure is raised here and to everyone who waits for a model."""
        loop = asyncio.get_running_loop()
        hearing = loop.run_in_executor(self.hearing_threads, _load_recognizer)
        voices = loop.run_in_executor(self.voice_threads, _load_voices)
        turns = loop.run_in_executor(self._turn_threads, _load_end_of_turn)
        try:
            recognizer, self._voices, _, judges = await asyncio.gather(hearing, voices, self.brains.open(), turns)
            if judges is not None:
                self._judge = PauseJudge(judges[0], self._turn_threads, judges[1], self._sentence_threads)
            self._recognizer, self._recognizer_queue = recognizer, TranscriptionQueue(recognizer, self.hearing_threads)
            await asyncio.to_thread(return_freed_memory)
        except Exception as error:
            self._failure = error
            raise
        finally:
            self._loaded.set()

    async def close(self) -> None:
        """Close the brains and let the threads end by themselves; work that waits is cancelled."""
        await self.brains.close()
        for threads in (self.hearing_threads, self.voice_threads, self._turn_threads, self._sentence_threads):
            threads.shutdown(wait=False, cancel_futures=True)

    def describe(self) -> dict[str, str]:
        """A label for each engine, as shown in the Studio."""
        loading = "loading"
        return {
            "hearing": self._recognizer.label if self._recognizer else loading,
            "voice": self._voices.label if self._voices else loading,
            "brain": self.brains.label if self.ready else loading,
        }

    @property
    def judge(self) -> PauseJudge | None:
        """Judges by sound whether a turn is complete; None when its model is not installed."""
        return self._judge

    def gate(self) -> VoiceGate:
        """A voice gate of its own for each caller: it has state."""
        from greenroom.speech.silero import SileroGate

        return SileroGate()

    async def transcription(self) -> TranscriptionQueue:
        """The shared recognizer. Waits for the models; RuntimeError when they could not be loaded."""
        await self._all_loaded()
        assert self._recognizer_queue is not None
        return self._recognizer_queue

    async def voices(self) -> SpeechSynthesis:
        """Waits for the models; RuntimeError when they could not be loaded."""
        await self._all_loaded()
        assert self._voices is not None
        return self._voices

    async def brain_for(self, llm: Mapping[str, Any], agent: str = "", private: Collection[str] = ()) -> Brain:
        """The brain for a join body's ``llm`` block of an agent with this name; :meth:`give_back` when the agent leaves.
        ``private``: places inside this computer's network that the agent may reach."""
        if own := self.brains.own_server(llm, agent, private):
            return own
        await self._all_loaded()
        return await self.brains.borrow(agent, _system_messages(llm))

    async def give_back(self, brain: Brain) -> None:
        """Close a brain that nobody else uses."""
        await self.brains.give_back(brain)

    async def sample(self, voice_id: str, text: str, speed: float) -> bytes:
        """``text`` as a WAV (48 kHz, mono, 16 bit). Waits for the models.

        Raises KeyError for an unknown voice, VoiceError, and RuntimeError when the models could not be loaded.
        """
        voice, voices = offline_voice(voice_id), await self.voices()
        loop = asyncio.get_running_loop()
        sound = await loop.run_in_executor(self.voice_threads, voices.render, text, voice, speed)
        file = io.BytesIO()
        with wave.open(file, "wb") as wav:
            wav.setnchannels(1)
            wav.setsampwidth(2)
            wav.setframerate(SENT_RATE)
            wav.writeframes(sound.tobytes())
        return file.getvalue()

    async def _all_loaded(self) -> None:
        await self._loaded.wait()
        if self._failure is not None:
            raise RuntimeError("the speech models could not be loaded") from self._failure


def _system_messages(llm: Mapping[str, Any]) -> list[Message]:
    found = llm.get("system_messages")
    return [message for message in found if isinstance(message, Mapping)] if isinstance(found, list) else []


def _load_recognizer() -> Recognizer:
    from greenroom.speech.moonshine import Moonshine
    from greenroom.speech.silero import SileroGate

    SileroGate()  # loads the network that all callers' gates share
    return Moonshine()


def _load_end_of_turn() -> tuple[EndOfTurn, SentenceEnd | None] | None:
    """None when the model is not installed: silence ends every turn then."""
    try:
        from greenroom.twin.agent.hearing.smart_turn import SmartTurn

        return SmartTurn(), _load_sentence_end()
    except (ImportError, OSError) as error:
        log.warning("the end-of-turn model isn't available (%s); turns end by silence", type(error).__name__)
        return None


def _load_sentence_end() -> SentenceEnd | None:
    """None when the small language model is not installed: a list of words judges then."""
    try:
        from greenroom.twin.agent.hearing.next_word import NextWord

        return NextWord()
    except (ImportError, OSError, RuntimeError) as error:
        log.warning("no language model judges the ends of turns (%s: %s)", type(error).__name__, error)
        return None


def _load_voices() -> SpeechSynthesis:
    from greenroom.speech.hibari import HibariVoices

    return HibariVoices()


def _load_builtin() -> Brain | None:
    """None when the model or its runtime is not installed; the scripted responder takes over."""
    try:
        from greenroom.twin.agent.brain.builtin import BuiltinBrain

        brain = BuiltinBrain()
        brain.warm_up()
    except (ImportError, OSError, RuntimeError) as error:
        log.warning("the built-in model isn't available (%s); using the scripted responder", type(error).__name__)
        return None
    return brain
