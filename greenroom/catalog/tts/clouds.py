"""Voices of the large clouds and model makers, with an account of one's own."""

from greenroom.catalog import languages as lang
from greenroom.catalog.parts import DOCS, key, language, rate, speed, typed_voice, voice
from greenroom.catalog.spec import Choice, Setting, Vendor

MICROSOFT = Vendor(
    role="tts",
    id="microsoft",
    label="Microsoft Azure",
    help="Hundreds of voices in over a hundred languages, with your own Azure account.",
    docs=f"{DOCS}/tts/microsoft",
    fixed={"tts.vendor": "microsoft"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.key", "AZURE_SPEECH_KEY"),
        voice(
            "tts.params.voice_name",
            (
                Choice("en-US-AvaMultilingualNeural", "Ava", "speaks many languages", "en-US", "female"),
                Choice("en-US-AndrewMultilingualNeural", "Andrew", "speaks many languages", "en-US", "male"),
                Choice("en-US-EmmaMultilingualNeural", "Emma", "speaks many languages", "en-US", "female"),
                Choice("en-US-BrianMultilingualNeural", "Brian", "speaks many languages", "en-US", "male"),
                Choice("en-US-JennyNeural", "Jenny", "", "en-US", "female"),
                Choice("en-US-GuyNeural", "Guy", "", "en-US", "male"),
                Choice("en-GB-SoniaNeural", "Sonia", "", "en-GB", "female"),
                Choice("en-GB-RyanNeural", "Ryan", "", "en-GB", "male"),
                Choice("de-DE-KatjaNeural", "Katja", "", "de-DE", "female"),
                Choice("de-DE-ConradNeural", "Conrad", "", "de-DE", "male"),
                Choice("es-ES-ElviraNeural", "Elvira", "", "es-ES", "female"),
                Choice("es-ES-AlvaroNeural", "Álvaro", "", "es-ES", "male"),
                Choice("fr-FR-DeniseNeural", "Denise", "", "fr-FR", "female"),
                Choice("fr-FR-HenriNeural", "Henri", "", "fr-FR", "male"),
                Choice("it-IT-ElsaNeural", "Elsa", "", "it-IT", "female"),
                Choice("it-IT-DiegoNeural", "Diego", "", "it-IT", "male"),
                Choice("pt-BR-FranciscaNeural", "Francisca", "", "pt-BR", "female"),
                Choice("pt-BR-AntonioNeural", "Antônio", "", "pt-BR", "male"),
                Choice("hi-IN-SwaraNeural", "Swara", "", "hi-IN", "female"),
                Choice("hi-IN-MadhurNeural", "Madhur", "", "hi-IN", "male"),
                Choice("ja-JP-NanamiNeural", "Nanami", "", "ja-JP", "female"),
                Choice("ja-JP-KeitaNeural", "Keita", "", "ja-JP", "male"),
                Choice("ko-KR-SunHiNeural", "Sun-Hi", "", "ko-KR", "female"),
                Choice("ko-KR-InJoonNeural", "InJoon", "", "ko-KR", "male"),
                Choice("zh-CN-XiaoxiaoNeural", "Xiaoxiao", "", "zh-CN", "female"),
                Choice("zh-CN-YunxiNeural", "Yunxi", "", "zh-CN", "male"),
            ),
            "en-US-AvaMultilingualNeural",
        ),
        speed("tts.params.speed", 0.5, 2.0),
        Setting(
            "volume", "Loudness", "100 is loudest.",
            "number", "tts.params.volume", default=100, low=0, high=100, step=1, unit="%", more=True,
        ),
        Setting(
            "region", "Azure region", "Where your speech resource is.",
            "choice", "tts.params.region", default="eastus", required=True, open=True,
            choices=(
                Choice("eastus", "East US"), Choice("westus2", "West US 2"), Choice("westeurope", "West Europe"),
                Choice("northeurope", "North Europe"), Choice("southeastasia", "South-east Asia"),
                Choice("japaneast", "Japan East"),
            ),
        ),
        rate("tts.params.sample_rate", 24_000, (8_000, 16_000, 24_000, 48_000)),
    ),
)  # fmt: skip

