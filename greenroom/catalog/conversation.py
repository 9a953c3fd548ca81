"""The settings of a conversation that belong to no vendor: prompt, turn taking, memory, ending."""

from greenroom.catalog.spec import Group, Setting

PROMPT = Group(
    id="prompt",
    label="Prompt",
    help="Who the agent is and what it says first.",
    settings=(
        Setting(
            "system",
            "System prompt",
            "Who the agent is, what it knows, how it answers. Written for the ear: short sentences, no lists.",
            "prose",
            "llm.system_messages",
            required=True,
            high=32_000,
            effect="live",
            shape="system_message",
        ),
        Setting(
            "greeting",
            "Greeting",
            "The first thing a person hears. Leave empty to let the person speak first.",
            "prose",
            "llm.greeting_message",
            high=1_000,
        ),
        Setting(
            "failure",
            "When the model fails",
            "Spoken when no answer comes from the language model.",
            "line",
            "llm.failure_message",
            default="Sorry, I lost my train of thought. Could you say that again?",
            high=500,
            more=True,
        ),
    ),
)

VOICE = Group(id="voice", label="Voice", help="How the agent sounds.", role="tts")

BRAIN = Group(
    id="brain",
    label="Brain",
    help="The language model that writes the answers.",
    role="llm",
    settings=(
        Setting(
            "temperature",
            "Temperature",
            "0 answers the same way every time; higher varies more and errs more.",
            "number",
            "llm.params.temperature",
            default=0.4,
            low=0.0,
            high=2.0,
            step=0.1,
            effect="live",
        ),
        Setting(
            "max_tokens",
            "Longest answer",
            "A token is about three quarters of a word. Long answers are tiring to listen to.",
            "whole",
            "llm.params.max_tokens",
            default=160,
            low=16,
            high=4096,
            step=16,
            unit="tokens",
            effect="live",
        ),
        Setting(
            "max_history",
            "History length",
            "How many earlier messages the model sees with each question.",
            "whole",
            "llm.max_history",
            default=32,
            low=1,
            high=1024,
            step=1,
            unit="messages",
        ),
    ),
)

HEARING = Group(id="hearing", label="Hearing", help="How the agent understands speech.", role="asr")

TURNS = Group(
    id="turns",
    label="Turn taking",
    help="When the agent answers, when it lets itself be interrupted, when it gives up.",
    settings=(
        Setting(
            "silence",
            "Silence that ends a turn",
            "Shorter answers faster but cuts off people who pause to think.",
            "whole",
            "turn_detection.config.end_of_speech.vad_config.silence_duration_ms",
            default=640,
            low=200,
            high=3000,
            step=20,
            unit="ms",
        ),
        Setting(
            "interrupt",
            "Speech that interrupts",
            "How long a person must talk over the agent before it stops.",
            "whole",
            "turn_detection.config.start_of_speech.vad_config.interrupt_duration_ms",
            default=160,
            low=60,
            high=2000,
            step=20,
            unit="ms",
            more=True,
        ),
        Setting(
            "interruptible",
            "May be interrupted",
            "Off: the agent always finishes what it says.",
            "switch",
            "interruption.enable",
            default=True,
            more=True,
        ),
        Setting(
            "idle",
            "Idle time-out",
            "The agent leaves after this long without a word from anybody. A forgotten agent costs money by the minute.",
            "whole",
            "idle_timeout",
            default=30,
            low=5,
            high=3600,
            step=5,
            unit="s",
        ),
        Setting(
            "nudge_after",
            "Ask after silence",
            "After this long without a word the agent says the line below. 0 = never.",
            "whole",
            "parameters.silence_config.timeout_ms",
            default=0,
            low=0,
            high=60_000,
            step=1000,
            unit="ms",
            more=True,
        ),
        Setting(
            "nudge",
            "What it says after silence",
            "Needed when the setting above is not 0.",
            "line",
            "parameters.silence_config.content",
            high=500,
            more=True,
        ),
    ),
)

GROUPS: tuple[Group, ...] = (PROMPT, VOICE, BRAIN, HEARING, TURNS)
