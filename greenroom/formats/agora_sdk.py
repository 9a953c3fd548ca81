"""Turns agents built with Agora's server SDKs, ``Agent(…).with_llm(…)`` or ``new Agent({…}).withLlm(…)``, into a join body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.formats.agora_sdk_vendors import DEFAULTS, FIELDS, NEVER_SENT, ONLY_IN_ADDRESS, SDK_VENDORS, SdkVendor
from greenroom.formats.document import Placeholder
from greenroom.formats.expressions import CallNode, joined
from greenroom.paths import at, parents, put

_AGENTS = frozenset({"Agent", "AgoraAgent", "ConversationalAgent"})
_ROLES: Mapping[str, str] = {
    "with_llm": "llm",
    "with_tts": "tts",
    "with_stt": "asr",
    "with_asr": "asr",
    "with_mllm": "mllm",
    "with_avatar": "avatar",
}
#: Arguments of ``Agent`` that are blocks of ``properties`` themselves.
_BLOCKS = frozenset(
    [
        "turn_detection",
        "interruption",
        "sal",
        "advanced_features",
        "parameters",
        "geofence",
        "labels",
        "rtc",
        "filler_words",
        "idle_timeout",
    ]
)
#: Arguments of ``Agent`` that belong to the model's block, and their names there.
_MODEL_TEXTS: Mapping[str, str] = {
    "greeting": "greeting_message",
    "failure_message": "failure_message",
    "max_history": "max_history",
    "greeting_configs": "greeting_configs",
}
_SESSIONS = frozenset({"create_session", "create_async_session"})
#: Arguments of a session and their places in ``properties``.
_SESSION: Mapping[str, str] = {
    "channel": "channel",
    "agent_uid": "agent_rtc_uid",
    "remote_uids": "remote_rtc_uids",
    "idle_timeout": "idle_timeout",
    "enable_string_uid": "enable_string_uid",
    "token": "token",
}
_TYPED = re.compile(r"(Tts|Asr|Llm|Mllm|Avatar)_(\w+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PART = re.compile(r"\{([a-z_]+)\}")


def is_agent(call: CallNode) -> bool:
    """Whether a call builds an agent of the SDK: the class itself, a ``with_…`` step, or the session."""
    root: Any = call
    while isinstance(root, CallNode):
        if root.name in _AGENTS and (root.kwargs or root.args):
            return call is root or call.name.startswith("with") or snake(call.name) in _SESSIONS
        root = root.receiver
    return False


def typed_object(name: str, args: list[Any], kwargs: Mapping[str, Any]) -> dict[str, Any] | None:
    """The object that a generated type stands for: ``Tts_Elevenlabs(params=…)`` is a ``tts`` block. None for other calls."""
    last = name.rpartition(".")[2]
    if args or not kwargs or not last[:1].isupper() or last in _AGENTS or last in SDK_VENDORS:
        return None
    vendor = _TYPED.fullmatch(last)
    return {**({"vendor": snake(vendor.group(2))} if vendor else {}), **kwargs}


def snake(name: str) -> str:
    """``greetingMessage`` → ``greeting_message``."""
    return _HUMP.sub("_", name).lower()


def agent_body(call: CallNode) -> dict[str, Any] | None:
    """The join body of an agent with all its ``with_…`` steps; None if no part of it is known."""
    steps = list(_steps(call))
    options = _options(steps[0]) if steps else {}
    properties: dict[str, Any] = {name: value for name, value in options.items() if name in _BLOCKS}
    for step in steps[1:]:
        name = snake(step.name)
        given = step.args[0] if step.args else None
        if name in _SESSIONS:
            session = _options(step)
            options |= {key: session[key] for key in ("name", "preset", "pipeline_id") if key in session}
            properties |= {place: session[key] for key, place in _SESSION.items() if key in session}
            continue
        if name in _ROLES and isinstance(given, CallNode) and given.name in SDK_VENDORS:
            properties[_ROLES[name]] = vendor_block(given)
        elif name in _ROLES and isinstance(given, dict):
            properties[_ROLES[name]] = given
        elif name.removeprefix("with_") in {*_BLOCKS, "instructions", *_MODEL_TEXTS}:
            options[name.removeprefix("with_")] = given
            if name.removeprefix("with_") in _BLOCKS:
                properties[name.removeprefix("with_")] = given
    _put_model_texts(options, properties)
    beside = {name: options[name] for name in ("name", "pipeline_id", "preset") if name in options}
    if isinstance(beside.get("preset"), list):
        beside["preset"] = ",".join(map(_preset_name, beside["preset"]))
    return {**beside, "properties": properties} if properties or "pipeline_id" in beside else None


def is_vendor(value: Any) -> bool:
    """Whether a value is one of the SDK's vendors."""
    return isinstance(value, CallNode) and value.name in SDK_VENDORS


