"""Maps the query parameters of Agora's sample clients to settings of the catalog.

Unknown parameters are rejected by name, never ignored.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from greenroom.catalog import rules
from greenroom.catalog.spec import Role
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.services.agents import links

#: The samples' names → our settings; the first one that the vendor has is used. "{role}" is the chosen vendor.
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "prompt": ("prompt.system",),
    "greeting": ("prompt.greeting",),
    "greeting_mode": ("prompt.greeting_mode",),
    "failure_message": ("prompt.failure",),
    "max_history": ("brain.max_history",),
    "idle_timeout": ("turns.idle",),
    "vad_silence_duration_ms": ("turns.silence",),
    "turn_detection_mode": ("turns.end_mode",),
    "asr_vendor": ("asr.vendor",),
    "asr_language": ("asr.{asr}.language",),
    "asr_model": ("asr.{asr}.model",),
    "tts_vendor": ("tts.vendor",),
    "tts_model": ("tts.{tts}.model", "tts.{tts}.model_id"),
    "tts_skip_patterns": ("voice.skip",),
    "voice_id": ("tts.{tts}.voice_id", "tts.{tts}.voice", "tts.{tts}.speaker", "tts.{tts}.voice_name"),
    "voice_speed": ("tts.{tts}.speed",),
    "voice_stability": ("tts.{tts}.stability",),
    "sample_rate": ("tts.{tts}.sample_rate",),
    "llm_vendor": ("llm.vendor",),
    "llm_model": ("llm.{llm}.model",),
    "llm_url": ("llm.{llm}.url",),
    "mllm_vendor": ("mllm.vendor",),
    "mllm_model": ("mllm.{mllm}.model",),
    "mllm_voice": ("mllm.{mllm}.voice",),
    "mcp_servers": ("tools.mcp_servers",),
    "enable_sal": ("advanced.sal",),
    "avatar_vendor": ("avatar.vendor",),
    "avatar_id": ("avatar.{avatar}.avatar_id", "avatar.{avatar}.avatar"),
    "pipeline_id": ("advanced.pipeline",),
}
#: Parameters of one vendor, rejected if another vendor is chosen.
OF_A_VENDOR: Mapping[str, tuple[Role, str, str]] = {
    "deepgram_model": ("asr", "deepgram", "asr.deepgram.model"),
    "deepgram_language": ("asr", "deepgram", "asr.deepgram.language"),
    "rime_speaker": ("tts", "rime", "tts.rime.voice"),
    "rime_model_id": ("tts", "rime", "tts.rime.model"),
}
#: Keys, which the samples accept in a query and Greenroom rejects: they belong on the server.
KEYS = ("llm_api_key", "tts_key", "asr_key", "avatar_api_key", "mllm_api_key", "rime_api_key", "deepgram_api_key")
#: Parameters of the samples that aren't supported, with the alternative.
REFUSED: Mapping[str, str] = {
    "enable_aivad": "Agora removed it. Use turn_detection_mode=semantic.",
    "enable_mllm": "Use mllm_vendor to choose a realtime model, or none.",
    "llm_style": "The vendor decides it. Use llm_vendor.",
    "enable_rtm": "Greenroom's agents use the data stream.",
}
_ORDER = ("asr_vendor", "tts_vendor", "llm_vendor", "mllm_vendor", "avatar_vendor")


class InvalidParameter(GreenroomError):
    """A query parameter that isn't known, isn't taken from an address, or doesn't fit the agent's vendors."""

    advice = "The parameters of /start-agent are listed in docs/api.md."


def overrides(agent_id: AgentId, settings: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    """The settings that the parameters change. Raises InvalidParameter that names the first invalid one."""
    changes: dict[str, Any] = {}
    # Vendors first, because the other parameters are settings of the chosen vendor.
    for name in sorted(query, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)):
        changes |= _read(name)(agent_id, name, query[name], {**settings, **changes})
    return changes


_Reader = Callable[[AgentId, str, str, Mapping[str, Any]], dict[str, Any]]


def _read(name: str) -> _Reader:
    if name in KEYS:
        raise InvalidParameter(f"{name}: keys can't be passed in the URL.", advice="Set it in Settings → Credentials.")
    if name in REFUSED:
        raise InvalidParameter(f"{name} is not supported.", advice=REFUSED[name])
    if name in OF_A_VENDOR:
        return _of_a_vendor
    if name in SETTINGS:
        return _setting
    near = difflib.get_close_matches(name, [*SETTINGS, *OF_A_VENDOR, "channel", "profile", "version", "connect", "debug"], 1)
    raise InvalidParameter(f"{name[:80]} is not a parameter.", advice=f"Did you mean {near[0]}?" if near else None)


def _of_a_vendor(agent_id: AgentId, name: str, text: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    role, vendor, key = OF_A_VENDOR[name]
    chosen = rules.vendor_of(role, settings).id
    if chosen != vendor:
        raise InvalidParameter(f"{name}: the agent uses {chosen}.", advice=f"Add {role}_vendor={vendor}, or leave {name} out.")
    return _changes(agent_id, name, key, text)


def _setting(agent_id: AgentId, name: str, text: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    vendors = {role: rules.vendor_of(role, settings).id for role in rules.VENDORS}
    for template in SETTINGS[name]:
        key = template.format(**vendors)
        if key.endswith(".vendor") or rules.setting_of(key) is not None:
            changes = _changes(agent_id, name, key, _as_list(text) if name == "tts_skip_patterns" else text)
            return {**changes, "tools.enable": True} if name == "mcp_servers" else changes
    raise InvalidParameter(f"{name}: the agent's vendor doesn't have this setting.")


def _changes(agent_id: AgentId, name: str, key: str, text: str) -> dict[str, Any]:
    link = links.read({links.AGENT: agent_id, f"{links.SET}{key}": text})
    if link is None or link.refused:
        raise InvalidParameter(f"{name}: {'; '.join(link.refused.values()) if link else 'cannot be read.'}")
    return dict(link.changes)


def _as_list(text: str) -> str:
    """Accepts the samples' "1,2" and JSON lists."""
    if text.strip().startswith("["):
        return text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return json.dumps([int(part) if re.fullmatch(r"[0-9]{1,9}", part) else part for part in parts])
