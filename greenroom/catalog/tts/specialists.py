"""Voices of companies that make nothing but voices, with an account of one's own."""

from greenroom.catalog import languages as lang
from greenroom.catalog.parts import BYOK, DOCS, OWN_ACCOUNT, account, address, key, language, rate, speed, typed_voice, voice
from greenroom.catalog.spec import Choice, Setting, Vendor

ELEVENLABS = Vendor(
    role="tts",
    id="elevenlabs",
    label="ElevenLabs",
    help="Very natural voices, also cloned ones, with your own paid plan.",
    docs=f"{DOCS}/tts/elevenlabs",
    fixed={"tts.vendor": "elevenlabs"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.key", "ELEVENLABS_API_KEY"),
        voice(
            "tts.params.voice_id",
            (
                Choice("EXAVITQu4vr4xnSDxMaL", "Sarah", "soft and confident", "en-US", "female"),
                Choice("pNInz6obpgDQGcFmaJgB", "Adam", "deep and firm", "en-US", "male"),
                Choice("21m00Tcm4TlvDq8ikWAM", "Rachel", "calm", "en-US", "female"),
                Choice("cgSgspJ2msm6clMCkdW9", "Jessica", "playful and warm", "en-US", "female"),
                Choice("9BWtsMINqrJLrRacOk9x", "Aria", "expressive", "en-US", "female"),
                Choice("nPczCjzI2devNBz1zQrb", "Brian", "deep and comforting", "en-US", "male"),
                Choice("TX3LPaxmHKxFdv7VOQHJ", "Liam", "energetic", "en-US", "male"),
                Choice("pFZP5JQG7iQjIQuC4Bku", "Lily", "velvety", "en-GB", "female"),
                Choice("Xb7hH8MSUJpSbSDYk0k2", "Alice", "clear", "en-GB", "female"),
                Choice("JBFqnCBsd6RMkjVDRZzb", "George", "warm storyteller", "en-GB", "male"),
                Choice("onwK4e9ZLuTAKqWW03F9", "Daniel", "steady newsreader", "en-GB", "male"),
                Choice("IKne3meq5aSn9XLyUdCD", "Charlie", "confident", "en-AU", "male"),
            ),
            "EXAVITQu4vr4xnSDxMaL",
        ),
        speed("tts.params.speed", 0.7, 1.2),
        Setting(
            "stability", "Stability", "Low is livelier and less predictable, high is even.",
            "number", "tts.params.stability", default=0.5, low=0.0, high=1.0, step=0.05,
        ),
        Setting(
            "similarity_boost", "Likeness", "How closely it keeps to the original voice.",
            "number", "tts.params.similarity_boost", default=0.75, low=0.0, high=1.0, step=0.05,
        ),
        Setting(
            "style", "Exaggeration", "Brings out the style of the voice; above 0 the answer comes later.",
            "number", "tts.params.style", default=0.0, low=0.0, high=1.0, step=0.05,
        ),
        Setting(
            "speaker_boost", "Clearer likeness", "Closer to the original voice; the answer comes a little later.",
            "switch", "tts.params.use_speaker_boost", more=True,
        ),
        Setting(
            "model", "Model", "Flash answers first, multilingual sounds richest.",
            "choice", "tts.params.model_id", default="eleven_flash_v2_5", required=True, open=True,
            choices=(
                Choice("eleven_flash_v2_5", "Flash 2.5", "fastest, 32 languages"),
                Choice("eleven_turbo_v2_5", "Turbo 2.5", "fast"),
                Choice("eleven_multilingual_v2", "Multilingual 2", "richest, slower"),
            ),
        ),
        Setting(
            "latency", "Hurry", "Higher answers sooner and pronounces numbers and names less well.",
            "whole", "tts.params.optimize_streaming_latency", low=0, high=4, step=1, more=True,
        ),
        rate("tts.params.sample_rate", 24_000, (16_000, 22_050, 24_000, 44_100)),
        address("tts.params.base_url", "wss://api.elevenlabs.io/v1", "base_url"),
    ),
)  # fmt: skip

