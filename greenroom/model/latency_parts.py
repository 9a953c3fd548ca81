"""What a reply's latency is made of: Agora's segments, by the part of the talk they belong to."""

from __future__ import annotations

from collections.abc import Mapping

#: In the order of the talk; the stage shows the same (frontend/src/call/insight.ts).
PARTS: Mapping[str, tuple[str, ...]] = {
    "heard": ("algorithm_processing", "asr_ttlw"),
    "thought": ("llm_ttft", "llm_ftfs", "llm_ttfa"),
    "tools": ("tools",),
    "spoke": ("tts_ttfb",),
}


def latency_parts(segments: Mapping[str, int]) -> dict[str, int]:
    """Milliseconds by part, without those of 0; a segment without a part keeps Agora's name."""
    parts = {part: sum(segments.get(name, 0) for name in names) for part, names in PARTS.items()}
    named = {name for names in PARTS.values() for name in names}
    others = {name: ms for name, ms in segments.items() if name not in named}
    return {part: ms for part, ms in (parts | others).items() if ms}
