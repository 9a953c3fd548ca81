"""The settings of a body: each takes its value from its path, as far as the value fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog.active import ActiveSetting, applies, fields, realtime, renames, vendor_of
from greenroom.catalog.decoding import converted, decoded, message_text
from greenroom.catalog.payload import CREDENTIAL, credential_of
from greenroom.catalog.reading.state import BodyState
from greenroom.paths import MISSING, at, take

#: A launch gives these a value unless they are set, or explicitly not set.
_SET_AT_LAUNCH = frozenset({"prompt.greeting_mode"})


def read_settings(state: BodyState) -> None:
    """Take every setting that is active. Some depend on the values of others: repeat until no new setting becomes active."""
    seen: set[str] = set()
    while True:
        fresh = [field for field in fields(state.values) if field.key not in seen and field.setting.shape != "merge"]
        if not fresh:
            return
        for field in fresh:
            if not applies(field, state.values):
                continue  # a setting that was just read has switched it off
            seen.add(field.key)
            _infer(state, field)
            _field(state, field)


def _infer(state: BodyState, active: ActiveSetting) -> None:
    """Choices that no active of the body holds: they follow from which fields it has."""
    block = state.rest.get("llm")
    if active.key == "llm.bedrock.auth" and isinstance(block, dict) and "access_key" not in block:
        state.values[active.key] = "api_key"
    elif active.key == "tts.minimax.mixing" and at(state.rest, "tts.params.timber_weights"):
        state.values[active.key] = "mix"
    elif active.key == "turns.filler_own" and at(state.rest, "filler_words.content.generated_config.llm_provider") is not None:
        state.values[active.key] = True


def _place(state: BodyState, active: ActiveSetting) -> str:
    direct = realtime(state.values)
    if direct and active.setting.shape == "system_message":
        return vendor_of("mllm", state.values).prompt_path
    path = active.path(direct)
    return path if direct else renames(state.values).get(path, path)


def _field(state: BodyState, active: ActiveSetting) -> None:
    setting, path = active.setting, _place(state, active)
    if not path or path.startswith("^"):
        return
    sent = at(state.rest, path, MISSING)
    if active.key in state.values:
        return
    if sent is MISSING:
        if setting.default is not None or setting.kind == "secret" or active.key in _SET_AT_LAUNCH:
            state.values[active.key] = None  # not set: nothing is sent, and Agora's default applies
        return
    if setting.kind == "secret":
        _secret_field(state, active, path, sent)
    elif setting.shape == "system_message" and isinstance(sent, list):
        _messages(state, active, path, sent)
    elif (value := decoded(setting, sent, vendor_of("llm", state.values), realtime(state.values))) is not MISSING:
        state.take(active, path, value)
    elif (value := converted(setting, sent)) is not MISSING:
        state.take(active, path, value)
        state.note(path, "migrated", f'Text "{sent}" became {value!r}.', active.key)
    elif isinstance(sent, str) and CREDENTIAL.fullmatch(sent) and setting.kind not in ("line", "prose", "choice"):
        take(state.rest, path)
        state.note(path, "left_out", f"{sent} is a variable in the program: set the value here.", active.key)
    if active.key not in state.values and active.key not in state.keys.values() and setting.default is not None:
        state.values[active.key] = None  # what the body has there is kept as JSON


def _secret_field(state: BodyState, active: ActiveSetting, path: str, sent: Any) -> None:
    if not isinstance(sent, str) or not CREDENTIAL.fullmatch(sent):
        state.values[active.key] = None
        return  # part of a longer text, or another shape: kept as JSON, where ${NAME} is filled in
    take(state.rest, path)
    state.keys[path] = active.key
    state.values.pop(active.key, None)
    if sent != f"${{{credential_of(active, state.values)}}}":
        state.values[active.key] = sent


def _messages(state: BodyState, active: ActiveSetting, path: str, messages: list[Any]) -> None:
    """The first message is the prompt when it has the form of one; the others are kept as they are."""
    first = (
        message_text(messages[0], vendor_of("llm", state.values)) if messages and isinstance(messages[0], Mapping) else MISSING
    )
    rest = messages if first is MISSING else messages[1:]
    if not messages:
        return
    take(state.rest, path)
    state.keys[path] = active.key
    if first is not MISSING:
        state.values[active.key] = first
    if rest:
        state.values["prompt.messages"] = rest