GOOGLE = Vendor(
    role="tts",
    id="google",
    label="Google Cloud",
    help="Google's Chirp and Neural voices, with your own Google Cloud project.",
    docs=f"{DOCS}/tts/google",
    fixed={"tts.vendor": "google"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.credentials", "GOOGLE_CREDENTIALS_JSON", "Service account (JSON)", "credentials_json"),
        voice(
            "tts.params.VoiceSelectionParams.name",
            (
                Choice("en-US-Chirp3-HD-Aoede", "Aoede", "breezy", "en-US", "female"),
                Choice("en-US-Chirp3-HD-Charon", "Charon", "informative", "en-US", "male"),
                Choice("en-US-Chirp3-HD-Kore", "Kore", "firm", "en-US", "female"),
                Choice("en-US-Chirp3-HD-Puck", "Puck", "upbeat", "en-US", "male"),
                Choice("en-US-Chirp3-HD-Leda", "Leda", "youthful", "en-US", "female"),
                Choice("en-US-Chirp3-HD-Fenrir", "Fenrir", "excitable", "en-US", "male"),
                Choice("en-US-Neural2-C", "Neural2 C", "", "en-US", "female"),
                Choice("en-US-Neural2-A", "Neural2 A", "", "en-US", "male"),
                Choice("en-GB-Chirp3-HD-Kore", "Kore", "", "en-GB", "female"),
                Choice("de-DE-Chirp3-HD-Kore", "Kore", "", "de-DE", "female"),
                Choice("de-DE-Chirp3-HD-Charon", "Charon", "", "de-DE", "male"),
                Choice("es-ES-Chirp3-HD-Kore", "Kore", "", "es-ES", "female"),
                Choice("fr-FR-Chirp3-HD-Kore", "Kore", "", "fr-FR", "female"),
                Choice("hi-IN-Chirp3-HD-Kore", "Kore", "", "hi-IN", "female"),
            ),
            "en-US-Chirp3-HD-Aoede",
        ),
        speed("tts.params.AudioConfig.speaking_rate", 0.25, 2.0),
        rate("tts.params.AudioConfig.sample_rate_hertz", 24_000),
    ),
)  # fmt: skip

