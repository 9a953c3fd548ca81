"""Everything about the connection and the account: regions, encryption, labels, data retention, what only experts touch."""

from greenroom.catalog.spec import Choice, Group, Setting

_AREAS = (
    Choice("NORTH_AMERICA", "North America"),
    Choice("EUROPE", "Europe"),
    Choice("ASIA", "Asia"),
    Choice("INDIA", "India"),
    Choice("JAPAN", "Japan"),
)

ADVANCED = Group(
    id="advanced",
    label="Advanced",
    help="Regions, encryption, labels and other things that most agents leave alone.",
    docs="https://docs.agora.io/en/conversational-ai/rest-api/agent/join",
    settings=(
        Setting(
            "labels", "Labels",
            "Come back with every webhook, for your own bookkeeping.",
            "map", "labels", high=50,
        ),
        Setting(
            "area", "Where agents may run",
            "The region of the servers that carry the agent.",
            "choice", "geofence.area", choices=(Choice("GLOBAL", "Anywhere"), *_AREAS),
        ),
        Setting(
            "exclude_area", "Area to avoid",
            "Only when agents may run anywhere.",
            "choice", "geofence.exclude_area", choices=_AREAS, when=(("area", ("GLOBAL",)),),
        ),
        Setting(
            "scenario", "Sound of the connection",
            "How the network treats the agent's sound.",
            "choice", "parameters.audio_scenario", more=True,
            choices=(Choice("default", "Default"), Choice("chorus", "Chorus", "lowest delay"), Choice("aiserver", "AI server")),
        ),
        Setting(
            "opt_out", "Keep no data",
            "Agora retains nothing of what is said.",
            "switch", "parameters.opt_out", more=True,
        ),
        Setting(
            "sal", "Listen to one speaker only (beta)",
            "Selective attention locking: other voices in the room are ignored.",
            "switch", "advanced_features.enable_sal", more=True, realtime="",
            docs="https://docs.agora.io/en/conversational-ai/develop/selective-attention-locking",
        ),
        Setting(
            "sal_mode", "Whom it listens to",
            "",
            "choice", "sal.sal_mode", more=True, when=(("sal", (True,)),), realtime="",
            choices=(
                Choice("locking", "Whoever speaks first"),
                Choice("recognition", "A known voice", "needs a recording and your own model"),
            ),
        ),
        Setting(
            "sal_samples", "Recording of the voice",
            "One name and the address of a recording: PCM, 16 kHz, mono, 10 to 15 s.",
            "map", "sal.sample_urls", required=True, high=1, more=True,
            when=(("sal", (True,)), ("sal_mode", ("recognition",))), realtime="",
        ),
        Setting(
            "encryption", "Encryption of sound and picture",
            "Everybody in the channel must use the same.",
            "choice", "rtc.encryption_mode", more=True,
            choices=(
                Choice(1, "AES-128-XTS"), Choice(2, "AES-128-ECB"), Choice(3, "AES-256-XTS"), Choice(4, "SM4-128-ECB"),
                Choice(5, "AES-128-GCM"), Choice(6, "AES-256-GCM"), Choice(7, "AES-128-GCM2", "needs a salt"),
                Choice(8, "AES-256-GCM2", "needs a salt"),
            ),
        ),
        Setting(
            "encryption_key", "Encryption key",
            "Taken from this credential on the server.",
            "secret", "rtc.encryption_key", env="RTC_ENCRYPTION_KEY", more=True, required=True,
            when=(("encryption", (1, 2, 3, 4, 5, 6, 7, 8)),),
        ),
        Setting(
            "encryption_salt", "Encryption salt",
            "32 bytes as base64.",
            "line", "rtc.encryption_salt", required=True, high=64, more=True, when=(("encryption", (7, 8)),),
        ),
        Setting(
            "pipeline", "Published agent",
            "Id of an agent made in Agora's console. What is set here overrules it.",
            "line", "^pipeline_id", high=64, more=True,
        ),
        Setting(
            "extra", "Other properties",
            "JSON that is added to what is sent: for fields that Greenroom does not know yet. What is set above wins.",
            "json", "", shape="merge", more=True,
        ),
    ),
)  # fmt: skip
