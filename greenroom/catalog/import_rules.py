"""Rules for agents that came from elsewhere: what Agora needs, what it merely ignores, and where keys may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.catalog.active import (
    ActiveSetting,
    Values,
    fields,
    realtime,
    roles,
    value_at,
    value_of,
    vendor_key,
    vendor_of,
)
from greenroom.catalog.faults import sentence
from greenroom.catalog.model_hosts import host_of, model_vendor_at, owns
from greenroom.catalog.model_limits import REASONING_TOKENS, is_reasoning_model, takes_no_temperature, thinks_too_long
from greenroom.catalog.payload import CREDENTIAL, is_empty, unsent_parts
from greenroom.catalog.spec import Role
from greenroom.catalog.vendors import OTHER, ROLE_LABELS, UNSET
from greenroom.errors import Problem
from greenroom.paths import at

#: Vendors of language models that may have a prompt of their own.
_OWN_PROMPT = frozenset({"dify", "compatible", "custom", OTHER})
_MODES = ("byok", "managed")
#: Fields whose values Agora lists, and which JSON can hold beside the form.
_LISTED: Mapping[tuple[Role, str], tuple[str, ...]] = {
    ("asr", "credential_mode"): _MODES,
    ("llm", "credential_mode"): _MODES,
    ("tts", "credential_mode"): _MODES,
    ("llm", "style"): ("openai", "gemini", "anthropic", "dify", "bedrock"),
}


def prompt_is_elsewhere(values: Values) -> bool:
    """Whether the agent may have a prompt that Greenroom doesn't hold."""
    extra = value_at("advanced.extra", values)
    if not is_empty(value_at("advanced.pipeline", values)) or not is_empty(value_at("prompt.messages", values)):
        return True
    if at(extra, "llm.system_messages"):
        return True
    return realtime(values) or vendor_of("llm", values).id in _OWN_PROMPT


def an_agent_needs_a_model_and_a_voice(values: Values) -> Iterator[Problem]:
    """Agora: ``llm`` and ``tts`` are required unless a published agent or a realtime model brings them."""
    if not is_empty(value_at("advanced.pipeline", values)):
        return
    needed: tuple[tuple[Role, str, str], ...] = (("llm", "Language model", "managed"), ("tts", "Voice", "openai"))
    for role, label, first in needed:
        if role in tuple(roles(values)) and vendor_of(role, values).id == UNSET:
            message = f"{label} has no vendor, and Agora requires one."
            yield Problem(vendor_key(role), message, "Choose a vendor.", "Use OpenAI by Agora", ((vendor_key(role), first),))


def keys_go_to_their_vendor(values: Values) -> Iterator[Problem]:
    """Ours: the key of one vendor stays away from servers of another one."""
    vendor = vendor_of("llm", values)
    key = f"llm.{vendor.id}.url"
    address = value_at(key, values)
    other = model_vendor_at(address)
    if realtime(values) or not vendor.hosts or other is None or other is vendor or owns(vendor, address):
        return
    secret = next((s for s in vendor.settings if s.kind == "secret"), None)
    if secret is None or values.get(f"llm.{vendor.id}.{secret.name}", "") is None:
        return
    message = f"URL: {host_of(address)} is a server of {other.label}, but {secret.env} belongs to {vendor.label}."
    yield Problem(key, message, f"Choose {other.label} as the vendor.", f"Use {other.label}", ((vendor_key("llm"), other.id),))


def listed_fields_have_listed_values(values: Values) -> Iterator[Problem]:
    """Agora refuses another mode or style. The form offers none, but JSON can hold one."""
    taking_part = set(roles(values))
    for (role, name), allowed in _LISTED.items():
        vendor = vendor_of(role, values)
        set_by_vendor = f"{role}.{name}" in vendor.fixed and f"{role}.{name}" not in unsent_parts(vendor, values)
        if role not in taking_part or set_by_vendor:
            continue
        block_key = [(f"{role}.{OTHER}.block", name)] if vendor.id == OTHER else []
        for key, path in (*block_key, ("advanced.extra", f"{role}.{name}")):
            value = at(value_at(key, values), path)
            if value is not None and value not in allowed:
                message = f"{ROLE_LABELS[role]}: {name} can't be {str(value)[:40]!r}."
                yield Problem(key, message, f"Use {', '.join(allowed[:-1])} or {allowed[-1]}, or remove it.")


