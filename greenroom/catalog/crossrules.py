"""Rules that relate settings to each other: one function and one message per rule, with a suggested fix."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from greenroom.catalog.account_rules import managed_models_are_limited
from greenroom.catalog.active import Values, realtime, roles, value_at, vendor_key, vendor_of
from greenroom.catalog.avatar_rules import (
    avatar_and_voice_rates_match,
    lemonslice_takes_one_image,
    speech_rate,
    width_and_height_go_together,
)
from greenroom.catalog.faults import sentence
from greenroom.catalog.import_rules import (
    an_agent_needs_a_model_and_a_voice,
    cartesia_needs_raw_audio,
    keys_go_to_their_vendor,
    listed_fields_have_listed_values,
    model_limits,
    prompt_hint,
    reasoning_needs_tokens,
    transcript_channel,
    unset_hint,
    variables_are_filled_in,
)
from greenroom.catalog.model_hosts import host_of
from greenroom.catalog.payload import is_empty
from greenroom.catalog.prices import FORGOTTEN
from greenroom.catalog.tool_checks import function_faults, is_inside, named_servers, server_faults
from greenroom.catalog.vendors import NONE
from greenroom.errors import Problem

__all__ = ["RULES", "Rule", "speech_rate"]

Rule = Callable[[Values], Iterator[Problem]]
FILLER_WORDS = 50
_SALT_BYTES = 32
#: Seconds that the fix leaves for answering the reminder.
_AFTER_REMINDER_S = 30


def avatar_excludes_realtime(values: Values) -> Iterator[Problem]:
    """An avatar lip-syncs to the voice vendor's speech; a realtime model generates its own."""
    if realtime(values) and vendor_of("avatar", values).id != NONE:
        yield Problem(
            vendor_key("avatar"),
            "Realtime models don't support avatars.",
            "Remove the avatar, or use a language model with a voice.",
            "Remove the avatar",
            ((vendor_key("avatar"), NONE),),
        )


def reminder_needs_words(values: Values) -> Iterator[Problem]:
    """Agora: silence_config.content is required as soon as timeout_ms is above 0."""
    after = value_at("turns.nudge_after", values)
    if not realtime(values) and _positive(after) and not str(value_at("turns.nudge", values) or "").strip():
        yield Problem(
            "turns.nudge",
            "Reminder text is required when the silence reminder is on.",
            "Enter a text, or turn the reminder off.",
            "Turn the reminder off",
            (("turns.nudge_after", 0),),
        )


def a_reminder_comes_before_the_end(values: Values) -> Iterator[Problem]:
    """Greenroom's rule: a silence must not end the call before the agent has asked whether the caller is there."""
    reminder, end = value_at("turns.nudge_after", values), value_at("turns.silence_end", values)
    if realtime(values) or not _positive(reminder) or not _positive(end) or end * 1000 > reminder:
        return
    longer = int(reminder / 1000) + _AFTER_REMINDER_S
    yield Problem(
        "turns.silence_end",
        f"End call after silence: the call ends after {end:g} s, before the silence reminder at {reminder / 1000:g} s.",
        "Raise it, or shorten the silence reminder.",
        f"Set to {longer} s",
        (("turns.silence_end", longer),),
    )


def no_idle_timeout_is_confirmed(values: Values) -> Iterator[Problem]:
    """Greenroom's rule: an agent without an idle timeout keeps running, and costing, until it is stopped."""
    if value_at("turns.idle", values) == 0 and value_at("turns.idle_never", values) is not True:
        yield Problem(
            "turns.idle",
            f"Idle timeout: at 0, a forgotten agent can run for 72 hours, about ${FORGOTTEN:,.0f} on Agora's cloud.",
            "To allow that, turn on the switch below.",
            "Set to 30 s",
            (("turns.idle", 30),),
        )


def greeting_audio_needs_a_greeting(values: Values) -> Iterator[Problem]:
    """The transcript and the model's history use the greeting's text while the recording plays."""
    if not realtime(values) and not _empty("prompt.greeting_audio", values) and _empty("prompt.greeting", values):
        yield Problem(
            "prompt.greeting",
            "Greeting is required with a recorded greeting, for the transcript.",
            "Enter what the recording says.",
            "Remove the recording",
            (("prompt.greeting_audio", ""),),
        )


