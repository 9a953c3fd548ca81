"""The ``.env`` of Agora's samples: one agent for each profile (``VOICE_LLM_MODEL`` belongs to the profile ``VOICE``)."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dotenv.parser import parse_stream

from greenroom.formats.document import FoundDocument, UnreadableText, members_of
from greenroom.formats.env_places import AVATARS, OTHERS, PLACES, VOICES, flag
from greenroom.formats.join_body import find_body
from greenroom.formats.open_parts import REPEATED
from greenroom.formats.reading_time import require_time
from greenroom.paths import put

#: How deeply another file is searched for variables, and how many of the samples' variables make it one of theirs.
_DEEPEST, _ENOUGH = 12, 2
_MOST_PROFILES = 100
_SECRET = re.compile(r"\$\{\{\s*(?:secrets|vars|env)\.(\w+)\s*\}\}")
_LINE = re.compile(r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=")


#: What a framework puts before the variables that it gives to a page or a server; it is no profile.
_FRAMEWORKS = re.compile(r"(?:(?:NEXT_PUBLIC|NEXT|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|PUBLIC|AGORA|CONVOAI|CUSTOM)(?:_|$))+")
#: Variables without a place of their own that decide how others are read.
_USED = frozenset({"ENABLE_MLLM"})
_SPEECH = {name for vendors in (VOICES, AVATARS) for vendor in vendors.values() for name in vendor}
_NAMES = sorted({*PLACES, *_SPEECH, *OTHERS}, key=len, reverse=True)
#: The samples call this address when no other is set.
_DEFAULT_URL = "https://api.openai.com/v1/chat/completions"
_MODEL_OF_OPENAI = re.compile(r"(?:gpt|chatgpt|o\d)\b|ft:", re.IGNORECASE)


def is_env(text: str) -> bool:
    """Whether every line is a variable, and some are the samples'."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and all(_LINE.match(line) for line in lines) and any(_split(_key(line))[1] in PLACES for line in lines)


def read_env(text: str) -> tuple[FoundDocument, ...]:
    """An agent for each profile; the one without a prefix first, unless it has fewer variables. Raises UnreadableText."""
    # Not dotenv_values, which writes a line to the log for each statement of a text that is something else.
    pairs: list[tuple[str, str | None]] = []
    for binding in parse_stream(io.StringIO(text)):
        require_time()
        if binding.key is not None:
            pairs.append((binding.key, binding.value))
    names = Counter(name for name, _ in pairs)
    twice = tuple((name, REPEATED) for name, count in names.items() if count > 1)
    found = read_variables(dict(pairs))
    return tuple(replace(document, left_out=(*document.left_out, *twice)) for document in found)


def read_variables(variables: Mapping[str, str | None]) -> tuple[FoundDocument, ...]:
    """The agents of variables, as :func:`read_env` returns them; also of those in a Compose file. Raises UnreadableText."""
    profiles: dict[str, dict[str, str]] = {}
    keys: dict[tuple[str, str], str] = {}
    unknown: list[tuple[str, str]] = []
    for key, value in variables.items():
        require_time()
        profile, name = _split(key)
        if not name:
            unknown.append((key, "Not a variable of Agora's samples."))
        elif name in OTHERS or not value:
            unknown.append((key, OTHERS.get(name, "Empty: not set.")))
        if value and (name in _USED or name and name not in OTHERS):
            if name in profiles.get(profile, {}):
                unknown.append((keys[profile, name], f"{key} is also set and takes precedence."))
            profiles.setdefault(profile, {})[name] = value
            keys[profile, name] = key
    if len(profiles) > _MOST_PROFILES:
        raise UnreadableText(f"These variables have {len(profiles):,} prefixes; at most {_MOST_PROFILES} are read as profiles.")
    documents = {profile: _document(profile, given, keys) for profile, given in sorted(profiles.items())}
    usable = {profile: document for profile, document in documents.items() if find_body(document.value) is not None}
    if not usable:
        raise _nothing_usable(variables)
    unknown += [(key, "Not enough settings for an agent.") for (profile, _), key in keys.items() if profile not in usable]
    first = sorted(usable, key=lambda profile: -len(profiles[profile]))
    return tuple(replace(usable[profile], left_out=(*usable[profile].left_out, *unknown)) for profile in first)


def _nothing_usable(variables: Mapping[str, str | None]) -> UnreadableText:
    empty = [key for key, value in variables.items() if not value and _split(key)[1] in PLACES]
    if empty and not any(value for key, value in variables.items() if _split(key)[1] in PLACES):
        return UnreadableText(f"The agent's variables are empty: {', '.join(empty[:4])}.", advice="Fill them in first.")
    return UnreadableText("These aren't the variables of Agora's samples.")


def variables_in(document: Any) -> dict[str, str | None]:
    """The samples' variables in another file: a mapping, a list of NAME=value, or one of objects with name and value."""
    level = [document]
    for _ in range(_DEEPEST):
        for value in level:
            found = _as_variables(value)
            if sum(_split(name)[1] in PLACES for name in found) >= _ENOUGH:
                return found
        level = [inner for value in level for inner in members_of(value)][:5_000]
    return {}


