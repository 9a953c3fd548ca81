"""The parts of a join body that the agent runtime reads, with Agora's defaults. Times in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from greenroom.outside_json import Shape

DEFAULT_INTERRUPT_MS = 160
Amount = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
Texts = list[str | int]


class GreetingConfig(Shape, frozen=True):
    """``llm.greeting_configs``. ``mode``: single_every (the default, "") or single_first. ``delay_ms``: at most 5000."""

    mode: str = ""
    delay_ms: Amount = 0
    interruptable: bool = True


class ModelBlock(Shape, frozen=True):
    """``llm``, as far as the runtime reads it. ``max_history`` counts entries."""

    system_messages: list[Any] = []
    template_variables: dict[str, Any] = {}
    greeting_message: str = ""
    greeting_configs: GreetingConfig = GreetingConfig()
    failure_message: str = ""
    max_history: Amount = 32


class MessageText(Shape, frozen=True):
    """OpenAI's ``content``, as one text or in parts; ``parts`` is Gemini's name for it."""

    content: str | list[Any] | None = None
    parts: list[Any] = []


class TextPart(Shape, frozen=True):
    """One part of a message's content; parts without text read as ""."""

    text: str = ""


class RealtimeParameters(Shape, frozen=True):
    """Vendors call the system prompt ``instructions`` or ``prompt``."""

    instructions: str = ""
    prompt: str = ""
    voice: Any = None


class RealtimeBlock(Shape, frozen=True):
    """``mllm``: a speech-to-speech model, in whose place ears, model and voice answer offline."""

    enable: bool = False
    vendor: Any = None
    params: RealtimeParameters = RealtimeParameters()
    messages: list[Any] = []
    turn_detection: dict[str, Any] = {}


class EndConfig(Shape, frozen=True):
    """``end_of_speech.vad_config`` or ``semantic_config``. ``silence_duration_ms`` None = 640, or 320 with semantic.

    ``max_wait_ms`` and ``pause_state_enabled`` belong to semantic; -1 waits without limit.
    """

    silence_duration_ms: Amount | None = None
    max_wait_ms: Amount = 3000
    pause_state_enabled: bool = True


class EndOfSpeech(Shape, frozen=True):
    """``turn_detection.config.end_of_speech``. ``mode``: vad (also "") or semantic."""

    mode: str = ""
    vad_config: EndConfig = EndConfig()
    semantic_config: EndConfig = EndConfig()


class StartConfig(Shape, frozen=True):
    """``start_of_speech.vad_config``: how much voice begins a turn, and, where given, how much interrupts the agent.

    ``prefix_padding_ms`` None = as much as the ear keeps.
    """

    interrupt_duration_ms: Amount = DEFAULT_INTERRUPT_MS
    speaking_interrupt_duration_ms: Amount | None = None
    prefix_padding_ms: Amount | None = None


class StartKeywords(Shape, frozen=True):
    """``start_of_speech.keywords_config``, the older place of :class:`KeywordsConfig`."""

    triggered_keywords: Texts = []


class DisabledConfig(Shape, frozen=True):
    """``disabled_config``. ``strategy``: append answers speech over the agent afterwards, ignore (also "") drops it."""

    strategy: str = ""


class StartOfSpeech(Shape, frozen=True):
    """``mode``: vad; keywords and disabled are older ways to say what ``interruption`` says."""

    mode: str = ""
    vad_config: StartConfig = StartConfig()
    keywords_config: StartKeywords = StartKeywords()
    disabled_config: DisabledConfig = DisabledConfig()


class Detection(Shape, frozen=True):
    """``turn_detection.config``. ``speech_threshold``: a probability, 0..1."""

    end_of_speech: EndOfSpeech = EndOfSpeech()
    start_of_speech: StartOfSpeech = StartOfSpeech()
    speech_threshold: Amount = 0.5


