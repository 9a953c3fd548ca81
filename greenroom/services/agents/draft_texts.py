"""Saves one long text of a draft while it is typed, without a rerun of the page that shows it."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from functools import cache
from typing import Any

from greenroom.catalog import rules
from greenroom.errors import Conflict, InvalidAgent, Problem
from greenroom.model.agent import AgentId, Draft, Settings
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.capabilities import DraftCapabilities

#: A setting that may be longer (a picture in base64) is edited in a plain field.
LONGEST_LIMIT = 100_000
#: What one save takes. A draft may hold a text that is longer than its setting allows: the form says so.
TEXT_MAX_CHARS = 300_000
#: Which tab saved which revision is remembered for so many saves.
SAVES_REMEMBERED = 2000
#: A save that meets another one of the same draft reads again; so often at most.
TRIES = 5


class TextMoved(Conflict):
    """The text changed since the page read it. ``text`` and ``revision`` are what the draft holds now."""

    advice = "Keep your version or load theirs."

    def __init__(self, text: str, revision: int) -> None:
        super().__init__("This text was changed in another tab.")
        self.text = text
        self.revision = revision


class DraftTexts:
    """Saves texts by key. A page gets the capability for one agent's draft when it draws the field."""

    def __init__(self, agents: AgentService, capabilities: DraftCapabilities) -> None:
        self._agents = agents
        self._capabilities = capabilities
        self._tabs: OrderedDict[tuple[AgentId, int], str] = OrderedDict()
        self._lock = threading.Lock()

    def capability(self, agent_id: AgentId) -> str:
        """What the page sends along with each text; it stays valid, also after a restart."""
        return self._capabilities.issue(agent_id)

    def only_saved_by(self, tab: str, before: Draft, after: Draft) -> bool:
        """Whether nothing lies between two drafts of an agent but texts that this tab saved."""
        revisions = range(before.revision + 1, after.revision + 1)
        with self._lock:
            return bool(revisions) and all(self._tabs.get((after.agent_id, number)) == tab for number in revisions)

    def save(self, agent_id: AgentId, key: str, text: str, was: str, capability: object, tab: str = "") -> Draft:
        """Save ``text`` where the draft still says ``was``; other settings may have changed since. ``tab`` is who saves.

        Raises NotAllowed without the capability, TextMoved when the text is no longer ``was``, InvalidAgent for a key that is
        no text or a text that is too long.
        """
        self._capabilities.require(agent_id, capability)
        _require_text(key, text)
        for _ in range(TRIES - 1):
            try:
                return self._save_once(agent_id, key, text, was, tab)
            except TextMoved:
                raise
            except Conflict:  # another setting was saved in between
                continue
        return self._save_once(agent_id, key, text, was, tab)

    def _save_once(self, agent_id: AgentId, key: str, text: str, was: str, tab: str) -> Draft:
        draft = self._agents.draft(agent_id)
        held = text_of(draft, key)
        if held == text:
            return draft
        if held != was:
            raise TextMoved(held, draft.revision)
        saved = self._agents.save(agent_id, {**draft.settings, key: text}, draft.revision)
        with self._lock:
            self._tabs[agent_id, saved.revision] = tab
            if len(self._tabs) > SAVES_REMEMBERED:
                self._tabs.popitem(last=False)
        return saved


def text_of(draft: Draft, key: str) -> str:
    """What a text field shows for this draft."""
    value = rules.value_at(key, draft.settings)
    return value if isinstance(value, str) else ""


@cache
def is_draft_text(key: str) -> bool:
    """Whether this setting is edited in a field that saves while one types."""
    setting = rules.setting_of(key)
    return setting is not None and setting.kind == "prose" and (setting.high is None or setting.high <= LONGEST_LIMIT)


def only_texts_moved(one: Draft, other: Draft) -> bool:
    """Whether two drafts of an agent differ in nothing but long texts."""
    if one.revision == other.revision:
        return False
    rest, others = ({key: value for key, value in draft.settings.items() if not is_draft_text(key)} for draft in (one, other))
    return json.dumps(rest, sort_keys=True) == json.dumps(others, sort_keys=True)


def with_texts_of(draft: Draft, settings: Settings) -> dict[str, Any]:
    """These settings with the long texts of ``draft``, whose fields settle conflicts by themselves."""
    rest = {key: value for key, value in settings.items() if not is_draft_text(key)}
    return rest | {key: value for key, value in draft.settings.items() if is_draft_text(key)}


def _require_text(key: str, text: str) -> None:
    if not is_draft_text(key):
        raise InvalidAgent((Problem(key, f"{key[:60]!r} is not a text setting.", "Reload the page."),))
    if len(text) > TEXT_MAX_CHARS:
        label = rules.label_of(key)
        raise InvalidAgent((Problem(key, f"{label}: longer than {TEXT_MAX_CHARS:,} characters.", "Shorten the text."),))
