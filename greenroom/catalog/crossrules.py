"""What must hold between settings: one small function and one sentence a rule, with the change that would mend it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from greenroom.catalog.account_rules import agoras_account_has_few_models
from greenroom.catalog.active import Values, realtime, roles, value_at, vendor_key, vendor_of
from greenroom.catalog.avatar_rules import (
    avatar_takes_the_voices_rate,
    one_picture_for_a_drawn_avatar,
    speech_rate,
    width_and_height_go_together,
)
from greenroom.catalog.payload import is_empty
from greenroom.catalog.prices import FORGOTTEN
from greenroom.catalog.tool_checks import function_faults, named_servers, server_faults
from greenroom.catalog.vendors import NONE
from greenroom.errors import Problem

__all__ = ["RULES", "Rule", "speech_rate"]

Rule = Callable[[Values], Iterator[Problem]]
_FILLER_WORDS = 20
_SALT_BYTES = 32


def avatar_excludes_realtime(values: Values) -> Iterator[Problem]:
    """An avatar moves its lips to the agent's own voice; a realtime model speaks by itself."""
    if realtime(values) and vendor_of("avatar", values).id != NONE:
        yield Problem(
            vendor_key("avatar"),
            "Avatar: cannot be used with a realtime model, which speaks by itself.",
            "Switch the avatar off, or use a language model with a voice.",
            "Switch the avatar off",
            ((vendor_key("avatar"), NONE),),
        )


def reminder_needs_words(values: Values) -> Iterator[Problem]:
    """Agora: silence_config.content is required as soon as timeout_ms is above 0."""
    after = value_at("turns.nudge_after", values)
    if not realtime(values) and _positive(after) and not str(value_at("turns.nudge", values) or "").strip():
        yield Problem(
            "turns.nudge",
            "What it says after silence: say what to ask.",
            "Or never ask.",
            "Never ask",
            (("turns.nudge_after", 0),),
        )


def never_leaving_is_meant(values: Values) -> Iterator[Problem]:
    """Ours: an agent without an idle time-out runs on, and costs, until somebody remembers it."""
    if value_at("turns.idle", values) == 0 and value_at("turns.idle_never", values) is not True:
        yield Problem(
            "turns.idle",
            f"Idle time-out: 0 lets a forgotten agent run for 72 hours, about ${FORGOTTEN:,.0f} on Agora's cloud.",
            "Say so below if that is meant.",
            "Leave after 30 s",
            (("turns.idle", 30),),
        )


def greeting_audio_needs_a_greeting(values: Values) -> Iterator[Problem]:
    """The text is what the transcript shows and the model remembers while the recording is played."""
    if not realtime(values) and not _empty("prompt.greeting_audio", values) and _empty("prompt.greeting", values):
        yield Problem(
            "prompt.greeting",
            "Greeting: a recorded greeting needs its words here, for the transcript.",
            "Write what the recording says.",
            "Remove the recording",
            (("prompt.greeting_audio", ""),),
        )


def custom_words_need_ares(values: Values) -> Iterator[Problem]:
    """Agora: asr.keywords can only be set when the vendor is ares."""
    ears = vendor_of("asr", values)
    if "asr" in roles(values) and ears.id != "ares" and not _empty("hearing.keywords", values):
        yield Problem(
            "hearing.keywords",
            f"Words to listen for: only Ares takes them, not {ears.label}.",
            "Use Ares, or remove the words.",
            "Remove the words",
            (("hearing.keywords", []),),
        )


def markers_of_a_turn_need_rtm(values: Values) -> Iterator[Problem]:
    """Push-to-talk markers travel over Agora's RTM, which this studio leaves out (its SDK is under no open licence)."""
    for key, label in (("turns.start_mode", "What starts a turn"), ("turns.end_mode", "What ends a turn")):
        if not realtime(values) and value_at(key, values) == "manual":
            yield Problem(
                key,
                f"{label}: push to talk needs Agora's RTM, which the stage does not use.",
                "Let voice activity decide.",
                "Use voice activity",
                ((key, "vad"),),
            )


def fillers_need_phrases(values: Values) -> Iterator[Problem]:
    """Agora: the phrases are required whenever filler words are on, also as what is said when none can be made up."""
    if not realtime(values) and value_at("turns.filler", values) is True and _empty("turns.filler_phrases", values):
        yield Problem(
            "turns.filler_phrases",
            "Filler phrases: say which.",
            "For example: Let me see. · One moment.",
            "Use three common ones",
            (("turns.filler_phrases", ["Let me see.", "One moment.", "Good question."]),),
        )


def fillers_are_short(values: Values) -> Iterator[Problem]:
    """Agora: a filler phrase has at most 20 words."""
    phrases = value_at("turns.filler_phrases", values)
    if realtime(values) or value_at("turns.filler", values) is not True or not isinstance(phrases, list | tuple):
        return
    short = [phrase for phrase in phrases if not isinstance(phrase, str) or len(phrase.split()) <= _FILLER_WORDS]
    if len(short) < len(phrases):
        fix = (("turns.filler_phrases", short),) if short else ()
        yield Problem(
            "turns.filler_phrases",
            f"Filler phrases: at most {_FILLER_WORDS} words each.",
            "Shorten the long ones.",
            "Leave the long ones out" if short else "",
            fix,
        )


