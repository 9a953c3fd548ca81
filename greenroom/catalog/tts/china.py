"""Voices that Agora's Chinese service offers, with an account of one's own."""

from greenroom.catalog.parts import DOCS_CN, key, rate, speed, voice
from greenroom.catalog.spec import Choice, Setting, Vendor


def _app(help: str) -> Setting:
    return Setting("app_id", "App id", help, "line", "tts.params.app_id", required=True, high=64)


TENCENT = Vendor(
    role="tts",
    id="tencent",
    label="Tencent Cloud",
    help="Tencent's voices, with your own account.",
    docs=DOCS_CN,
    fixed={"tts.vendor": "tencent"},
    market="cn",
    voice="voice",
    settings=(
        key("tts.params.secret_id", "TENCENT_SECRET_ID", "Secret id", "secret_id"),
        key("tts.params.secret_key", "TENCENT_SECRET_KEY", "Secret key", "secret_key"),
        _app("Of your Tencent Cloud account."),
        Setting(
            "voice",
            "Voice",
            "The number of the voice in Tencent's list.",
            "whole",
            "tts.params.voice_type",
            default=101001,
            low=0,
            high=9_999_999_999,
            required=True,
        ),
        Setting(
            "speed",
            "Speaking speed",
            "0 is normal speech, -2 slowest, 6 fastest.",
            "whole",
            "tts.params.speed",
            default=0,
            low=-2,
            high=6,
            step=1,
            unit="steps",
        ),
        Setting(
            "volume",
            "Loudness",
            "0 is normal.",
            "whole",
            "tts.params.volume",
            default=0,
            low=-10,
            high=10,
            step=1,
            more=True,
        ),
        Setting(
            "emotion",
            "Mood",
            "For voices that have moods.",
            "choice",
            "tts.params.emotion_category",
            open=True,
            more=True,
            choices=(Choice("neutral", "Neutral"), Choice("happy", "Happy"), Choice("sad", "Sad"), Choice("angry", "Angry")),
        ),
        Setting(
            "emotion_intensity",
            "Strength of the mood",
            "100 is normal.",
            "whole",
            "tts.params.emotion_intensity",
            low=50,
            high=200,
            step=10,
            unit="%",
            more=True,
        ),
    ),
)

BYTEDANCE = Vendor(
    role="tts",
    id="bytedance",
    label="Volcano Engine",
    help="ByteDance's voices, with your own account.",
    docs=DOCS_CN,
    fixed={"tts.vendor": "bytedance"},
    market="cn",
    voice="voice",
    settings=(
        key("tts.params.token", "BYTEDANCE_TTS_TOKEN", "Access token", "token"),
        _app("Of your Volcano Engine application."),
        Setting(
            "cluster",
            "Cluster",
            "Where the voice runs.",
            "line",
            "tts.params.cluster",
            default="volcano_tts",
            required=True,
            high=64,
            more=True,
        ),
        voice(
            "tts.params.voice_type",
            (
                Choice("BV700_streaming", "Cancan", "lively", "zh-CN", "female"),
                Choice("BV001_streaming", "General, woman", "", "zh-CN", "female"),
                Choice("BV002_streaming", "General, man", "", "zh-CN", "male"),
            ),
            "BV700_streaming",
        ),
        speed("tts.params.speed_ratio", 0.2, 3.0, usual=(0.5, 2.0)),
        Setting(
            "volume",
            "Loudness",
            "1 is normal.",
            "number",
            "tts.params.volume_ratio",
            default=1.0,
            low=0.1,
            high=3.0,
            step=0.1,
            unit="×",
            more=True,
        ),
        Setting(
            "pitch",
            "Pitch",
            "1 is the voice as it is.",
            "number",
            "tts.params.pitch_ratio",
            default=1.0,
            low=0.1,
            high=3.0,
            step=0.1,
            unit="×",
            more=True,
        ),
        Setting("emotion", "Mood", "For voices that have it, such as happy.", "line", "tts.params.emotion", high=64, more=True),
    ),
)

BYTEDANCE_DUPLEX = Vendor(
    role="tts",
    id="bytedance_duplex",
    label="Volcano Engine, streaming both ways",
    help="ByteDance's newer voices that begin to speak while the text still comes, with your own account.",
    docs=DOCS_CN,
    fixed={"tts.vendor": "bytedance_duplex"},
    market="cn",
    voice="voice",
    settings=(
        key("tts.params.token", "BYTEDANCE_TTS_TOKEN", "Access token", "token"),
        _app("Of your Volcano Engine application."),
        voice(
            "tts.params.speaker",
            (
                Choice("zh_female_shuangkuaisisi_moon_bigtts", "Shuangkuai Sisi", "brisk", "zh-CN", "female"),
                Choice("zh_male_wennuanahu_moon_bigtts", "Wennuan Ahu", "warm", "zh-CN", "male"),
            ),
            "zh_female_shuangkuaisisi_moon_bigtts",
        ),
    ),
)

COSYVOICE = Vendor(
    role="tts",
    id="cosyvoice",
    label="CosyVoice",
    help="Alibaba's CosyVoice, with your own account.",
    docs=DOCS_CN,
    fixed={"tts.vendor": "cosyvoice"},
    market="cn",
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_key", "COSYVOICE_API_KEY"),
        voice(
            "tts.params.voice",
            (
                Choice("longxiaochun", "Long Xiaochun", "for CosyVoice 1", "zh-CN", "female"),
                Choice("longwan", "Long Wan", "for CosyVoice 1", "zh-CN", "female"),
                Choice("longcheng", "Long Cheng", "for CosyVoice 1", "zh-CN", "male"),
            ),
            "longxiaochun",
        ),
        Setting(
            "model",
            "Model",
            "Each has voices of its own.",
            "choice",
            "tts.params.model",
            default="cosyvoice-v1",
            required=True,
            open=True,
            choices=(Choice("cosyvoice-v1", "CosyVoice 1"), Choice("cosyvoice-v2", "CosyVoice 2")),
        ),
        rate("tts.params.sample_rate", 16_000, required=True),
    ),
)

STEPFUN = Vendor(
    role="tts",
    id="stepfun",
    label="StepFun",
    help="StepFun's voices, with your own account.",
    docs=DOCS_CN,
    fixed={"tts.vendor": "stepfun"},
    market="cn",
    voice="voice",
    settings=(
        key("tts.params.api_key", "STEPFUN_API_KEY"),
        voice(
            "tts.params.voice_id",
            (
                Choice("cixingnansheng", "Resonant man", "", "zh-CN", "male"),
                Choice("wenrounvsheng", "Gentle woman", "", "zh-CN", "female"),
            ),
            "wenrounvsheng",
        ),
        Setting(
            "model",
            "Model",
            "Which model speaks.",
            "choice",
            "tts.params.model",
            default="step-tts-mini",
            required=True,
            open=True,
            choices=(Choice("step-tts-mini", "Step TTS mini"),),
        ),
    ),
)
