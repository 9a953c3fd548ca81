"""Which vendor a block of a join body belongs to: by its name, style, mode and address together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from greenroom.catalog.model_hosts import owns
from greenroom.catalog.spec import Role, Vendor
from greenroom.catalog.vendors import NONE, OTHER, UNSET, VENDORS
from greenroom.paths import at

_PART = re.compile(r"\\\{([a-z_0-9]+)\\\}")
#: What Agora assumes when a body doesn't say it.
_DEFAULTS: Mapping[str, Any] = {"llm.credential_mode": "byok", "llm.style": "openai", "asr.vendor": "ares"}
#: Parts that a vendor may have in another form, or not at all.
_LOOSE = ("url", "container", "mode", "avatar_id")
#: Fields of the ``llm`` block that belong to the conversation, not to a vendor.
_SPOKEN = frozenset(
    {"system_messages", "greeting_message", "failure_message", "greeting_configs", "greeting_audio_url", "max_history"}
    | {"template_variables", "mcp_servers", "tools", "input_modalities", "output_modalities", "headers"}
)
#: And of the others.
_GENERAL: Mapping[str, frozenset[str]] = {"llm": _SPOKEN, "asr": frozenset({"keywords"}), "tts": frozenset({"skip_patterns"})}


def vendor_for(role: Role, body: Mapping[str, Any]) -> Vendor:
    """The vendor of a role in this body: one of the catalog, or the one for unknown or missing blocks."""
    block = body.get(role)
    if role in ("mllm", "avatar") and not (isinstance(block, dict) and block.get("enable") is True):
        return _vendor_named(role, NONE)
    if not isinstance(block, dict) or not set(block) - _GENERAL.get(role, frozenset()):
        return _vendor_named(role, UNSET)
    if role == "llm":
        return _language_model(body)
    candidates = [vendor for vendor in VENDORS[role] if vendor.fixed and _fits(vendor, body)]
    if not candidates:
        return _vendor_named(
            role, OTHER if block.get("vendor") or role in ("mllm", "avatar") else UNSET if not block.get("params") else OTHER
        )
    return max(candidates, key=lambda vendor: _closeness(vendor, body))


def _language_model(body: Mapping[str, Any]) -> Vendor:
    """Language models have no table of vendors at Agora: mode, vendor, style and address decide together."""
    block: Mapping[str, Any] = body["llm"]
    mode, style, name = block.get("credential_mode", "byok"), block.get("style", "openai"), block.get("vendor")
    address = block.get("url")
    if mode == "managed":
        return _vendor_named("llm", "managed" if name in (None, "openai") else OTHER)
    if mode != "byok" or not (address or name or "style" in block):
        return _vendor_named("llm", OTHER)
    if style == "openai" and name in ("azure", "xai", "custom"):
        return _vendor_named("llm", name)
    if style == "gemini" and name is None:
        return _vendor_named("llm", "vertex" if owns(_vendor_named("llm", "vertex"), address) else "gemini")
    if style in ("anthropic", "bedrock", "dify") and name is None:
        return _vendor_named("llm", style)
    if style != "openai" or name not in (None, "openai"):
        return _vendor_named("llm", OTHER)
    hosted = ("openai", "groq", "azure", "xai")
    return next(
        (v for v in map(lambda vendor: _vendor_named("llm", vendor), hosted) if owns(v, address)),
        _vendor_named("llm", "compatible"),
    )


def _vendor_named(role: Role, name: str) -> Vendor:
    return next(vendor for vendor in VENDORS[role] if vendor.id == name)


def _fits(vendor: Vendor, body: Mapping[str, Any]) -> bool:
    for path, constant in vendor.fixed.items():
        sent = at(body, path)
        sent = _DEFAULTS.get(path) if sent is None else sent
        last = path.rpartition(".")[2]
        if sent != constant and not (last in _LOOSE and (sent is None or last == "url")):
            return False
    return True


def _closeness(vendor: Vendor, body: Mapping[str, Any]) -> tuple[int, int]:
    """More equal fixed parts are closer; of equals the one with fewer parts that differ."""
    same = sum(at(body, path) == constant for path, constant in vendor.fixed.items())
    return same, same - len(vendor.fixed)


def matched_template(template: str, text: str) -> dict[str, str] | None:
    """The values of a template's parts in a text; None when it has another form."""
    seen: set[str] = set()

    def group(part: re.Match[str]) -> str:
        """A part that appears twice must have the same value both times."""
        name = part.group(1)
        again, _ = name in seen, seen.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.*?)"

    match = re.fullmatch(_PART.sub(group, re.escape(template)), text)
    return None if match is None else {name: unquote(value) for name, value in match.groupdict().items()}
