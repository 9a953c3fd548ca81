"""What must hold between settings: one small function and one sentence a rule, with the change that would mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from greenroom.catalog.active import Values, fields, realtime, roles, value_at, value_of, vendor_key, vendor_of
from greenroom.catalog.payload import is_empty
from greenroom.catalog.spec import Vendor
from greenroom.catalog.vendors import NONE
from greenroom.errors import Problem

Rule = Callable[[Values], Iterator[Problem]]


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


def avatar_takes_the_voices_rate(values: Values) -> Iterator[Problem]:
    """Akool understands speech of 16 kHz only, LiveAvatar of 24 kHz only; another rate is refused or sounds like a chipmunk."""
    avatar = vendor_of("avatar", values)
    if realtime(values) or not avatar.needs_rate:
        return
    voice = vendor_of("tts", values)
    found, wanted = speech_rate(voice, values), avatar.needs_rate
    if found in (wanted, 0):
        return
    message = f"Voice: {avatar.label} needs speech of {wanted // 1000} kHz, but {voice.label} speaks at {found / 1000:g} kHz."
    if isinstance(voice.rate, str):
        key = f"tts.{voice.id}.{voice.rate}"
        yield Problem(key, message, "Change the sample rate.", f"Use {wanted // 1000} kHz", ((key, wanted),))
    else:
        yield Problem(vendor_key("tts"), message, f"Choose a voice vendor that can speak at {wanted // 1000} kHz.")


def reminder_needs_words(values: Values) -> Iterator[Problem]:
    """Agora: silence_config.content is required as soon as timeout_ms is above 0."""
    after = value_at("turns.nudge_after", values)
    if not realtime(values) and _positive(after) and not str(value_at("turns.nudge", values) or "").strip():
        yield Problem(
            "turns.nudge", "What it says after silence: say what to ask.", "Or never ask.",
            "Never ask", (("turns.nudge_after", 0),),
        )  # fmt: skip


def greeting_audio_needs_a_greeting(values: Values) -> Iterator[Problem]:
    """The text is what the transcript shows and the model remembers while the recording is played."""
    if not _empty("prompt.greeting_audio", values) and _empty("prompt.greeting", values):
        yield Problem(
            "prompt.greeting", "Greeting: a recorded greeting needs its words here, for the transcript.",
            "Write what the recording says.", "Remove the recording", (("prompt.greeting_audio", ""),),
        )  # fmt: skip


def custom_words_need_ares(values: Values) -> Iterator[Problem]:
    """Agora: asr.keywords can only be set when the vendor is ares."""
    ears = vendor_of("asr", values)
    if "asr" in roles(values) and ears.id != "ares" and not _empty("hearing.keywords", values):
        yield Problem(
            "hearing.keywords", f"Words to listen for: only Ares takes them, not {ears.label}.", "Use Ares, or remove the words.",
            "Remove the words", (("hearing.keywords", []),),
        )  # fmt: skip


def markers_of_a_turn_need_rtm(values: Values) -> Iterator[Problem]:
    """Push-to-talk markers travel over Agora's RTM, which this studio leaves out (its SDK is under no open licence)."""
    for key, label in (("turns.start_mode", "What starts a turn"), ("turns.end_mode", "What ends a turn")):
        if not realtime(values) and value_at(key, values) == "manual":
            yield Problem(
                key, f"{label}: push to talk needs Agora's RTM, which the stage does not use.",
                "Let voice activity decide.", "Use voice activity", ((key, "vad"),),
            )  # fmt: skip


def areas_left_out_need_the_whole_world(values: Values) -> Iterator[Problem]:
    """Agora: exclude_area can only be set when area is GLOBAL."""
    area = value_at("advanced.area", values)
    if area not in (None, "", "GLOBAL") and not _empty("advanced.exclude_area", values):
        yield Problem(
            "advanced.exclude_area", "Area to avoid: only counts when agents may run anywhere.", "",
            "Avoid no area", (("advanced.exclude_area", ""),),
        )  # fmt: skip


def fillers_need_phrases(values: Values) -> Iterator[Problem]:
    """Agora: the phrases are required whenever filler words are on, also as what is said when none can be made up."""
    if not realtime(values) and value_at("turns.filler", values) is True and _empty("turns.filler_phrases", values):
        yield Problem(
            "turns.filler_phrases", "Filler phrases: say which.", "For example: Let me see. · One moment.",
            "Use three common ones", (("turns.filler_phrases", ["Let me see.", "One moment.", "Good question."]),),
        )  # fmt: skip


def tools_must_be_allowed(values: Values) -> Iterator[Problem]:
    """Agora: advanced_features.enable_tools must be on, or tools are checked and then not used."""
    if value_at("tools.enable", values) is True:
        return
    if not _empty("tools.functions", values) or not _empty("tools.mcp_servers", values):
        yield Problem(
            "tools.enable", "Use tools: is off, so the tools below would be ignored.", "",
            "Switch tools on", (("tools.enable", True),),
        )  # fmt: skip


def published_agent_has_its_own_tools(values: Values) -> Iterator[Problem]:
    """A pipeline made in Agora's console brings its tools along; explicit ones overrule it."""
    if not _empty("advanced.pipeline", values) and not _empty("tools.mcp_servers", values):
        yield Problem(
            "advanced.pipeline", "Published agent: brings its own tools; the MCP servers here would overrule them.",
            "Remove one of the two.", "Remove the published agent", (("advanced.pipeline", ""),),
        )  # fmt: skip


def encryption_is_whole(values: Values) -> Iterator[Problem]:
    """The GCM2 modes need a salt of 32 bytes."""
    if value_at("advanced.encryption", values) in (7, 8) and _empty("advanced.encryption_salt", values):
        yield Problem(
            "advanced.encryption_salt", "Encryption salt: this way of encryption needs one (32 bytes as base64).", "",
            "Use AES-256 without salt", (("advanced.encryption", 6),),
        )  # fmt: skip


RULES: tuple[Rule, ...] = (
    avatar_excludes_realtime,
    avatar_takes_the_voices_rate,
    reminder_needs_words,
    greeting_audio_needs_a_greeting,
    custom_words_need_ares,
    markers_of_a_turn_need_rtm,
    areas_left_out_need_the_whole_world,
    fillers_need_phrases,
    tools_must_be_allowed,
    published_agent_has_its_own_tools,
    encryption_is_whole,
)


def speech_rate(voice: Vendor, values: Values) -> int:
    """The sample rate in Hz at which a voice vendor speaks with these values; 0 = unknown."""
    if isinstance(voice.rate, int):
        return voice.rate
    key = f"tts.{voice.id}.{voice.rate}"
    active: Mapping[str, Any] = {field.key: value_of(field, values) for field in fields(values)}
    found = active.get(key)
    return int(found) if isinstance(found, int | float) and not isinstance(found, bool) else 0


def _empty(key: str, values: Values) -> bool:
    value = value_at(key, values)
    return is_empty(value) or (isinstance(value, str) and not value.strip())


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0
