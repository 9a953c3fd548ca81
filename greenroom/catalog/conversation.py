"""The settings of a conversation that belong to no vendor: prompt, brain, turn taking, memory, ending."""

from greenroom.catalog.connection import ADVANCED
from greenroom.catalog.parts import RATES
from greenroom.catalog.prices import FORGOTTEN
from greenroom.catalog.spec import Choice, Condition, Group, Setting
from greenroom.catalog.tools import TOOLS

PROMPT = Group(
    id="prompt",
    label="Prompt",
    help="Who the agent is and what it says first.",
    docs="https://docs.agora.io/en/conversational-ai/rest-api/agent/join",
    settings=(
        Setting(
            "system", "System prompt",
            "Who the agent is, what it knows, how it answers. Written for the ear: short sentences, no lists.",
            "prose", "llm.system_messages", required=True, high=32_000, effect="live", shape="system_message",
        ),
        Setting(
            "greeting", "Greeting",
            "The first thing a person hears. Leave empty to let the person speak first.",
            "prose", "llm.greeting_message", high=1_000, realtime="mllm.greeting_message",
        ),
        Setting(
            "variables", "Values for {{variables}}",
            "What stands for each {{name}} in prompt, greeting and the other spoken lines.",
            "map", "llm.template_variables", high=200, more=True, realtime="",
        ),
        Setting(
            "failure", "When the model fails",
            "Spoken when no answer comes from the language model.",
            "line", "llm.failure_message", default="Sorry, I lost my train of thought. Could you say that again?",
            high=500, more=True, realtime="mllm.failure_message",
        ),
        Setting(
            "greeting_mode", "Who is greeted",
            "When people come and go in one channel.",
            "choice", "llm.greeting_configs.mode", more=True, realtime="",
            choices=(
                Choice("single_every", "Everyone who comes into the empty channel"),
                Choice("single_first", "Only the first person"),
            ),
        ),
        Setting(
            "greeting_delay", "Wait before the greeting",
            "A moment of calm before the first word.",
            "whole", "llm.greeting_configs.delay_ms", low=0, high=5000, step=50, unit="ms", more=True, realtime="",
        ),
        Setting(
            "greeting_interruptible", "Greeting may be interrupted",
            "Off: the greeting is always said to its end.",
            "switch", "llm.greeting_configs.interruptable", more=True, realtime="",
        ),
        Setting(
            "greeting_audio", "Recorded greeting",
            "Address of an MP3, WAV or PCM file that is played instead. Its words belong into the greeting.",
            "line", "llm.greeting_audio_url", high=2048, more=True, realtime="",
        ),
        Setting(
            "greeting_audio_timeout", "Wait for the recording",
            "When the file has not come by then, the greeting is spoken.",
            "whole", "llm.greeting_configs.audio_download_timeout_ms", low=200, high=10_000, step=100, unit="ms", more=True,
            realtime="",
        ),
        Setting(
            "greeting_audio_rate", "Sample rate of the recording",
            "For raw PCM only; MP3 and WAV say it themselves.",
            "choice", "llm.greeting_configs.audio_pcm_sample_rate", unit="Hz", more=True, realtime="",
            choices=tuple(Choice(rate, f"{rate / 1000:g} kHz") for rate in RATES),
        ),
        Setting(
            "greeting_talked_over", "What is said during the greeting",
            "When the greeting may not be interrupted.",
            "choice", "llm.greeting_configs.uninterruptible_asr_policy", more=True, realtime="",
            when=(("greeting_interruptible", (False,)),),
            choices=(
                Choice("merge_reply", "Answer it afterwards"),
                Choice("context", "Remember it only"),
            ),
        ),
    ),
)  # fmt: skip

VOICE = Group(
    id="voice",
    label="Voice",
    help="How the agent sounds.",
    roles=("tts",),
    settings=(
        Setting(
            "skip", "Do not read aloud",
            "What stands in such brackets stays in the transcript but is not spoken.",
            "many", "tts.skip_patterns", high=5, more=True, realtime="",
            docs="https://docs.agora.io/en/conversational-ai/rest-api/agent/join",
            choices=(
                Choice(1, "（ ）", "full-width round"),
                Choice(2, "【 】", "full-width square"),
                Choice(3, "( )", "round"),
                Choice(4, "[ ]", "square"),
                Choice(5, "{ }", "curly"),
            ),
        ),
    ),
)  # fmt: skip

