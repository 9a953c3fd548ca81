"""Voices that Agora's own account can pay for, so that no key is needed; or one's own."""

from greenroom.catalog.parts import DOCS, OWN_ACCOUNT, account, address, key, rate, speed, voice
from greenroom.catalog.spec import Choice, Setting, Vendor

OPENAI = Vendor(
    role="tts",
    id="openai",
    label="OpenAI",
    help="No key needed: Agora holds the account. Offline, Greenroom's own voices stand in.",
    docs=f"{DOCS}/tts/openai",
    fixed={"tts.vendor": "openai"},
    voice="voice",
    rate=24_000,
    settings=(
        voice(
            "tts.params.voice",
            (
                Choice("coral", "Coral", "warm and clear", gender="female"),
                Choice("onyx", "Onyx", "low and calm", gender="male"),
                Choice("shimmer", "Shimmer", "bright and quick", gender="female"),
                Choice("alloy", "Alloy", "even", gender="neutral"),
                Choice("ash", "Ash", "clear", gender="male"),
                Choice("echo", "Echo", "friendly", gender="male"),
                Choice("fable", "Fable", "a storyteller", gender="male"),
                Choice("nova", "Nova", "lively", gender="female"),
                Choice("sage", "Sage", "calm", gender="female"),
            ),
            "coral",
        ),
        speed("tts.params.speed", 0.25, 4.0, usual=(0.5, 2.0)),
        account("tts"),
        key("tts.params.api_key", "OPENAI_API_KEY", when=OWN_ACCOUNT),
        Setting(
            "model", "Model", "Agora's account has TTS 1; your own has all of them.",
            "choice", "tts.params.model", default="tts-1", open=True,
            choices=(
                Choice("tts-1", "TTS 1", "fast"),
                Choice("tts-1-hd", "TTS 1 HD", "own account only"),
                Choice("gpt-4o-mini-tts", "GPT-4o mini TTS", "own account only, follows instructions"),
            ),
        ),
        Setting(
            "instructions", "How it speaks", "Mood, pace and accent in your words. GPT-4o mini TTS only.",
            "prose", "tts.params.instructions", high=4_000,
            when=(*OWN_ACCOUNT, ("model", ("gpt-4o-mini-tts",))),
        ),
        address("tts.params.base_url", "https://api.openai.com/v1", "base_url", when=OWN_ACCOUNT),
    ),
)  # fmt: skip

#: A mix of voices takes the place of one.
_ONE, _MIX = "one", "mix"