CARTESIA = Vendor(
    role="tts",
    id="cartesia",
    label="Cartesia",
    help="Very quick voices, also cloned ones, with your own account.",
    docs=f"{DOCS}/tts/cartesia",
    fixed={"tts.vendor": "cartesia", "tts.params.voice.mode": "id", "tts.params.output_format.container": "raw"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_key", "CARTESIA_API_KEY"),
        voice(
            "tts.params.voice.id",
            (
                Choice("694f9389-aac1-45b6-b726-9d9369183238", "Sarah", "friendly", "en-US", "female"),
                Choice("79a125e8-cd45-4c13-8a67-188112f4dd22", "British lady", "elegant", "en-GB", "female"),
                Choice("a0e99841-438c-4a64-b679-ae501e7d6091", "Barbershop man", "relaxed", "en-US", "male"),
            ),
            "694f9389-aac1-45b6-b726-9d9369183238",
        ),
        Setting(
            "model", "Model", "Which model speaks.",
            "choice", "tts.params.model_id", default="sonic-2", required=True, open=True,
            choices=(Choice("sonic-2", "Sonic 2"), Choice("sonic-3", "Sonic 3"), Choice("sonic-turbo", "Sonic Turbo", "fastest")),
        ),
        language("tts.params.language", lang.SHORT, "en", "What the agent speaks.", required=False),
        rate("tts.params.output_format.sample_rate", 16_000),
        address("tts.params.base_url", "wss://api.cartesia.ai", "base_url"),
    ),
)  # fmt: skip

DEEPGRAM = Vendor(
    role="tts",
    id="deepgram",
    label="Deepgram",
    help="Deepgram's quick Aura voices, with your own account.",
    docs=f"{DOCS}/tts/deepgram",
    fixed={"tts.vendor": "deepgram"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_key", "DEEPGRAM_API_KEY"),
        voice(
            "tts.params.model",
            (
                Choice("aura-2-thalia-en", "Thalia", "clear and energetic", "en-US", "female"),
                Choice("aura-2-andromeda-en", "Andromeda", "casual", "en-US", "female"),
                Choice("aura-2-helena-en", "Helena", "caring", "en-US", "female"),
                Choice("aura-2-apollo-en", "Apollo", "confident", "en-US", "male"),
                Choice("aura-2-arcas-en", "Arcas", "natural", "en-US", "male"),
                Choice("aura-2-aries-en", "Aries", "warm", "en-US", "male"),
                Choice("aura-asteria-en", "Asteria", "older model", "en-US", "female"),
                Choice("aura-orion-en", "Orion", "older model", "en-US", "male"),
            ),
            "aura-2-thalia-en",
        ),
        rate("tts.params.sample_rate", 24_000, (8_000, 16_000, 24_000, 32_000, 48_000)),
        address("tts.params.base_url", "wss://api.deepgram.com/v1/speak", "base_url"),
    ),
)

HUMEAI = Vendor(
    role="tts",
    id="humeai",
    label="Hume AI",
    help="Voices that carry emotion, with your own account.",
    docs=f"{DOCS}/tts/humeai",
    fixed={"tts.vendor": "humeai"},
    voice="voice",
    settings=(
        key("tts.params.key", "HUME_API_KEY"),
        typed_voice("tts.params.voice_id", "Id of a voice from Hume's library or of your own."),
        Setting(
            "provider", "Where the voice is from", "",
            "choice", "tts.params.provider", default="HUME_AI", required=True,
            choices=(Choice("HUME_AI", "Hume's library"), Choice("CUSTOM_VOICE", "My own voices")),
        ),
        speed("tts.params.speed", 0.25, 3.0, usual=(0.5, 2.0)),
        Setting(
            "trailing_silence", "Pause after a sentence", "",
            "number", "tts.params.trailing_silence", default=0.35, low=0.0, high=5.0, step=0.05, unit="s", more=True,
        ),
        Setting(
            "config_id", "Configuration", "Id of a configuration in Hume's portal. Outdated: choose a voice instead.",
            "line", "tts.params.config_id", high=100, more=True,
        ),
        address("tts.params.base_url", "https://api.hume.ai", "base_url"),
    ),
)  # fmt: skip

