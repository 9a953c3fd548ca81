"""Choosing the language model of offline agents: what there is, trying it, using it for all agents or for one."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from greenroom.catalog import rules
from greenroom.catalog.active import value_at
from greenroom.catalog.spec import Role
from greenroom.config import Config
from greenroom.errors import GreenroomError, NotAllowed, TextTooLong, TwinUnavailable
from greenroom.model.agent import AgentId, Settings
from greenroom.model.brain_choice import BrainChoice
from greenroom.model.call import EngineUse
from greenroom.services.operations.key_broker import KeyBroker
from greenroom.services.operations.twin_brains import BrainListing, BrainTrialResult, OfferedBrain, TwinBrains
from greenroom.services.operations.twin_process import TwinProcess
from greenroom.store.brain_choices import BrainChoices, BrainChoiceStore

log = logging.getLogger(__name__)

MODEL_FOLDER = "models"
#: How long the twin's answer about its automatic choice is cached.
_LABEL_KEPT_S = 15.0
#: How long a listing is cached: a search asks several ports and reads files.
_FOUND_KEPT_S = 20.0
_LOADING = ("", "loading")
#: Characters of a question that tries a brain.
QUESTION_MAX = 2_000
HERE = "This computer"
SCRIPTED_BRAIN = BrainChoice("scripted")


class OfflineBrains:
    """Thread-safe. Choices are stored and sent to the twin at each start and each launch."""

    def __init__(self, config: Config, store: BrainChoiceStore, keys: KeyBroker, twin: TwinProcess) -> None:
        self._config = config
        self._store = store
        self._keys = keys
        self._twin = twin
        self._brains = TwinBrains(lambda: twin.url)
        self._auto: tuple[float, str] = (0.0, "")
        self._found: tuple[float, BrainListing] | None = None

    @property
    def folder(self) -> Path:
        """The folder that is searched for model files."""
        return self._config.data_dir / MODEL_FOLDER

    @property
    def ready(self) -> bool:
        """Whether agents answer at once; right after the start the twin still loads its models."""
        try:
            return self._twin.health().get("ready") is True
        except TwinUnavailable:
            return False

    # ── choosing

    def listing(self) -> BrainListing:
        """Everything found on this computer, searched again after 20 s. Raises TwinUnavailable."""
        kept, now = self._found, time.monotonic()
        if kept is not None and now < kept[0]:
            return kept[1]
        listing = self._brains.listing()
        self._found = (now + _FOUND_KEPT_S, listing)
        if listing.answering not in _LOADING:  # the search may have changed it
            self._auto = (now + _LABEL_KEPT_S, listing.answering)
        return listing

    def rescan(self) -> None:
        """The next listing searches again."""
        self._found, self._auto = None, (0.0, "")

    def chosen(self) -> BrainChoices:
        """Raises StoreUnavailable."""
        return self._store.read()

    def look(self, choice: BrainChoice) -> OfferedBrain:
        """What it needs, before it is loaded. Raises NotAllowed, TwinUnavailable."""
        self._allow(choice)
        return self._brains.look(choice)

    def try_it(self, choice: BrainChoice, question: str) -> BrainTrialResult:
        """Ask one question. Raises InvalidInput, BrainRefused, KeyNotAllowed, TwinUnavailable."""
        if len(question) > QUESTION_MAX:
            raise TextTooLong(question, QUESTION_MAX, field="question", what="question")
        self._allow(choice)
        return self._brains.try_it(choice, self._key(choice, "try"), question)

    def chat(self, choice: BrainChoice, messages: Sequence[Mapping[str, str]]) -> str:
        """The answer to a conversation. Raises as :meth:`try_it` does."""
        self._allow(choice)
        return self._brains.chat(choice, self._key(choice, "caller"), messages)

    def choose(self, choice: BrainChoice, agent: AgentId | None = None) -> None:
        """For all agents, or for one. Raises BrainRefused (too large, no such file), KeyNotAllowed and keeps the one before."""
        offered = self.look(choice)
        if offered.refused:
            raise NotAllowed(offered.refused, advice="The choice wasn't changed.")
        key = self._key(choice, "choose")
        if agent is None:
            self._brains.use(choice, key)
        self._store.put(choice, agent)
        self._auto = (0.0, "")
        self.rescan()

    def reset(self, agent: AgentId) -> None:
        """Use the choice for all again."""
        self._store.remove(agent)
        self.rescan()

    # ── launching

    def preload(self) -> None:
        """Send the choice for all agents to a twin that has just started. A failure is logged; calls report it again."""
        choice = self._store.read().everyone
        if choice.kind == "auto" or not self._config.on_twin:
            return
        try:
            self._brains.use(choice, self._key(choice, "start"))
        except GreenroomError as error:
            log.warning("%s", error)

    def assign(self, name: str, agent: AgentId, scripted: bool = False) -> None:
        """Assign its brain to the agent that joins next under ``name``. Raises KeyNotAllowed, TwinUnavailable."""
        if scripted:
            self._brains.assign(SCRIPTED_BRAIN, "", name, True)
            return
        chosen = self._store.read()
        choice = chosen.agents.get(agent, chosen.everyone)
        if choice.kind != "auto" or agent in chosen.agents:
            self._brains.assign(choice, self._key(choice, "launch"), name, agent in chosen.agents)

    def scripted_engine(self) -> EngineUse:
        """What answers in a scripted call."""
        return EngineUse("brain", "Language model", SCRIPTED_BRAIN.label, HERE, "Free", here=True)

    def engine(self, agent: AgentId, settings: Settings) -> EngineUse | None:
        """What answers for this agent offline; None when that is the agent's own server, or a realtime model's stand-in.

        Cheap: the pages ask at every run.
        """
        chosen = self._store.read()
        if agent not in chosen.agents and own_server(settings):
            return None
        choice = chosen.agents.get(agent, chosen.everyone)
        label = choice.label or self._label_of_auto()
        where = HERE if choice.kind != "server" else f"{HERE} ({choice.host})" if choice.here else choice.host
        if choice.here:
            return EngineUse("brain", "Language model", label, where, "Free", here=True)
        return EngineUse("brain", "Language model", label, where, "Price not known", billed_by=choice.host)

    def own_address(self, agent: AgentId, settings: Settings) -> str:
        """Where the agent's own model server is asked offline; "" if another brain answers. Raises StoreUnavailable."""
        return "" if agent in self._store.read().agents else own_server(settings)

    # ── inside

    def _label_of_auto(self) -> str:
        now = time.monotonic()
        until, label = self._auto
        if now < until:
            return label
        try:
            engines = self._twin.health().get("engines")
            brain = str(engines.get("brain", "")) if isinstance(engines, Mapping) else ""
        except TwinUnavailable:
            brain = ""
        loaded = brain not in _LOADING
        self._auto = (now + (_LABEL_KEPT_S if loaded else 5.0), brain if loaded else "Offline model")
        return self._auto[1]

    def _key(self, choice: BrainChoice, purpose: str) -> str:
        return self._keys.release_to(choice.key_name, choice.url, purpose) if choice.key_name else ""

    def _allow(self, choice: BrainChoice) -> None:
        """Raise NotAllowed for a model file outside :attr:`folder` in a studio that is open to other computers: their browsers
        must not probe the files of this one."""
        if choice.kind == "gguf" and self._config.public_url and Path(choice.path).resolve().parent != self.folder.resolve():
            raise NotAllowed(
                "This Greenroom is open to other computers, so it opens model files only from its own folder.",
                advice=f"Move the file to {self.folder}.",
            )


def own_server(settings: Settings) -> str:
    """As the twin decides: the address of the agent's own model server, where it speaks OpenAI's protocol; else ""."""
    if rules.realtime(settings):
        return ""
    managed = rules.vendor_of("llm", settings).fixed.get("llm.credential_mode") == "managed"
    if managed and not settings.get("advanced.extra"):
        return ""  # without building the whole body: pages ask at every run
    llm: Any = rules.payload(settings, {}).get("llm")
    if not isinstance(llm, Mapping) or llm.get("credential_mode") == "managed" or llm.get("style") not in (None, "", "openai"):
        return ""
    return str(llm.get("url") or "")


def stand_in_for(settings: Settings) -> str:
    """The model that the agent has in Agora's cloud, in whose place another answers offline."""
    role: Role = "mllm" if rules.realtime(settings) else "llm"
    vendor = rules.vendor_of(role, settings)
    model = value_at(f"{role}.{vendor.id}.model", settings)
    return str(model) if model else vendor.label