def variables_are_filled_in(values: Values) -> Iterator[Problem]:
    """A prompt or greeting that is nothing but ``${NAME}`` came from a program that fills it in."""
    for key, label in (
        ("prompt.system", "System prompt"),
        ("prompt.greeting", "Greeting"),
        ("prompt.failure", "Failure message"),
    ):
        text = value_at(key, values)
        if isinstance(text, str) and CREDENTIAL.fullmatch(text.strip()):
            yield Problem(key, f"{label}: {text.strip()} is a variable in the program it came from.", "Enter the text.")


def left_to_agora(field: ActiveSetting, values: Values) -> bool:
    """Whether a required setting is one that an imported body may lack: Agora or the vendor has a default, as Greenroom has.

    The models of a language model have none, but Azure's deployment is one already.
    """
    setting = field.setting
    if not setting.required or setting.kind == "secret" or value_of(field, values) is not None:
        return False
    if field.vendor is not None and field.vendor.role == "llm" and setting.name == "model":
        return field.vendor.id == "azure"
    return setting.default is not None


def unset_hint(values: Values) -> Iterator[Problem]:
    """What Greenroom would set and an imported body doesn't."""
    for field in fields(values):
        if left_to_agora(field, values):
            yield Problem(field.key, sentence(field.setting.label, "isn't set. Agora or the vendor decides."))


def prompt_hint(values: Values) -> Iterator[Problem]:
    """No prompt here, where the model may have one of its own."""
    prompt = value_at("prompt.system", values)
    if (is_empty(prompt) or not str(prompt).strip()) and prompt_is_elsewhere(values):
        yield Problem("prompt.system", "System prompt is empty. The published agent, app or server needs its own.")


def model_limits(values: Values) -> Iterator[Problem]:
    """Parameters that the chosen model refuses."""
    vendor = vendor_of("llm", values)
    if realtime(values):
        return
    model: Any = value_at(f"llm.{vendor.id}.model", values)
    params = {**_mapping(at(value_at("advanced.extra", values), "llm.params")), **_mapping(value_at("brain.params", values))}
    if takes_no_temperature(model) and ("temperature" in params or "top_p" in params):
        yield Problem("advanced.extra", f"Temperature: {model} doesn't support it and may reject the request.", "Remove it.")
    if is_reasoning_model(model) and "max_tokens" in params:
        message = f"Max tokens: {model} expects max_completion_tokens instead of max_tokens."
        yield Problem("advanced.extra", message, "Rename it.")


def reasoning_needs_tokens(values: Values) -> Iterator[Problem]:
    """The tokens of a model's reasoning count towards the limit of its answer."""
    vendor = vendor_of("llm", values)
    model: Any = value_at(f"llm.{vendor.id}.model", values)
    limit = value_at("brain.max_tokens", values)
    if not realtime(values) and thinks_too_long(model, limit):
        message = f"Max tokens: {model} also uses these {limit} tokens to reason, so answers may be cut off or empty."
        fix = (("brain.max_tokens", REASONING_TOKENS),)
        yield Problem("brain.max_tokens", message, f"Allow {REASONING_TOKENS} or more.", f"Allow {REASONING_TOKENS}", fix)


def transcript_channel(values: Values) -> Iterator[Problem]:
    """Greenroom's stage reads the data stream."""
    if value_at("advanced.data_channel", values) == "rtm":
        yield Problem(
            "advanced.data_channel",
            "Transcript channel: with RTM, the stage shows no transcript.",
            "Use the data stream for calls in Greenroom.",
            "Use the data stream",
            (("advanced.data_channel", "datastream"),),
        )


def cartesia_needs_raw_audio(values: Values) -> Iterator[Problem]:
    """Agora's documentation sets ``output_format.container`` to raw."""
    unsent = value_at("tts.cartesia.unsent", values)
    listed = isinstance(unsent, list | tuple) and "tts.params.output_format.container" in unsent
    if listed and vendor_of("tts", values).id == "cartesia":
        yield Problem(
            "tts.cartesia.unsent",
            "Cartesia: the audio format (output_format) is missing.",
            "Agora's documentation sets its container to raw. Add it.",
            "Send raw audio",
            (("tts.cartesia.unsent", [path for path in unsent if not str(path).endswith(".container")]),),
        )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