RIME = Vendor(
    role="tts",
    id="rime",
    label="Rime",
    help="Voices that sound like people on the phone, with your own account.",
    docs=f"{DOCS}/tts/rime",
    fixed={"tts.vendor": "rime"},
    voice="voice",
    settings=(
        account("tts", BYOK),
        key("tts.params.api_key", "RIME_API_KEY", when=OWN_ACCOUNT),
        voice(
            "tts.params.speaker",
            (
                Choice("cove", "Cove", "for Mist 2", "en-US", "male"),
                Choice("luna", "Luna", "for Arcana", "en-US", "female"),
                Choice("astra", "Astra", "for Arcana", "en-US", "female"),
                Choice("celeste", "Celeste", "for Arcana", "en-US", "female"),
                Choice("orion", "Orion", "for Arcana", "en-US", "male"),
                Choice("ursa", "Ursa", "for Arcana", "en-US", "male"),
            ),
            "cove",
            required=False,
        ),
        Setting(
            "model", "Model", "Each has voices of its own.",
            "choice", "tts.params.modelId", default="mistv2", required=True, open=True,
            choices=(Choice("mistv2", "Mist 2", "fastest"), Choice("arcana", "Arcana", "most natural")),
        ),
        address("tts.params.base_url", "wss://users.rime.ai/ws2", "base_url"),
    ),
)  # fmt: skip

FISHAUDIO = Vendor(
    role="tts",
    id="fishaudio",
    label="Fish Audio",
    help="A large library of voices, also cloned ones, with your own account.",
    docs=f"{DOCS}/tts/fish-audio",
    fixed={"tts.vendor": "fishaudio"},
    voice="voice",
    settings=(
        key("tts.params.api_key", "FISH_API_KEY"),
        typed_voice("tts.params.reference_id", "Id of a voice in Fish Audio's library: the last part of its address."),
        Setting(
            "backend", "Model", "Which model speaks.",
            "choice", "tts.params.backend", default="speech-1.5", required=True, open=True,
            choices=(Choice("speech-1.5", "Speech 1.5"), Choice("speech-1.6", "Speech 1.6"), Choice("s1", "S1")),
        ),
    ),
)  # fmt: skip

SARVAM = Vendor(
    role="tts",
    id="sarvam",
    label="Sarvam",
    help="Voices for eleven languages of India, with your own account.",
    docs=f"{DOCS}/tts/sarvam",
    fixed={"tts.vendor": "sarvam"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_subscription_key", "SARVAM_API_KEY"),
        voice(
            "tts.params.speaker",
            (
                Choice("anushka", "Anushka", gender="female"), Choice("manisha", "Manisha", gender="female"),
                Choice("vidya", "Vidya", gender="female"), Choice("arya", "Arya", gender="female"),
                Choice("abhilash", "Abhilash", gender="male"), Choice("karun", "Karun", gender="male"),
                Choice("hitesh", "Hitesh", gender="male"),
            ),
            "anushka",
        ),
        Setting(
            "language", "Language", "What the agent speaks.",
            "choice", "tts.params.target_language_code", default="en-IN", required=True, choices=lang.INDIAN,
        ),
        speed("tts.params.pace", 0.3, 3.0, usual=(0.5, 2.0)),
        Setting(
            "pitch", "Pitch", "Below 0 deeper, above 0 sharper.",
            "number", "tts.params.pitch", default=0.0, low=-0.75, high=0.75, step=0.05, more=True,
        ),
        Setting(
            "loudness", "Loudness", "1 is normal.",
            "number", "tts.params.loudness", default=1.0, low=0.1, high=3.0, step=0.1, unit="×", more=True,
        ),
        rate("tts.params.sample_rate", 24_000, (8_000, 16_000, 22_050, 24_000)),
    ),
)  # fmt: skip

MURF = Vendor(
    role="tts",
    id="murf",
    label="Murf",
    help="Studio voices in many languages, with your own account.",
    docs=f"{DOCS}/tts/murf",
    fixed={"tts.vendor": "murf"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_key", "MURF_API_KEY"),
        voice(
            "tts.params.voiceId",
            (
                Choice("Matthew", "Matthew", "", "en-US", "male"), Choice("Natalie", "Natalie", "", "en-US", "female"),
                Choice("Ariana", "Ariana", "", "en-US", "female"), Choice("Ken", "Ken", "", "en-US", "male"),
            ),
            "Natalie", required=False,
        ),
        Setting(
            "speed", "Speaking speed", "0 is normal speech, below slower, above faster.",
            "number", "tts.params.rate", default=0, low=-50, high=50, step=1, unit="%",
        ),
        Setting(
            "pitch", "Pitch", "0 is the voice as it is.",
            "number", "tts.params.pitch", default=0, low=-50, high=50, step=1, unit="%", more=True,
        ),
        Setting(
            "locale", "Accent", "Empty: the voice's own.",
            "choice", "tts.params.locale", open=True, more=True, choices=lang.COMMON,
        ),
        Setting(
            "model", "Model", "Which model speaks.",
            "choice", "tts.params.model", default="FALCON", open=True, more=True,
            choices=(Choice("FALCON", "Falcon", "fast"), Choice("GEN2", "Gen 2")),
        ),
        rate("tts.params.sample_rate", 24_000),
        address("tts.params.base_url", "wss://global.api.murf.ai/v1/speech/stream-input", "base_url"),
    ),
)  # fmt: skip