AVATAR = Group(id="avatar", label="Avatar", help="A face that speaks with the agent's voice.", roles=("avatar",))

HEARING = Group(
    id="hearing",
    label="Hearing",
    help="How the agent understands speech.",
    roles=("asr",),
    settings=(
        Setting(
            "keywords", "Words to listen for",
            "Names and terms that are easily misheard, one a line. Only Ares takes them.",
            "texts", "asr.keywords", high=128, more=True, realtime="",
        ),
    ),
)  # fmt: skip

BRAIN = Group(
    id="brain",
    label="Brain",
    help="The language model that writes the answers, or a realtime model that hears, thinks and speaks by itself.",
    roles=("mllm", "llm"),
    settings=(
        Setting(
            "temperature", "Temperature",
            "0 answers the same way every time; higher varies more and errs more.",
            "number", "llm.params.temperature", default=0.4, low=0.0, high=2.0, step=0.1, effect="live", realtime="",
        ),
        Setting(
            "max_tokens", "Longest answer",
            "A token is about three quarters of a word. Long answers are tiring to listen to.",
            "whole", "llm.params.max_tokens", default=160, low=1, high=128_000, usual=(16, 1024), step=16, unit="tokens",
            effect="live", realtime="",
        ),
        Setting(
            "top_p", "Choice of words (top p)",
            "1 considers every word, lower only the likelier ones. Change this or the temperature, not both.",
            "number", "llm.params.top_p", low=0.0, high=1.0, step=0.05, effect="live", more=True, realtime="",
        ),
        Setting(
            "max_history", "History length",
            "How many earlier messages the model sees with each question.",
            "whole", "llm.max_history", default=32, low=1, high=1024, usual=(1, 128), step=1, unit="messages", realtime="",
        ),
        Setting(
            "input", "What it can take in",
            "Pictures can only be sent with Agora's RTM.",
            "many", "llm.input_modalities", more=True, realtime="",
            choices=(Choice("text", "Text"), Choice("image", "Pictures", "needs RTM")),
        ),
        Setting(
            "output", "What it gives out",
            "Audio only where the model speaks by itself.",
            "many", "llm.output_modalities", more=True, realtime="",
            choices=(Choice("text", "Text"), Choice("audio", "Audio")),
        ),
        Setting(
            "headers", "Headers",
            "Sent to the model's server with each request, for example a tenant; keys as ${NAME}.",
            "map", "llm.headers", high=50, more=True, realtime="",
        ),
        Setting(
            "params", "Other parameters of the model",
            "Sent to the model as they are, beside those above.",
            "json", "llm.params", shape="merge", effect="live", more=True, realtime="",
        ),
    ),
)  # fmt: skip

_VAD, _SEMANTIC = Choice("vad", "Voice activity"), Choice("semantic", "Meaning")
_MANUAL = Choice("manual", "Push to talk", "needs RTM")
_SOS, _EOS = "turn_detection.config.start_of_speech", "turn_detection.config.end_of_speech"
_MADE_UP = "filler_words.content.generated_config"
_WHEN_MADE_UP: tuple[Condition, ...] = (("filler", (True,)), ("filler_mode", ("generated",)))
_WHEN_OWN: tuple[Condition, ...] = (*_WHEN_MADE_UP, ("filler_own", (True,)))