class FlatDetection(Shape, frozen=True):
    """The settings of ``turn_detection`` before ``config`` came, and of a realtime model."""

    silence_duration_ms: Amount | None = None
    interrupt_duration_ms: Amount = DEFAULT_INTERRUPT_MS
    prefix_padding_ms: Amount | None = None
    threshold: Amount = 0.5
    interrupt_mode: str = ""
    interrupt_keywords: Texts = []

    def nested(self) -> Detection:
        """The same settings in the form that came after them."""
        start = StartOfSpeech(
            mode=_FLAT_MODES.get(self.interrupt_mode, ""),
            vad_config=StartConfig(
                speaking_interrupt_duration_ms=self.interrupt_duration_ms, prefix_padding_ms=self.prefix_padding_ms
            ),
            keywords_config=StartKeywords(triggered_keywords=self.interrupt_keywords),
            disabled_config=DisabledConfig(strategy=self.interrupt_mode),
        )
        return Detection(
            end_of_speech=EndOfSpeech(vad_config=EndConfig(silence_duration_ms=self.silence_duration_ms)),
            start_of_speech=start,
            speech_threshold=self.threshold,
        )


#: ``interrupt_mode`` as ``start_of_speech.mode``.
_FLAT_MODES: Mapping[str, str] = {
    "append": "disabled",
    "ignore": "disabled",
    "keyword": "keywords",
    "keywords": "keywords",
    "adaptive": "adaptive",
}


class KeywordsConfig(Shape, frozen=True):
    """``interruption.keywords_config``."""

    trigger_keywords: Texts = []


class InterruptionBlock(Shape, frozen=True):
    """``mode``: start_of_speech or keywords; adaptive lets short signs of listening pass."""

    enable: bool = True
    mode: str = ""
    keywords_config: KeywordsConfig = KeywordsConfig()
    disabled_config: DisabledConfig = DisabledConfig()


class SilenceConfig(Shape, frozen=True):
    """``parameters.silence_config``. ``timeout_ms`` 0 = off. ``action``: speak (also "") or think."""

    timeout_ms: Amount = 0
    action: str = ""
    content: str = ""


class ParametersBlock(Shape, frozen=True):
    """``twin_text_only`` is the twin's own: nothing is spoken."""

    silence_config: SilenceConfig = SilenceConfig()
    twin_text_only: bool = False


class AvatarParameters(Shape, frozen=True):
    """``backdrop`` is the twin's own: light or dark."""

    agora_uid: str | int | None = None
    agora_token: str = ""
    backdrop: str = ""


class AvatarBlock(Shape, frozen=True):
    """``avatar``. Without ``params.agora_uid`` there is none."""

    enable: bool = False
    params: AvatarParameters = AvatarParameters()


class RecognitionBlock(Shape, frozen=True):
    """``asr``. ``language`` is a BCP 47 tag; "" = en-US."""

    language: str = ""


class AdvancedFeatures(Shape, frozen=True):
    """``advanced_features``; :mod:`greenroom.twin.agent.tools.toolbox` reads ``enable_tools`` itself."""

    enable_mllm: bool = False


class JoinProperties(Shape, frozen=True):
    """``properties``. The blocks that vendors see are kept as they came."""

    channel: str = ""
    token: str = ""
    agent_rtc_uid: str | int = "0"
    remote_rtc_uids: Texts = []
    enable_string_uid: bool = False
    idle_timeout: Amount = 30
    asr: RecognitionBlock = RecognitionBlock()
    llm: dict[str, Any] = {}
    tts: dict[str, Any] = {}
    mllm: RealtimeBlock = RealtimeBlock()
    advanced_features: AdvancedFeatures = AdvancedFeatures()
    turn_detection: dict[str, Any] = {}
    interruption: InterruptionBlock = InterruptionBlock()
    parameters: ParametersBlock = ParametersBlock()
    avatar: AvatarBlock = AvatarBlock()

    @property
    def realtime(self) -> bool:
        """Agora still takes the older spelling of ``mllm.enable``."""
        return self.mllm.enable or self.advanced_features.enable_mllm


class UpdatedProperties(Shape, frozen=True):
    """What ``update`` can change; an empty token and absent keys change nothing."""

    token: str = ""
    llm: dict[str, Any] = {}
    mllm: RealtimeBlock = RealtimeBlock()


def as_mapping(found: Any) -> Mapping[str, Any]:
    """``found``, or an empty mapping in place of anything else."""
    return found if isinstance(found, Mapping) else {}


def whole(amount: float) -> int:
    """``amount`` without fraction and sign."""
    return max(0, round(amount))