GRADIUM = Vendor(
    role="tts",
    id="gradium",
    label="Gradium",
    help="Gradium's streaming voices, with your own account.",
    docs=f"{DOCS}/tts/gradium",
    fixed={"tts.vendor": "gradium"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_key", "GRADIUM_API_KEY"),
        typed_voice("tts.params.voice_id", "Id of a voice of your Gradium account. Empty: the vendor's default.", required=False),
        Setting(
            "model", "Model", "As Gradium calls it.", "line", "tts.params.model_name", default="default", high=100, more=True
        ),
        rate("tts.params.sample_rate", 16_000),
        address("tts.params.url", "wss://api.gradium.ai/api/speech/tts"),
    ),
)

TYPECAST = Vendor(
    role="tts",
    id="typecast",
    label="Typecast",
    help="Actors' voices with moods, with your own account.",
    docs=f"{DOCS}/tts/typecast",
    fixed={"tts.vendor": "typecast"},
    voice="voice",
    settings=(
        key("tts.params.api_key", "TYPECAST_API_KEY"),
        voice(
            "tts.params.voice_id",
            (Choice("tc_60e5426de8b95f1d3000d7b5", "Example voice", "of the documentation"),),
            "tc_60e5426de8b95f1d3000d7b5",
        ),
        Setting(
            "model", "Model", "Which model speaks.",
            "choice", "tts.params.model", default="ssfm-v30", required=True, open=True,
            choices=(Choice("ssfm-v30", "SSFM 3.0"), Choice("ssfm-v21", "SSFM 2.1")),
        ),
    ),
)  # fmt: skip

SMALLESTAI = Vendor(
    role="tts",
    id="smallestai",
    label="Smallest AI",
    help="Smallest AI's quick Lightning voices, with your own account.",
    docs=f"{DOCS}/tts/smallest-ai",
    fixed={"tts.vendor": "smallestai"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_key", "SMALLEST_API_KEY"),
        voice("tts.params.voice_id", (Choice("hazel", "Hazel", "for Lightning 3.1 Pro"),), "hazel", required=False),
        speed("tts.params.speed", 0.5, 2.0),
        Setting(
            "model", "Model", "Each has voices of its own.",
            "choice", "tts.params.model", default="lightning_v3.1_pro", open=True,
            choices=(Choice("lightning_v3.1_pro", "Lightning 3.1 Pro"), Choice("lightning_v3.1", "Lightning 3.1")),
        ),
        language("tts.params.language", lang.SHORT, "en", "What the agent speaks.", required=False),
        Setting(
            "number_language", "Language of numbers", "When numbers are to be said in another language.",
            "choice", "tts.params.number_pronunciation_language", open=True, more=True, choices=lang.SHORT,
        ),
        Setting(
            "math_notation", "Read formulas aloud", "As people say them, not sign by sign.",
            "switch", "tts.params.math_notation", more=True,
        ),
        Setting(
            "pronunciation", "Pronunciation lists", "Ids of lists in your account, one a line.",
            "texts", "tts.params.pronunciation_dicts", more=True,
        ),
        Setting("session_id", "Session id", "For the vendor's records.", "line", "tts.params.session_id", high=128, more=True),
        Setting("request_id", "Request id", "For the vendor's records.", "line", "tts.params.request_id", high=128, more=True),
        rate("tts.params.sample_rate", 16_000),
        address("tts.params.url", "https://api.smallest.ai/waves/v1/tts/live"),
    ),
)  # fmt: skip
