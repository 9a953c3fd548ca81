"""Old spellings of the join body and what they became, applied before a body is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog.presets import PRESETS, preset_names
from greenroom.paths import MISSING, at, last, put, take

Body = dict[str, Any]
_EOS, _SOS = "turn_detection.config.end_of_speech", "turn_detection.config.start_of_speech"


@dataclass(frozen=True, slots=True)
class Migration:
    """One old field. ``new`` = "" means that it has no effect any more; ``also`` are fields that its new place needs.

    ``since`` and ``source`` say when and where the change is documented. ``when``: the body must fulfill it.
    """

    old: str
    new: str
    since: str
    source: str
    note: str = ""
    also: tuple[tuple[str, Any], ...] = ()
    values: Mapping[Any, Any] | None = None
    when: Callable[[Body], bool] = lambda body: True


@dataclass(frozen=True, slots=True)
class Migrated:
    """One applied migration: where the value was, where it is now ("" = nowhere), and why."""

    old: str
    new: str
    note: str


_RELEASE = "Agora release notes"
_API = "Agora OpenAPI, deprecated fields"
_SDK = "agora-agents 2.12.0"
_SAMPLES = "agent-samples"
_QUICKSTART = "Agora's Next.js quickstart"
#: Kinds of voice activity detection that are no mode any more.
_OLD_MODES = frozenset({"agora_vad", "server_vad", "semantic_vad", "vad"})


def _cascade(body: Body) -> bool:
    return not _is_realtime(body)


def _is_realtime(body: Body) -> bool:
    mllm = body.get("mllm")
    return isinstance(mllm, dict) and (mllm.get("enable") is True or at(body, "advanced_features.enable_mllm", MISSING) is True)


def _has_old_mode(body: Body) -> bool:
    mode = at(body, "turn_detection.mode", MISSING)
    return _cascade(body) and isinstance(mode, str) and mode in _OLD_MODES


def _starts_by(mode: str) -> Callable[[Body], bool]:
    return lambda body: _cascade(body) and at(body, f"{_SOS}.mode", MISSING) == mode


def _vendor(role: str, name: str) -> Callable[[Body], bool]:
    return lambda body: at(body, f"{role}.vendor", MISSING) == name


_VAD_SILENCE = ((f"{_EOS}.mode", "vad"),)
_VAD_START = ((f"{_SOS}.mode", "vad"),)
_NO_EFFECT = "Has no effect with a realtime model."


def _flat(block: str, since: str, source: str) -> Iterator[Migration]:
    """The flat turn detection of earlier releases, in ``turn_detection`` and in ``vad``."""
    for old, new, also in (
        ("silence_duration_ms", f"{_EOS}.vad_config.silence_duration_ms", _VAD_SILENCE),
        ("interrupt_duration_ms", f"{_SOS}.vad_config.interrupt_duration_ms", _VAD_START),
        ("prefix_padding_ms", f"{_SOS}.vad_config.prefix_padding_ms", _VAD_START),
        ("threshold", "turn_detection.config.speech_threshold", ()),
    ):
        yield Migration(f"{block}.{old}", "", since, source, _NO_EFFECT, when=_is_realtime)
        yield Migration(f"{block}.{old}", new, since, source, also=also, when=_cascade)


#: In the order in which they are applied.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "mllm.vendor",
        "mllm.vendor",
        "2026-08",
        _SDK,
        values={"openai-gpt-live": "openai_gpt_live", "openai_live": "openai_gpt_live"},
    ),
    Migration("turn_detection.type", "", "2026-03", _API, _NO_EFFECT, when=_is_realtime),
    Migration("turn_detection.type", "", "2026-03", _API, "Voice activity detection is the default.", when=_cascade),
    *_flat("turn_detection", "2026-03", _API),
    *_flat("vad", "2025-07", _RELEASE),
    *_flat("turn_detection.config", "2026-01", _QUICKSTART),
    Migration(
        "turn_detection.start_of_speech.interrupt_duration_ms",
        f"{_SOS}.vad_config.interrupt_duration_ms",
        "2026-01",
        _QUICKSTART,
        also=_VAD_START,
        when=_cascade,
    ),
    Migration("turn_detection.mode", "", "2026-01", _QUICKSTART, "Voice activity detection is the default.", when=_has_old_mode),
    Migration(
        "turn_detection.interrupt_mode",
        "interruption.mode",
        "2026-03",
        _API,
        values={"interrupt": "start_of_speech", "keyword": "keywords", "keywords": "keywords"},
        also=(("interruption.enable", True),),
        when=_cascade,
    ),
    Migration(
        "turn_detection.interrupt_mode",
        "interruption.disabled_config.strategy",
        "2026-03",
        _API,
        values={"append": "append", "ignore": "ignore"},
        also=(("interruption.enable", False),),
        when=_cascade,
    ),
    Migration("turn_detection.interrupt_mode", "", "2026-03", _API, "Agora no longer has this mode.", when=_cascade),
    Migration(
        "turn_detection.interrupt_keywords", "interruption.keywords_config.trigger_keywords", "2026-03", _API, when=_cascade
    ),
    Migration(
        f"{_SOS}.keywords_config.triggered_keywords",
        "interruption.keywords_config.trigger_keywords",
        "2026-03",
        _API,
        when=_starts_by("keywords"),
    ),
    *(
        Migration(f"{_SOS}.keywords_config.{name}", f"{_SOS}.vad_config.{name}", "2026-03", _API, when=_starts_by("keywords"))
        for name in ("interrupt_duration_ms", "prefix_padding_ms")
    ),
    Migration(
        f"{_SOS}.disabled_config.strategy",
        "interruption.disabled_config.strategy",
        "2026-03",
        _API,
        when=_starts_by("disabled"),
    ),
    Migration(
        f"{_SOS}.mode",
        "interruption.mode",
        "2026-03",
        _API,
        values={"keywords": "keywords"},
        also=(("interruption.enable", True), (f"{_SOS}.mode", "vad")),
        when=_cascade,
    ),
    Migration(
        f"{_SOS}.mode",
        "interruption.enable",
        "2026-03",
        _API,
        values={"disabled": False},
        also=((f"{_SOS}.mode", "vad"),),
        when=_cascade,
    ),
    *(
        Migration(f"turn_detection.{name}", "", "2026-03", _API, "Only realtime models supported it.", when=_cascade)
        for name in ("create_response", "interrupt_response", "eagerness")
    ),
    *(
        Migration(f"turn_detection.{name}", "", "2026-03", _API, _NO_EFFECT, when=_is_realtime)
        for name in (
            "mode",
            "interrupt_mode",
            "interrupt_keywords",
            "create_response",
            "interrupt_response",
            "eagerness",
            "config",
        )
    ),
    Migration("silence_message", "parameters.silence_config.content", "2025-07", _RELEASE),
    Migration("llm.silence_message", "parameters.silence_config.content", "2025-07", _RELEASE),
    Migration("silence_timeout", "parameters.silence_config.timeout_ms", "2025-07", _RELEASE),
    Migration("llm.silence_timeout", "parameters.silence_config.timeout_ms", "2025-07", _RELEASE),
    Migration("llm.params.max_token", "llm.params.max_tokens", "2025-05", _RELEASE),
    Migration("advanced_features.enable_aivad", "", "2026-05", _RELEASE, "Removed in v2.5: turn detection does this now."),
    Migration("advanced_features.enable_bhvs", "", "2025-07", _RELEASE, "Background voice suppression is always on."),
    Migration("mllm.style", "", "2026-03", _RELEASE, "The vendor decides the style."),
    Migration("avatar.vendor", "avatar.vendor", "2026-06", _SDK, values={"heygen": "liveavatar"}),
    Migration("avatar.params.avatar_name", "avatar.params.avatar_id", "2026-06", _SDK, when=_vendor("avatar", "liveavatar")),
    Migration("avatar.params.anam_api_key", "avatar.params.api_key", "2026-06", _SAMPLES, when=_vendor("avatar", "anam")),
    Migration("avatar.params.anam_avatar_id", "avatar.params.avatar_id", "2026-06", _SAMPLES, when=_vendor("avatar", "anam")),
    Migration("asr.params.api_key", "asr.params.key", "2026-06", _API, when=_vendor("asr", "speechmatics")),
    Migration(
        "tts.params.model",
        "tts.params.model",
        "2026-06",
        _SDK,
        values={"speech_2_6_turbo": "speech-2.6-turbo", "speech_2_8_turbo": "speech-2.8-turbo"},
        when=_vendor("tts", "minimax"),
    ),
)


def migrate(properties: Body, top: Body) -> tuple[Migrated, ...]:
    """Rewrites both in place and says what changed. ``top``: the fields beside ``properties``."""
    done = [*_enable_mllm(properties)]
    for rule in MIGRATIONS:
        sent = at(properties, rule.old, MISSING)
        if sent is MISSING or not rule.when(properties) or (rule.values is not None and _unlisted(rule.values, sent)):
            continue
        done += _apply(rule, properties, sent)
    return (*done, *_preset(properties, top))


def _unlisted(values: Mapping[Any, Any], sent: Any) -> bool:
    return not isinstance(sent, str) or sent not in values


def _apply(rule: Migration, properties: Body, sent: Any) -> Iterator[Migrated]:
    value = rule.values[sent] if rule.values is not None else sent
    seen = f" ({rule.source}, {rule.since})"
    take(properties, rule.old)
    if not rule.new:
        yield Migrated(rule.old, "", rule.note + seen)
        return
    if rule.new != rule.old and at(properties, rule.new, MISSING) is not MISSING:
        yield Migrated(rule.old, "", f"{rule.new} is also set and takes precedence{seen}.")
        return
    put(properties, rule.new, value)
    yield Migrated(rule.old, rule.new, f"{_shown(rule.old, sent)} → {_shown(rule.new, value)}{seen}")
    for path, needed in rule.also:
        if at(properties, path, MISSING) is MISSING:
            put(properties, path, needed)
            yield Migrated(rule.old, path, f"{_shown(path, needed)} was added with it.")


def _enable_mllm(properties: Body) -> Iterator[Migrated]:
    """``advanced_features.enable_mllm`` became ``mllm.enable``; a realtime block without either had no effect."""
    enabled = at(properties, "advanced_features.enable_mllm", MISSING)
    if enabled is MISSING:
        return
    seen = f" ({_API}, 2026-03)"
    take(properties, "advanced_features.enable_mllm")
    block = properties.get("mllm")
    if not isinstance(block, dict):
        yield Migrated("advanced_features.enable_mllm", "", f"There is no realtime model to enable{seen}.")
    elif "enable" in block:
        yield Migrated("advanced_features.enable_mllm", "", f"mllm.enable is also set and takes precedence{seen}.")
    else:
        block["enable"] = enabled
        yield Migrated("advanced_features.enable_mllm", "mllm.enable", f"became mllm.enable = {_json(enabled)}{seen}")


def _preset(properties: Body, top: Body) -> Iterator[Migrated]:
    """A ``preset`` becomes the managed vendors and models that it stands for."""
    given = top.get("preset")
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        given = ",".join(given)
    if not isinstance(given, str) or not given.strip():
        return
    presets = [name for name in preset_names(given) if name in PRESETS]
    if not presets:
        return
    del top["preset"]
    stands_for = "; ".join(f"{name} → {PRESETS[name][0]}" for name in presets)
    yield Migrated("^preset", next(iter(PRESETS[presets[0]][1])), f"Became managed vendors: {stands_for} ({_API}, 2026-06)")
    for name in preset_names(given):
        if name not in PRESETS:
            yield Migrated("^preset", "", f'"{name}" isn\'t an Agora preset.')
            continue
        for path, value in PRESETS[name][1].items():
            if path.endswith((".style",)):
                continue
            if at(properties, path, MISSING) is MISSING:
                put(properties, path, value)
                yield Migrated("^preset", path, f'preset "{name}" → {_shown(path, value)} ({_API}, 2026-06)')


def _shown(path: str, value: Any) -> str:
    name = last(path)
    if re.search(r"key|token|secret", name):
        return name
    return f"{path} = {_json(value)}"


def _json(value: Any) -> str:
    text = {True: "true", False: "false"}.get(value, repr(value)) if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