TURNS = Group(
    id="turns",
    label="Turn taking",
    help="When the agent answers, when it lets itself be interrupted, when it gives up.",
    docs="https://docs.agora.io/en/conversational-ai/develop/turn-detection",
    settings=(
        Setting(
            "end_mode", "What ends a turn",
            "Voice activity: a silence. Meaning: a model that knows an unfinished sentence (English and Chinese only).",
            "choice", f"{_EOS}.mode", default="vad", required=True, choices=(_VAD, _SEMANTIC, _MANUAL), realtime="",
        ),
        Setting(
            "silence", "Silence that ends a turn",
            "Shorter answers faster but cuts off people who pause to think.",
            "whole", f"{_EOS}.vad_config.silence_duration_ms", default=640, low=0, high=10_000, usual=(200, 3000), step=20,
            unit="ms", when=(("end_mode", ("vad",)),), realtime="",
        ),
        Setting(
            "semantic_silence", "Silence before it judges",
            "After this much silence the model decides whether the sentence was finished.",
            "whole", f"{_EOS}.semantic_config.silence_duration_ms", default=320, low=0, high=10_000, usual=(100, 2000), step=20,
            unit="ms", when=(("end_mode", ("semantic",)),), realtime="",
        ),
        Setting(
            "semantic_wait", "Longest wait",
            "An unfinished sentence is answered after this long all the same. -1 = never.",
            "whole", f"{_EOS}.semantic_config.max_wait_ms", default=3000, low=-1, high=60_000, usual=(0, 10_000), step=100,
            unit="ms", when=(("end_mode", ("semantic",)),), realtime="",
        ),
        Setting(
            "pauses", "Wait when asked to",
            "\"Hold on\" or \"let me think\" makes the agent wait.",
            "switch", f"{_EOS}.semantic_config.pause_state_enabled", more=True, when=(("end_mode", ("semantic",)),), realtime="",
        ),
        Setting(
            "start_mode", "What starts a turn",
            "Voice activity, or a button held by the person.",
            "choice", f"{_SOS}.mode", default="vad", required=True, more=True, choices=(_VAD, _MANUAL), realtime="",
        ),
        Setting(
            "interruptible", "May be interrupted",
            "Off: the agent always finishes what it says.",
            "switch", "interruption.enable", default=True, more=True, realtime="",
        ),
        Setting(
            "interrupt_mode", "What interrupts",
            "Talking over it, or only certain words.",
            "choice", "interruption.mode", more=True, when=(("interruptible", (True,)),), realtime="",
            choices=(Choice("start_of_speech", "Talking over it"), Choice("keywords", "Certain words")),
        ),
        Setting(
            "interrupt_words", "Words that interrupt",
            "One a line, for example: stop.",
            "texts", "interruption.keywords_config.trigger_keywords", required=True, high=128, more=True,
            when=(("interruptible", (True,)), ("interrupt_mode", ("keywords",))), realtime="",
        ),
        Setting(
            "talked_over", "What is said meanwhile",
            "When the agent may not be interrupted.",
            "choice", "interruption.disabled_config.strategy", more=True, when=(("interruptible", (False,)),), realtime="",
            choices=(Choice("append", "Answer it afterwards"), Choice("ignore", "Ignore it")),
        ),
        Setting(
            "interrupt", "Speech that interrupts",
            "How long a person must talk over the agent before it stops.",
            "whole", f"{_SOS}.vad_config.interrupt_duration_ms", default=160, low=0, high=10_000, usual=(60, 2000), step=20,
            unit="ms", more=True, when=(("start_mode", ("vad",)),), realtime="",
        ),
        Setting(
            "interrupt_speaking", "… while it speaks",
            "The same, only while the agent speaks; longer lets \"mhm\" pass.",
            "whole", f"{_SOS}.vad_config.speaking_interrupt_duration_ms", low=0, high=10_000, usual=(60, 2000), step=20,
            unit="ms", more=True, when=(("start_mode", ("vad",)),), realtime="",
        ),
        Setting(
            "padding", "Sound kept from before",
            "So much from before the first word is recognised too.",
            "whole", f"{_SOS}.vad_config.prefix_padding_ms", low=0, high=10_000, usual=(0, 2000), step=50,
            unit="ms", more=True, when=(("start_mode", ("vad",)),), realtime="",
        ),
        Setting(
            "threshold", "How sure it must be that it is speech",
            "Higher ignores noise, and quiet people too.",
            "number", "turn_detection.config.speech_threshold", low=0.001, high=0.999, usual=(0.05, 0.95), step=0.05, more=True,
            realtime="",
        ),
        Setting(
            "idle", "Idle time-out",
            "The agent leaves after so long without a word from anybody. A forgotten agent costs money by the minute. 0 = never.",
            "whole", "idle_timeout", default=30, low=0, high=259_200, usual=(5, 600), step=5, unit="s",
        ),
        Setting(
            "idle_never", "Yes, it never leaves by itself",
            f"Somebody must end it. Forgotten, it runs for up to 72 hours: about ${FORGOTTEN:,.0f} on Agora's cloud.",
            "switch", "", default=False, when=(("idle", (0,)),),
        ),
        Setting(
            "nudge_after", "Ask after silence",
            "After this long without a word the agent says the line below. 0 = never.",
            "whole", "parameters.silence_config.timeout_ms", default=0, low=0, high=60_000, step=1000, unit="ms", more=True,
            realtime="",
        ),
        Setting(
            "nudge_action", "How it asks",
            "Say the line as it is, or let the model make something of it.",
            "choice", "parameters.silence_config.action", more=True, realtime="",
            choices=(Choice("speak", "Say the line"), Choice("think", "Let the model answer it")),
        ),
        Setting(
            "nudge", "What it says after silence",
            "Needed when the setting above is not 0.",
            "line", "parameters.silence_config.content", high=500, more=True, realtime="",
        ),
        Setting(
            "filler", "Filler words",
            "A short phrase while a slow answer is being written.",
            "switch", "filler_words.enable", more=True, realtime="",
        ),
        Setting(
            "filler_wait", "After this much waiting",
            "From the end of the person's turn.",
            "whole", "filler_words.trigger.fixed_time_config.response_wait_ms", default=1500, low=100, high=10_000, step=100,
            unit="ms", more=True, when=(("filler", (True,)),), realtime="",
        ),
        Setting(
            "filler_phrases", "Filler phrases",
            "One a line, each a few words.",
            "texts", "filler_words.content.static_config.phrases", high=100, more=True, when=(("filler", (True,)),), realtime="",
        ),
        Setting(
            "filler_order", "Order of the phrases",
            "",
            "choice", "filler_words.content.static_config.selection_rule", more=True, when=(("filler", (True,)),), realtime="",
            choices=(Choice("shuffle", "Mixed"), Choice("round_robin", "One after the other")),
        ),
        Setting(
            "filler_mode", "Where phrases come from",
            "Made up to fit what was said, or from the list.",
            "choice", "filler_words.content.mode", more=True, when=(("filler", (True,)),), realtime="",
            choices=(Choice("static", "From the list"), Choice("generated", "Made up")),
        ),
        Setting(
            "filler_prompt", "How to make them up",
            "An instruction to the model that makes them.",
            "prose", f"{_MADE_UP}.prompt", high=4000, more=True, when=_WHEN_MADE_UP, realtime="",
        ),
        Setting(
            "filler_messages", "Messages it may look at",
            "How many of the last ones.",
            "whole", f"{_MADE_UP}.context_message_limit", low=1, high=6, step=1, unit="messages", more=True,
            when=_WHEN_MADE_UP, realtime="",
        ),
        Setting(
            "filler_characters", "Characters it may look at",
            "Of the last messages together.",
            "whole", f"{_MADE_UP}.history_character_limit", low=0, high=10_000, usual=(0, 4000), step=100, unit="characters",
            more=True, when=_WHEN_MADE_UP, realtime="",
        ),
        Setting(
            "filler_own", "Made up by a model of your own",
            "Off: by Agora's.",
            "switch", "", more=True, when=_WHEN_MADE_UP, realtime="",
        ),
        Setting(
            "filler_url", "Address of that model",
            "OpenAI-compatible; a small fast one will do.",
            "line", f"{_MADE_UP}.llm_provider.url", required=True, high=2048, more=True, when=_WHEN_OWN, realtime="",
        ),
        Setting(
            "filler_key", "Its key",
            "Taken from this credential on the server.",
            "secret", f"{_MADE_UP}.llm_provider.api_key", env="FILLER_LLM_API_KEY", required=True, more=True, when=_WHEN_OWN,
            realtime="",
        ),
        Setting(
            "filler_params", "Its parameters",
            "For example the model's name.",
            "json", f"{_MADE_UP}.llm_provider.params", shape="merge", more=True, when=_WHEN_OWN, realtime="",
        ),
        Setting(
            "farewell", "Say goodbye before leaving",
            "When the agent is stopped it finishes its sentence first.",
            "switch", "parameters.farewell_config.graceful_enabled", more=True,
        ),
        Setting(
            "farewell_time", "… at most for",
            "",
            "whole", "parameters.farewell_config.graceful_timeout_seconds", default=30, low=0, high=3600, usual=(0, 60), step=1,
            unit="s", more=True, when=(("farewell", (True,)),),
        ),
    ),
)  # fmt: skip

GROUPS: tuple[Group, ...] = (PROMPT, VOICE, AVATAR, HEARING, BRAIN, TURNS, TOOLS, ADVANCED)