MINIMAX = Vendor(
    role="tts",
    id="minimax",
    label="MiniMax",
    help="Expressive voices in many languages; through Agora's account or your own.",
    docs=f"{DOCS}/tts/minimax",
    fixed={"tts.vendor": "minimax"},
    voice="voice",
    rate="sample_rate",
    settings=(
        Setting(
            "mixing", "One voice or a mix", "",
            "choice", "", default=_ONE, more=True,
            choices=(Choice(_ONE, "One voice"), Choice(_MIX, "A mix of voices", "makes a voice of your own")),
        ),
        Setting(
            "voice", "Voice", "Who speaks. Other voices of the vendor can be typed by their id.",
            "choice", "tts.params.voice_setting.voice_id", default="English_captivating_female1", required=True, open=True,
            when=(("mixing", (_ONE,)),),
            choices=(
                Choice("English_captivating_female1", "Captivating woman", "", "en-US", "female"),
                Choice("English_Graceful_Lady", "Graceful lady", "", "en-GB", "female"),
                Choice("English_radiant_girl", "Radiant girl", "", "en-US", "female"),
                Choice("English_Trustworth_Man", "Trustworthy man", "", "en-US", "male"),
                Choice("English_Persuasive_Man", "Persuasive man", "", "en-US", "male"),
                Choice("English_expressive_narrator", "Expressive narrator", "for stories", "en-GB"),
                Choice("hindi_female_1_v2", "Hindi woman 1", "", "hi-IN", "female"),
                Choice("hindi_female_2_v1", "Hindi woman 2", "", "hi-IN", "female"),
                Choice("hindi_male_1_v2", "Hindi man", "", "hi-IN", "male"),
                Choice("female-shaonv", "Young woman", "", "zh-CN", "female"),
            ),
        ),
        Setting(
            "timber_weights", "Voices to mix", "Each with its share from 1 to 100.",
            "rows", "tts.params.timber_weights", required=True, high=4, more=True, when=(("mixing", (_MIX,)),),
            columns=(
                Setting("voice_id", "Voice", "Its id.", "line", "voice_id", required=True, high=200),
                Setting("weight", "Share", "", "whole", "weight", low=1, high=100, required=True),
            ),
        ),
        speed("tts.params.voice_setting.speed", 0.5, 2.0),
        account("tts"),
        key("tts.params.key", "MINIMAX_API_KEY", when=OWN_ACCOUNT),
        Setting(
            "group_id", "Group id", "Of your MiniMax account.",
            "line", "tts.params.group_id", required=True, high=64, when=OWN_ACCOUNT,
        ),
        Setting(
            "model", "Model", "Agora's account has the 2.6 and 2.8 turbo models; your own has all of them.",
            "choice", "tts.params.model", default="speech-2.8-turbo", required=True, open=True,
            choices=(
                Choice("speech-2.8-turbo", "Speech 2.8 turbo", "newest"),
                Choice("speech-2.6-turbo", "Speech 2.6 turbo"),
                Choice("speech-02-turbo", "Speech 02 turbo", "own account only"),
                Choice("speech-01-turbo", "Speech 01 turbo", "own account only"),
            ),
        ),
        Setting(
            "emotion", "Mood", "Empty: what the words suggest.",
            "choice", "tts.params.voice_setting.emotion", open=True,
            choices=(
                Choice("neutral", "Neutral"), Choice("happy", "Happy"), Choice("sad", "Sad"), Choice("angry", "Angry"),
                Choice("fearful", "Fearful"), Choice("disgusted", "Disgusted"), Choice("surprised", "Surprised"),
            ),
        ),
        Setting(
            "volume", "Loudness", "1 is normal.",
            "number", "tts.params.voice_setting.vol", low=0.1, high=10.0, step=0.1, unit="×", more=True,
        ),
        Setting(
            "pitch", "Pitch", "In half tones; 0 is the voice as it is.",
            "whole", "tts.params.voice_setting.pitch", low=-12, high=12, step=1, unit="half tones", more=True,
        ),
        Setting(
            "language_boost", "Language", "Helps with names and dialects of this language.",
            "choice", "tts.params.language_boost", open=True, more=True,
            choices=(
                Choice("auto", "Whatever is written"), Choice("English", "English"), Choice("Chinese", "Chinese"),
                Choice("Spanish", "Spanish"), Choice("French", "French"), Choice("German", "German"),
                Choice("Hindi", "Hindi"), Choice("Japanese", "Japanese"), Choice("Korean", "Korean"),
                Choice("Portuguese", "Portuguese"), Choice("Italian", "Italian"), Choice("Arabic", "Arabic"),
            ),
        ),
        Setting(
            "pronunciation", "Pronunciation", "One word a line, with a slash and how it is said: omg/oh my god.",
            "texts", "tts.params.pronunciation_dict.tone", high=200, more=True,
        ),
        Setting(
            "english_normalization", "Read English numbers well", "Costs a little time.",
            "switch", "tts.params.voice_setting.english_normalization", more=True,
        ),
        Setting(
            "latex_read", "Read formulas aloud", "Formulas in LaTeX are spoken as people say them.",
            "switch", "tts.params.voice_setting.latex_read", more=True,
        ),
        rate("tts.params.audio_setting.sample_rate", 44_100, (8_000, 16_000, 22_050, 24_000, 32_000, 44_100), required=True),
        address("tts.params.url", "wss://api.minimax.io/ws/v1/t2a_v2"),
    ),
)  # fmt: skip