def keywords_need_ares(values: Values) -> Iterator[Problem]:
    """Agora: asr.keywords needs the vendor ares."""
    ears = vendor_of("asr", values)
    if "asr" in roles(values) and ears.id != "ares" and not _empty("hearing.keywords", values):
        yield Problem(
            "hearing.keywords",
            f"Keywords aren't supported by {ears.label}, only by Ares.",
            "Use Ares, or remove the keywords.",
            "Remove the keywords",
            (("hearing.keywords", []),),
        )


def push_to_talk_needs_rtm(values: Values) -> Iterator[Problem]:
    """Push-to-talk markers need Agora's RTM, which this studio does not use (its SDK has no open-source license)."""
    for key, label in (("turns.start_mode", "Start-of-speech detection"), ("turns.end_mode", "End-of-speech detection")):
        if not realtime(values) and value_at(key, values) == "manual":
            yield Problem(
                key,
                f"{label}: push to talk needs Agora's RTM, which Greenroom doesn't support.",
                "Use voice activity instead.",
                "Use voice activity",
                ((key, "vad"),),
            )


def fillers_need_phrases(values: Values) -> Iterator[Problem]:
    """Agora requires phrases whenever filler words are on; they are the fallback for generated ones."""
    if not realtime(values) and value_at("turns.filler", values) is True and _empty("turns.filler_phrases", values):
        yield Problem(
            "turns.filler_phrases",
            "Filler phrases are required when filler words are on.",
            "For example: Let me see. · One moment.",
            "Add three common ones",
            (("turns.filler_phrases", ["Let me see.", "One moment.", "Good question."]),),
        )


def fillers_are_short(values: Values) -> Iterator[Problem]:
    """Agora: a filler phrase has at most 50 words."""
    phrases = value_at("turns.filler_phrases", values)
    if realtime(values) or value_at("turns.filler", values) is not True or not isinstance(phrases, list | tuple):
        return
    short = [phrase for phrase in phrases if not isinstance(phrase, str) or len(phrase.split()) <= FILLER_WORDS]
    if len(short) < len(phrases):
        fix = (("turns.filler_phrases", short),) if short else ()
        yield Problem(
            "turns.filler_phrases",
            f"Filler phrases can have at most {FILLER_WORDS} words each.",
            "Shorten the long ones.",
            "Remove the long ones" if short else "",
            fix,
        )


def tools_are_enabled(values: Values) -> Iterator[Problem]:
    """Agora ignores tools unless advanced_features.enable_tools is on."""
    if value_at("tools.enable", values) is True:
        return
    if not _empty("tools.functions", values) or not _empty("tools.mcp_servers", values):
        yield Problem(
            "tools.enable",
            "Use tools is off, so the agent ignores the tools below.",
            "",
            "Turn tools on",
            (("tools.enable", True),),
        )


def published_agent_has_its_own_tools(values: Values) -> Iterator[Problem]:
    """A pipeline published in Agora's console has its own tools; tools set here replace them."""
    if not _empty("advanced.pipeline", values) and not _empty("tools.mcp_servers", values):
        yield Problem(
            "advanced.pipeline",
            "The published agent has its own tools, which the MCP servers here would replace.",
            "Remove one of the two.",
            "Remove the published agent",
            (("advanced.pipeline", ""),),
        )


def encryption_salt_is_valid(values: Values) -> Iterator[Problem]:
    """The GCM2 modes need a salt of 32 bytes."""
    if value_at("advanced.encryption", values) not in (7, 8) or _empty("advanced.encryption_salt", values):
        return  # an empty one is named at its field
    if not _is_salt(value_at("advanced.encryption_salt", values)):
        yield Problem(
            "advanced.encryption_salt",
            "Encryption salt must be 32 bytes, base64-encoded (44 characters).",
            "",
            "Use AES-256 without salt",
            (("advanced.encryption", 6),),
        )


def known_voices_need_a_custom_model(values: Values) -> Iterator[Problem]:
    """Agora names the speaker in each message's metadata, which the custom vendor receives."""
    if realtime(values) or value_at("advanced.sal", values) is not True or value_at("advanced.sal_mode", values) != "recognition":
        return
    if vendor_of("llm", values).id != "custom":
        yield Problem(
            "advanced.sal_mode",
            "Speaker: a known voice needs a custom language model.",
            'Choose "Custom (your own code)" under Language model, or lock to the first speaker.',
            "Lock to the first speaker",
            (("advanced.sal_mode", "locking"),),
        )
    samples = value_at("advanced.sal_samples", values)
    if isinstance(samples, Mapping) and "unknown" in samples:
        yield Problem(
            "advanced.sal_samples",
            'Voice recording: the name "unknown" is reserved by Agora.',
            "Enter another name.",
        )