def _preset_name(value: Any) -> str:
    """The name of a preset, given as text or as a member of ``AgentPresets``, which has the same name."""
    return value.origin.rpartition(".")[2] if isinstance(value, Placeholder) else str(value)


def vendor_block(call: CallNode) -> dict[str, Any]:
    """One vendor's block from the arguments of its class."""
    vendor, given = SDK_VENDORS[call.name], {**DEFAULTS.get(call.name, {}), **_options(call)}
    block: dict[str, Any] = {}
    _put_all(block, vendor.fixed)
    keyed = any(given.get(name) for name in ("api_key", "key"))
    if vendor.managed and not keyed:
        block["credential_mode"] = "managed"
    address = given.get("url") or given.get("base_url") or _address(vendor, given)
    if address and vendor.role in ("llm", "mllm"):
        block["url"] = address
    unused = (NEVER_SENT if given.get("url") or given.get("base_url") else ONLY_IN_ADDRESS).get(call.name, frozenset())
    for name, value in given.items():
        if name not in unused and not (vendor.role in ("llm", "mllm") and name in ("url", "base_url")):
            _place(block, vendor, name, value)
    return block


def _place(block: dict[str, Any], vendor: SdkVendor, name: str, value: Any) -> None:
    if name in ("additional_params", "params") and isinstance(value, dict):
        for inner, one in value.items():
            _put(block, f"params.{inner}", one)
    elif name in vendor.moved:
        _put(block, vendor.moved[name], value)
    elif name in FIELDS.get(vendor.role, frozenset()):
        block[name] = value
    else:
        _put(block, f"params.{name}", value)
    if name == "sample_rate" and vendor.fixed.get("vendor") == "cartesia":
        _put(block, "params.output_format.container", "raw")


def _put_model_texts(options: Mapping[str, Any], properties: dict[str, Any]) -> None:
    """Put prompt, greeting and the like into the block of the agent's model."""
    block = properties.get("mllm") or properties.get("llm")
    spoken = [name for name in ("instructions", *_MODEL_TEXTS) if options.get(name) is not None]
    if block is None and spoken and "llm" not in properties:
        block = properties["llm"] = {}
    if not isinstance(block, dict):
        return
    if options.get("instructions") is not None:
        if "mllm" in properties:
            block.setdefault("params", {}).setdefault("instructions", options["instructions"])
        else:
            block.setdefault("system_messages", [{"role": "system", "content": options["instructions"]}])
    for name, place in _MODEL_TEXTS.items():
        if options.get(name) is not None:
            block.setdefault(place, options[name])


def _steps(call: CallNode) -> Iterator[CallNode]:
    """The agent, then its steps in order."""
    chain: list[CallNode] = []
    node: Any = call
    while isinstance(node, CallNode):
        chain.append(node)
        if node.name in _AGENTS:
            break
        node = node.receiver
    yield from reversed(chain)


def _options(call: CallNode) -> dict[str, Any]:
    """Keyword arguments, or the one object that TypeScript passes, with names as in JSON."""
    given: dict[str, Any] = {}
    for arg in call.args:
        given |= arg if isinstance(arg, dict) else {}
    return {snake(str(name)): value for name, value in {**given, **call.kwargs}.items() if value is not None}


def _address(vendor: SdkVendor, given: Mapping[str, Any]) -> Any:
    names = _PART.findall(vendor.address)
    if not vendor.address or any(name not in given for name in names):
        return ""
    pieces = _PART.split(vendor.address)
    return joined([given[piece] if number % 2 else piece for number, piece in enumerate(pieces)])


def _put_all(block: dict[str, Any], parts: Mapping[str, Any]) -> None:
    for path, value in parts.items():
        _put(block, path, value)


def _put(block: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a dotted path, unless something that isn't an object is already on the way there."""
    if all(isinstance(at(block, parent, {}), dict) for parent in parents(path)):
        put(block, path, value)
