"""What interrupts an agent that speaks: voice, keywords, words that are more than a sign of listening, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.twin.agent.backchannel import is_backchannel
from greenroom.twin.agent.join_shapes import DEFAULT_INTERRUPT_MS, InterruptionBlock, StartOfSpeech, whole


@dataclass(frozen=True, slots=True)
class Interruption:
    """Whether speech interrupts the agent: after ``ms`` of voice, by ``keywords``, or (``adaptive``) by more than "yes" or "ok".

    ``append``: speech over an agent that may not be interrupted is answered afterwards; else it is dropped.
    ``listening_ms``: while the agent is silent, less voice than this is no turn.
    """

    enable: bool = True
    ms: int = DEFAULT_INTERRUPT_MS
    listening_ms: int = DEFAULT_INTERRUPT_MS
    keywords: tuple[str, ...] | None = None
    append: bool = False
    adaptive: bool = False

    def by_voice(self, voiced_ms: int) -> bool:
        """Whether ``voiced_ms`` of speech interrupt."""
        return self.enable and self.keywords is None and not self.adaptive and voiced_ms >= self.ms

    @property
    def words_cause(self) -> str:
        """Agora's name for an interruption by words."""
        return "semantic" if self.adaptive else "keywords"

    def by_words(self, text: str) -> bool:
        """Whether this text interrupts: by a keyword in it, or as more than a sign of listening."""
        if self.adaptive:
            return self.enable and not is_backchannel(text)
        return self.enable and any(keyword in text.lower() for keyword in self.keywords or ())


def interruption_of(block: InterruptionBlock, start: StartOfSpeech) -> Interruption:
    """``interruption`` decides; where it says nothing, the older ways to say it in ``turn_detection`` do."""
    ms = start.vad_config.speaking_interrupt_duration_ms
    mode = block.mode or (start.mode if block.enable else "")
    listed = block.keywords_config.trigger_keywords if block.mode else start.keywords_config.triggered_keywords
    keywords = tuple(str(keyword).lower() for keyword in listed if str(keyword))
    disabled = not block.enable or mode == "disabled"
    strategy = block.disabled_config.strategy or (start.disabled_config.strategy if mode == "disabled" else "")
    return Interruption(
        enable=not disabled,
        ms=whole(start.vad_config.interrupt_duration_ms if ms is None else ms),
        listening_ms=whole(start.vad_config.interrupt_duration_ms),
        keywords=keywords if mode == "keywords" else None,
        append=strategy == "append",
        adaptive=mode == "adaptive",
    )