def _as_variables(value: Any) -> dict[str, str | None]:
    if isinstance(value, Mapping):
        return {str(name): _text(inner) for name, inner in value.items() if not isinstance(inner, Mapping | list)}
    found: dict[str, str | None] = {}
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, str) and _LINE.match(entry):
            name, _, text = entry.partition("=")
            found[name.strip()] = _text(text)
        elif isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
            found[entry["name"]] = _text(entry["value"]) if "value" in entry else f"${{{entry['name']}}}"
    return found


def _text(value: Any) -> str | None:
    """A value as text; None stays None. A secret or variable of GitHub Actions becomes ``${NAME}``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else _SECRET.sub(lambda match: f"${{{match[1].upper()}}}", str(value))


def _key(line: str) -> str:
    return line.removeprefix("export ").partition("=")[0].strip()


def _split(key: str) -> tuple[str, str]:
    """Profile and name of a variable; the name is empty when the samples don't know it."""
    upper = key.upper()
    name = next((n for n in _NAMES if upper == n or upper.endswith(f"_{n}")), "")
    profile = upper[: len(upper) - len(name)].strip("_") if name else ""
    return _FRAMEWORKS.sub("", profile, count=1) if _FRAMEWORKS.match(profile) else profile, name


def _document(profile: str, given: Mapping[str, str], keys: Mapping[tuple[str, str], str]) -> FoundDocument:
    body: dict[str, Any] = {"properties": {}}
    vendor = given.get("TTS_VENDOR", "").lower() or _voice_vendor(given)
    voice = VOICES.get(vendor, {})
    face = AVATARS.get(given.get("AVATAR_VENDOR", "").lower(), {})
    if vendor and "TTS_VENDOR" not in given:
        put(body, "properties.tts.vendor", vendor)
    left_out: list[tuple[str, str]] = []
    for name, text in given.items():
        if name in PLACES:
            path, read = PLACES[name]
            if name.endswith("_PARAMS") and not isinstance(read(text), dict):
                left_out.append((keys[profile, name], "Not a JSON object."))
                continue
            put(body, path[1:] if path.startswith("^") else f"properties.{path}", read(text), add=True)
        elif name in voice:
            path, read = voice[name]
            put(body, f"properties.tts.params.{path}", read(text))
        elif name in face:
            put(body, f"properties.avatar.params.{face[name]}", text)
        elif name in _SPEECH:
            left_out.append((keys[profile, name], "Belongs to a vendor that isn't selected."))
    added = _complete(body["properties"], given)
    if vendor and "TTS_VENDOR" not in given:
        added.append(("tts.vendor", "The only vendor whose variables are set here."))
    return FoundDocument(body, "env", profile.lower(), {}, tuple(left_out), tuple(added))


def _voice_vendor(given: Mapping[str, str]) -> str:
    """The vendor whose own variables are set; "" if there are none or several."""
    vendors = {vendor for vendor in VOICES for name in VOICES[vendor] if vendor.upper() in name and name in given}
    return vendors.pop() if len(vendors) == 1 else ""


def _is_for_openai(llm: Mapping[str, Any]) -> bool:
    """Whether the samples' default address fits the model."""
    params = llm.get("params")
    model = params.get("model") if isinstance(params, dict) else None
    return not isinstance(model, str) or _MODEL_OF_OPENAI.match(model) is not None


def _complete(properties: dict[str, Any], given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Add what the samples' backend adds: the model's address, and the switches of realtime model and avatar.

    Returns the paths of the added settings, each with a note for the report.
    """
    added: list[str] = []
    if flag(given.get("ENABLE_MLLM", "")) or "mllm" in properties and "llm" not in properties:
        spoken = properties.pop("llm", {})
        block = properties.setdefault("mllm", {})
        block["enable"] = True
        added += [] if "ENABLE_MLLM" in given else ["mllm.enable"]
        block |= {name: spoken[name] for name in ("greeting_message", "failure_message", "max_history") if name in spoken}
        if "system_messages" in spoken:
            block["messages"] = spoken["system_messages"]
    llm = properties.get("llm")
    if isinstance(llm, dict) and ("api_key" in llm or "params" in llm) and "url" not in llm and _is_for_openai(llm):
        llm["url"] = _DEFAULT_URL
        added.append("llm.url")
    avatar = properties.get("avatar")
    if isinstance(avatar, dict) and "vendor" in avatar and "enable" not in avatar:
        avatar["enable"] = True
        added.append("avatar.enable")
    if isinstance(properties.get("tts"), dict) and properties["tts"].get("vendor") == "cartesia":
        put(properties, "tts.params.voice.mode", "id")
        added.append("tts.params.voice.mode")
    return [(path, "The samples' backend also adds this.") for path in added]