AMAZON = Vendor(
    role="tts",
    id="amazon",
    label="Amazon Polly",
    help="Amazon's voices, with your own AWS account.",
    docs=f"{DOCS}/tts/amazon",
    fixed={"tts.vendor": "amazon"},
    voice="voice",
    settings=(
        key("tts.params.aws_access_key_id", "AWS_ACCESS_KEY_ID", "Access key id", "access_key_id"),
        key("tts.params.aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "Secret access key", "secret_access_key"),
        voice(
            "tts.params.voice",
            (
                Choice("Joanna", "Joanna", "", "en-US", "female"),
                Choice("Matthew", "Matthew", "", "en-US", "male"),
                Choice("Ruth", "Ruth", "", "en-US", "female"),
                Choice("Stephen", "Stephen", "", "en-US", "male"),
                Choice("Danielle", "Danielle", "", "en-US", "female"),
                Choice("Gregory", "Gregory", "", "en-US", "male"),
                Choice("Amy", "Amy", "", "en-GB", "female"),
                Choice("Arthur", "Arthur", "", "en-GB", "male"),
                Choice("Kajal", "Kajal", "", "en-IN", "female"),
                Choice("Vicki", "Vicki", "", "de-DE", "female"),
                Choice("Daniel", "Daniel", "", "de-DE", "male"),
                Choice("Lucia", "Lucia", "", "es-ES", "female"),
                Choice("Sergio", "Sergio", "", "es-ES", "male"),
                Choice("Lea", "Léa", "", "fr-FR", "female"),
                Choice("Remi", "Rémi", "", "fr-FR", "male"),
                Choice("Bianca", "Bianca", "", "it-IT", "female"),
                Choice("Adriano", "Adriano", "", "it-IT", "male"),
                Choice("Kazuha", "Kazuha", "", "ja-JP", "female"),
                Choice("Takumi", "Takumi", "", "ja-JP", "male"),
            ),
            "Joanna",
        ),
        Setting(
            "engine", "Engine", "How the voice is made; not every voice has each.",
            "choice", "tts.params.engine", default="neural", required=True,
            choices=(
                Choice("neural", "Neural"), Choice("generative", "Generative", "most natural"),
                Choice("long-form", "Long form", "for reading"), Choice("standard", "Standard", "older"),
            ),
        ),
        Setting(
            "region", "AWS region", "Where Polly runs.",
            "choice", "tts.params.region_name", default="us-east-1", required=True, open=True,
            choices=(
                Choice("us-east-1", "N. Virginia"), Choice("us-west-2", "Oregon"), Choice("eu-west-1", "Ireland"),
                Choice("eu-central-1", "Frankfurt"), Choice("ap-southeast-1", "Singapore"), Choice("ap-northeast-1", "Tokyo"),
            ),
        ),
    ),
)  # fmt: skip

XAI = Vendor(
    role="tts",
    id="xai",
    label="xAI",
    help="xAI's expressive voices, with your own account.",
    docs=f"{DOCS}/tts/xai",
    fixed={"tts.vendor": "xai"},
    voice="voice",
    rate="sample_rate",
    settings=(
        key("tts.params.api_key", "XAI_API_KEY"),
        voice(
            "tts.params.voice_id",
            (
                Choice("eve", "Eve", "", gender="female"),
                Choice("ara", "Ara", "", gender="female"),
                Choice("rex", "Rex", "", gender="male"),
                Choice("leo", "Leo", "", gender="male"),
                Choice("sal", "Sal", "", gender="neutral"),
            ),
            "eve",
            required=False,
        ),
        language("tts.params.language", (*lang.SHORT, *lang.COMMON), "en", "What the agent speaks."),
        rate("tts.params.sample_rate", 24_000),
    ),
)

MISTRAL = Vendor(
    role="tts",
    id="mistral",
    label="Mistral",
    help="Mistral's Voxtral voices, with your own account.",
    docs=f"{DOCS}/tts/mistral",
    fixed={"tts.vendor": "mistral"},
    voice="voice",
    settings=(
        key("tts.params.api_key", "MISTRAL_API_KEY"),
        typed_voice("tts.params.voice", "Id of a voice of your Mistral account. Empty: the vendor's default.", required=False),
        Setting(
            "model", "Model", "Which model speaks.",
            "choice", "tts.params.model", default="voxtral-mini-tts-2603", open=True,
            choices=(Choice("voxtral-mini-tts-2603", "Voxtral mini TTS"),),
        ),
    ),
)  # fmt: skip

GEMINI = Vendor(
    role="tts",
    id="gemini",
    label="Google Gemini",
    help="Expressive voices that follow instructions; [laughs] and the like are acted, and stay in the transcript.",
    docs=f"{DOCS}/tts/gemini",
    fixed={"tts.vendor": "gemini"},
    market="preview",
    voice="voice",
    settings=(
        key("tts.params.api_key", "GEMINI_API_KEY"),
        voice(
            "tts.params.voice",
            (
                Choice("Puck", "Puck", "upbeat", gender="male"),
                Choice("Kore", "Kore", "firm", gender="female"),
                Choice("Aoede", "Aoede", "breezy", gender="female"),
                Choice("Charon", "Charon", "informative", gender="male"),
                Choice("Zephyr", "Zephyr", "bright", gender="female"),
                Choice("Fenrir", "Fenrir", "excitable", gender="male"),
                Choice("Leda", "Leda", "youthful", gender="female"),
                Choice("Orus", "Orus", "firm", gender="male"),
                Choice("Sulafat", "Sulafat", "warm", gender="female"),
                Choice("Achird", "Achird", "friendly", gender="male"),
            ),
            "Puck",
        ),
        Setting(
            "style", "How it speaks", "Mood, pace and accent in your words, such as: warm and reassuring.",
            "prose", "tts.params.style", high=2_000,
        ),
        Setting(
            "model", "Model", "Which model speaks.",
            "choice", "tts.params.model", default="gemini-3.8-flash-tts", required=True, open=True,
            choices=(Choice("gemini-3.8-flash-tts", "Gemini 3.8 Flash TTS"),),
        ),
    ),
)  # fmt: skip