def claude_temperature_is_limited(values: Values) -> Iterator[Problem]:
    """Anthropic's and Bedrock's temperature goes from 0 to 1."""
    model = vendor_of("llm", values)
    temperature = value_at("brain.temperature", values)
    if realtime(values) or model.id not in ("anthropic", "bedrock") or not _positive(temperature) or temperature <= 1:
        return
    yield Problem(
        "brain.temperature",
        f"Temperature can be at most 1 with {model.label}.",
        "",
        "Use 1",
        (("brain.temperature", 1.0),),
    )


def functions_are_valid(values: Values) -> Iterator[Problem]:
    """Agora validates functions when the agent starts, even with tools off; an invalid one fails the call."""
    functions = value_at("tools.functions", values)
    if is_empty(functions):
        return
    model = vendor_of("llm", values)
    if not realtime(values) and model.id in ("custom", "dify"):
        yield Problem(
            "tools.functions",
            f"Functions aren't supported by {model.label}, which calls its own tools.",
            "Choose another model.",
            "Remove the functions",
            (("tools.functions", []),),
        )
    for message in function_faults(functions):
        yield Problem("tools.functions", sentence("Functions", message))


def mcp_server_names_are_valid(values: Values) -> Iterator[Problem]:
    """Agora identifies MCP servers by name, of letters and digits."""
    servers = value_at("tools.mcp_servers", values)
    if faults := tuple(server_faults(servers)):
        fix = named_servers(servers)
        for message in faults:
            yield Problem("tools.mcp_servers", f"MCP servers: {message}", "", "Use simple names", (("tools.mcp_servers", fix),))


def function_servers_are_reachable(values: Values) -> Iterator[Problem]:
    """Greenroom's hint: templates name example.com, which no one answers, and Agora can't reach servers of one's own network."""
    functions = value_at("tools.functions", values)
    for tool in functions if isinstance(functions, list | tuple) else ():
        server, function = (tool.get(part) if isinstance(tool, Mapping) else None for part in ("server", "function"))
        host = host_of(server.get("url")) if isinstance(server, Mapping) else ""
        name = function.get("name") if isinstance(function, Mapping) else ""
        if isinstance(server, Mapping) and is_inside(server.get("url")):
            yield Problem(
                "tools.functions",
                f"Functions: {name} is inside your own network ({host}).",
                "Offline agents call it once you allow it. For Agora, enter a public https:// URL.",
            )
        if host == "example.com" or host.endswith((".example.com", ".example")):
            yield Problem(
                "tools.functions",
                f"Functions: {name} has the placeholder server {host}.",
                "Offline calls are mocked. Enter your own URL before you launch on Agora.",
            )


RULES: tuple[Rule, ...] = (
    managed_models_are_limited,
    avatar_excludes_realtime,
    avatar_and_voice_rates_match,
    lemonslice_takes_one_image,
    width_and_height_go_together,
    reminder_needs_words,
    a_reminder_comes_before_the_end,
    no_idle_timeout_is_confirmed,
    greeting_audio_needs_a_greeting,
    keywords_need_ares,
    push_to_talk_needs_rtm,
    fillers_need_phrases,
    fillers_are_short,
    claude_temperature_is_limited,
    functions_are_valid,
    mcp_server_names_are_valid,
    known_voices_need_a_custom_model,
    encryption_salt_is_valid,
    an_agent_needs_a_model_and_a_voice,
    keys_go_to_their_vendor,
    listed_fields_have_listed_values,
    variables_are_filled_in,
)
#: Settings that Agora accepts but are probably unintended: shown as hints, and not blocking a launch.
HINTS: tuple[Rule, ...] = (
    prompt_hint,
    unset_hint,
    tools_are_enabled,
    function_servers_are_reachable,
    published_agent_has_its_own_tools,
    model_limits,
    reasoning_needs_tokens,
    transcript_channel,
    cartesia_needs_raw_audio,
)


def _empty(key: str, values: Values) -> bool:
    value = value_at(key, values)
    return is_empty(value) or (isinstance(value, str) and not value.strip())


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_salt(value: Any) -> bool:
    try:
        return len(base64.b64decode(str(value).strip(), validate=True)) == _SALT_BYTES
    except (binascii.Error, ValueError):
        return False
