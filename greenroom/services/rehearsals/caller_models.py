"""The model that plays callers: an address of its own, or the offline model that answers for agents. It passes an exam first."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace

from greenroom.config import Config
from greenroom.errors import GreenroomError
from greenroom.model.brain_choice import BrainChoice
from greenroom.rehearsal import persona_exam
from greenroom.rehearsal.persona import AskModel, PersonaPlayer, instructions
from greenroom.rehearsal.scenario import SimulatedCaller
from greenroom.services.operations.offline_brains import OfflineBrains
from greenroom.services.rehearsals.chat_model import ChatModel
from greenroom.store.private_files import write_private

FILE = "caller_exam.json"
#: Varied enough that repeats differ, as callers do.
TEMPERATURE = 0.7
#: For so long a model that failed its exam isn't examined again.
RETAKE_AFTER_S = 60.0
_TOO_SMALL = "The built-in model (135M parameters) and the scripted responder can't play a caller."


class NoCallerModel(GreenroomError):
    """No model that may play callers: none is set, or it failed its exam."""

    advice = (
        "Set GREENROOM_CALLER_URL and GREENROOM_CALLER_MODEL, or choose a larger offline model in Settings. "
        "Callers with lines or cues don't need a model."
    )


class CallerModels:
    """Thread-safe. Methods raise NoCallerModel, and what asking a model raises."""

    def __init__(self, config: Config, brains: OfflineBrains) -> None:
        self._config = config
        self._brains = brains
        self._file = config.data_dir / FILE
        self._chats: dict[str, ChatModel] = {}
        #: What a model failed at, and until when that counts, by the monotonic clock.
        self._failed: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def player(self, caller: SimulatedCaller) -> PersonaPlayer:
        """A caller for one call."""
        assert caller.persona is not None
        name, ask = self._model(caller.persona.model)
        self._examine(name, ask)
        return PersonaPlayer(caller, caller.persona, ask)

    def close(self) -> None:
        """Close the connections to all models that were asked."""
        for chat in self._chats.values():
            chat.close()

    def _model(self, wanted: str) -> tuple[str, AskModel]:
        """Its identity and how to ask it. ``wanted``: another model at the same address."""
        config = self._config
        if config.caller_url and (wanted or config.caller_model):
            chat = self._chat(wanted or config.caller_model)
            return f"{chat.url} {chat.model}", lambda turns: chat.ask(turns, TEMPERATURE)
        choice = self._offline()
        if wanted and choice.kind == "server":
            choice = replace(choice, model=wanted)
        return json.dumps(choice.as_json()), lambda turns: self._brains.chat(choice, turns)

    def _offline(self) -> BrainChoice:
        """The model that answers for agents offline, unless it is too small for this."""
        choice = self._brains.chosen().everyone
        if choice.kind == "auto":
            offers = self._brains.listing().offers if self._config.on_twin else []
            server = next((offer.brain for offer in offers if offer.brain.kind == "server" and not offer.refused), None)
            choice = server or choice
        if choice.kind not in ("gguf", "server"):
            raise NoCallerModel(_TOO_SMALL)
        return choice

    def _examine(self, name: str, ask: AskModel) -> None:
        """A model that has passed isn't examined again; the result counts for this model and these instructions. One that has
        failed may try again after a minute: the server may have another model by then, or it was bad luck."""
        identity = hashlib.sha256(f"{name} {instructions(SimulatedCaller(), persona_exam.EXAMINED)}".encode()).hexdigest()
        with self._lock:
            passed = self._passed()
            fault, until = ("", 0.0) if identity in passed else self._failed.get(identity, ("", 0.0))
            if identity not in passed and time.monotonic() >= until:
                if fault := persona_exam.failed(ask):
                    self._failed[identity] = fault, time.monotonic() + RETAKE_AFTER_S
                else:
                    write_private(self._file, json.dumps(dict.fromkeys([*passed, identity], "")).encode())
        if fault:
            raise NoCallerModel(f"This model can't play a caller. It failed this part of the exam: {fault}.")

    def _passed(self) -> set[str]:
        """The models that have passed. The file's other entries are failures of earlier releases."""
        try:
            results = json.loads(self._file.read_text(encoding="utf8"))
        except (OSError, ValueError, RecursionError):  # no exam yet, or a damaged file: the exam is taken again
            return set()
        return {str(name) for name, fault in results.items() if not fault} if isinstance(results, Mapping) else set()

    def _chat(self, model: str) -> ChatModel:
        if model not in self._chats:
            key, key_name = self._config.caller_key, "GREENROOM_CALLER_KEY"
            self._chats[model] = ChatModel(self._config.caller_url, model, key, key_name)
        return self._chats[model]