def tools_must_be_allowed(values: Values) -> Iterator[Problem]:
    """Agora: advanced_features.enable_tools must be on, or tools are checked and then not used."""
    if value_at("tools.enable", values) is True:
        return
    if not _empty("tools.functions", values) or not _empty("tools.mcp_servers", values):
        yield Problem(
            "tools.enable",
            "Use tools: is off, so the tools below would be ignored.",
            "",
            "Switch tools on",
            (("tools.enable", True),),
        )


def published_agent_has_its_own_tools(values: Values) -> Iterator[Problem]:
    """A pipeline made in Agora's console brings its tools along; explicit ones overrule it."""
    if not _empty("advanced.pipeline", values) and not _empty("tools.mcp_servers", values):
        yield Problem(
            "advanced.pipeline",
            "Published agent: brings its own tools; the MCP servers here would overrule them.",
            "Remove one of the two.",
            "Remove the published agent",
            (("advanced.pipeline", ""),),
        )


def encryption_is_whole(values: Values) -> Iterator[Problem]:
    """The GCM2 modes need a salt of 32 bytes."""
    if value_at("advanced.encryption", values) not in (7, 8) or _empty("advanced.encryption_salt", values):
        return  # an empty one is named at its field
    if not _is_salt(value_at("advanced.encryption_salt", values)):
        yield Problem(
            "advanced.encryption_salt",
            "Encryption salt: must be 32 bytes as base64 (44 characters).",
            "",
            "Use AES-256 without salt",
            (("advanced.encryption", 6),),
        )


def known_voices_need_an_own_model(values: Values) -> Iterator[Problem]:
    """Agora: who speaks is told in the metadata of each message, which only a model of vendor custom gets."""
    if realtime(values) or value_at("advanced.sal", values) is not True or value_at("advanced.sal_mode", values) != "recognition":
        return
    if vendor_of("llm", values).id != "custom":
        yield Problem(
            "advanced.sal_mode",
            "Whom it listens to: a known voice needs your own code as the language model.",
            'Choose "Your own code" under Brain, or let it listen to whoever speaks first.',
            "Listen to whoever speaks first",
            (("advanced.sal_mode", "locking"),),
        )
    samples = value_at("advanced.sal_samples", values)
    if isinstance(samples, Mapping) and "unknown" in samples:
        yield Problem(
            "advanced.sal_samples",
            "Recording of the voice: nobody can be called unknown, Agora uses that name itself.",
            "Write another name.",
        )


def claude_is_not_that_warm(values: Values) -> Iterator[Problem]:
    """Anthropic's and Bedrock's temperature goes from 0 to 1."""
    model = vendor_of("llm", values)
    temperature = value_at("brain.temperature", values)
    if realtime(values) or model.id not in ("anthropic", "bedrock") or not _positive(temperature) or temperature <= 1:
        return
    yield Problem(
        "brain.temperature",
        f"Temperature: at most 1 with {model.label}.",
        "",
        "Use 1",
        (("brain.temperature", 1.0),),
    )


def functions_can_be_called(values: Values) -> Iterator[Problem]:
    """Agora checks functions at the start, also when tools are off: a wrong one costs the call."""
    functions = value_at("tools.functions", values)
    if is_empty(functions):
        return
    model = vendor_of("llm", values)
    if not realtime(values) and model.id in ("custom", "dify"):
        yield Problem(
            "tools.functions",
            f"Functions: cannot be used with {model.label}, which calls its own.",
            "Choose another model.",
            "Remove the functions",
            (("tools.functions", []),),
        )
    for message in function_faults(functions):
        yield Problem("tools.functions", f"Functions: {message}")


def servers_have_names_of_their_own(values: Values) -> Iterator[Problem]:
    """Agora: MCP servers are told apart by their names, of letters and digits only."""
    servers = value_at("tools.mcp_servers", values)
    if faults := tuple(server_faults(servers)):
        fix = named_servers(servers)
        for message in faults:
            yield Problem("tools.mcp_servers", f"MCP servers: {message}", "", "Use simple names", (("tools.mcp_servers", fix),))


RULES: tuple[Rule, ...] = (
    agoras_account_has_few_models,
    avatar_excludes_realtime,
    avatar_takes_the_voices_rate,
    one_picture_for_a_drawn_avatar,
    width_and_height_go_together,
    reminder_needs_words,
    never_leaving_is_meant,
    greeting_audio_needs_a_greeting,
    custom_words_need_ares,
    markers_of_a_turn_need_rtm,
    fillers_need_phrases,
    fillers_are_short,
    claude_is_not_that_warm,
    functions_can_be_called,
    servers_have_names_of_their_own,
    tools_must_be_allowed,
    published_agent_has_its_own_tools,
    known_voices_need_an_own_model,
    encryption_is_whole,
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
