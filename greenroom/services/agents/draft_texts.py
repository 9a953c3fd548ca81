"""Saves one long text of a draft while it is typed, without a rerun of the page that shows it."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
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
#: The number of saves whose tab is remembered, and of undone texts.
SAVES_REMEMBERED = 2000
#: Attempts per save: one that collides with another save of the draft reads the draft and tries again.
TRIES = 5


@dataclass(frozen=True, slots=True)
class TextEdit:
    """What a page sends: ``text`` for the setting ``key``, typed over ``was``, which it saw at revision ``seen`` of the draft."""

    key: str
    text: str
    was: str
    seen: int


class TextMoved(Conflict):
    """The text changed since the page read it. ``text`` and ``revision`` are what the draft holds now."""

    advice = "Keep your version or load theirs."

    def __init__(self, text: str, revision: int) -> None:
        super().__init__("This text was changed in another tab.")
        self.text = text
        self.revision = revision


class TextTakenBack(TextMoved):
    """The text was undone since the page read the draft: a click saved and undid it, then the field's own request arrived."""


class DraftTexts:
    """Saves texts by key. A page gets the capability for one agent's draft when it draws the field."""

    def __init__(self, agents: AgentService, capabilities: DraftCapabilities) -> None:
        self._agents = agents
        self._capabilities = capabilities
        self._tabs: OrderedDict[tuple[AgentId, int], str] = OrderedDict()
        #: The revision in which a text was taken back, by the text's hash.
        self._taken_back: OrderedDict[tuple[AgentId, str, int], int] = OrderedDict()
        self._lock = threading.Lock()

    def capability(self, agent_id: AgentId) -> str:
        """What the page sends along with each text; it stays valid, also after a restart."""
        return self._capabilities.issue(agent_id)

    def only_saved_by(self, tab: str, before: Draft, after: Draft) -> bool:
        """Whether nothing lies between two drafts of an agent but texts that this tab saved."""
        revisions = range(before.revision + 1, after.revision + 1)
        with self._lock:
            return bool(revisions) and all(self._tabs.get((after.agent_id, number)) == tab for number in revisions)

    def take_back(self, before: Draft, after: Draft) -> None:
        """Remember the texts that an undo, restore or import removed: a page may still send one."""
        for key in {*before.settings, *after.settings}:
            if is_draft_text(key) and (gone := text_of(before, key)) != text_of(after, key):
                with self._lock:
                    self._taken_back[after.agent_id, key, hash(gone)] = after.revision
                    if len(self._taken_back) > SAVES_REMEMBERED:
                        self._taken_back.popitem(last=False)

    def save(self, agent_id: AgentId, edit: TextEdit, capability: object, tab: str = "") -> Draft:
        """Save a text where the draft still says what the page saw; other settings may have changed since. ``tab`` is who saves.

        Raises NotAllowed without the capability, TextMoved when the draft says something else, TextTakenBack for a text that
        was undone since, InvalidAgent for a key that is no text or a text that is too long.
        """
        self._capabilities.require(agent_id, capability)
        _require_text(edit.key, edit.text)
        for _ in range(TRIES - 1):
            try:
                return self._save_once(agent_id, edit, tab)
            except TextMoved:
                raise
            except Conflict:  # another setting was saved in between
                continue
        return self._save_once(agent_id, edit, tab)

    def _save_once(self, agent_id: AgentId, edit: TextEdit, tab: str) -> Draft:
        draft = self._agents.draft(agent_id)
        held = text_of(draft, edit.key)
        if held == edit.text:
            return draft
        if held != edit.was:
            raise TextMoved(held, draft.revision)
        if self._was_taken_back(agent_id, edit):
            raise TextTakenBack(held, draft.revision)
        saved = self._agents.save(agent_id, {**draft.settings, edit.key: edit.text}, draft.revision)
        with self._lock:
            self._tabs[agent_id, saved.revision] = tab
            if len(self._tabs) > SAVES_REMEMBERED:
                self._tabs.popitem(last=False)
        return saved

    def _was_taken_back(self, agent_id: AgentId, edit: TextEdit) -> bool:
        """Since the page saw the draft. Typed again after that, the same text is saved like any other."""
        with self._lock:
            return self._taken_back.get((agent_id, edit.key, hash(edit.text)), -1) > edit.seen


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
        raise InvalidAgent((Problem(key, f"{label} is longer than {TEXT_MAX_CHARS:,} characters.", "Shorten the text."),))
