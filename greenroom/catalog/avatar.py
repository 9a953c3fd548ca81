"""Vendors of avatars (Agora's ``avatar`` block). What belongs to one call (uid, token, channel) is put in when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog.parts import DOCS, DOCS_CN, key, rate
from greenroom.catalog.spec import Choice, Setting, Vendor
from greenroom.portraits.characters import FACES

_PARAMS = "avatar.params"
_QUALITY = (Choice("high", "High", "720p"), Choice("medium", "Medium", "480p"), Choice("low", "Low", "360p"))


def _fixed(vendor: str, api: str = "") -> Mapping[str, Any]:
    always = {"avatar.enable": True, "avatar.vendor": vendor}
    return always | {f"{_PARAMS}.api_base_url": api} if api else always


def _avatar(*choices: Choice, default: str | None = None, required: bool = True, path: str = f"{_PARAMS}.avatar_id") -> Setting:
    return Setting(
        "avatar_id",
        "Avatar",
        "Which face. Its id stands in your account at the vendor.",
        "choice",
        path,
        default=default,
        required=required,
        open=True,
        high=200,
        choices=choices,
    )


def _others() -> Setting:
    return Setting(
        "params",
        "Other parameters",
        "Sent to the vendor as they are, beside those above.",
        "json",
        _PARAMS,
        shape="merge",
        more=True,
    )


NONE = Vendor(
    role="avatar",
    id="none",
    label="No avatar",
    help="The agent is heard, not seen.",
    docs="https://docs.agora.io/en/conversational-ai/models/avatar/overview",
    settings=(),
)

_AKOOL = Vendor(
    role="avatar",
    id="akool",
    label="Akool",
    help="Needs a voice at 16 kHz.",
    docs=f"{DOCS}/avatar/akool",
    fixed=_fixed("akool"),
    needs_rate=16_000,
    settings=(
        _avatar(Choice("dvp_Tristan_cloth2_1080P", "Tristan", "a public one", gender="male")),
        key(f"{_PARAMS}.api_key", "AKOOL_API_KEY"),
        _others(),
    ),
)

_LIVEAVATAR = Vendor(
    role="avatar",
    id="liveavatar",
    label="LiveAvatar (HeyGen)",
    help="Needs a voice at 24 kHz.",
    docs=f"{DOCS}/avatar/heygen",
    fixed=_fixed("liveavatar"),
    needs_rate=24_000,
    settings=(
        _avatar(Choice("65f9e3c9-d48b-4118-b73a-4ae2e3cbb8f0", "The one of the documentation"), required=False),
        Setting(
            "quality",
            "Quality",
            "Higher needs a better connection.",
            "choice",
            f"{_PARAMS}.quality",
            default="high",
            required=True,
            choices=_QUALITY,
        ),
        key(f"{_PARAMS}.api_key", "LIVEAVATAR_API_KEY"),
        Setting(
            "no_idle",
            "Stays for ever",
            "On: it does not leave when nothing happens.",
            "switch",
            f"{_PARAMS}.disable_idle_timeout",
            more=True,
        ),
        Setting(
            "idle",
            "Idle time-out",
            "It leaves after so long without a word.",
            "whole",
            f"{_PARAMS}.activity_idle_timeout",
            low=1,
            high=86_400,
            usual=(30, 3600),
            step=10,
            unit="s",
            more=True,
            when=(("no_idle", (None, False)),),
        ),
        _others(),
    ),
)

_ANAM = Vendor(
    role="avatar",
    id="anam",
    label="Anam",
    help="Takes speech at the rate that is said here: the voice must speak at the same.",
    docs=f"{DOCS}/avatar/anam",
    fixed=_fixed("anam"),
    rate="sample_rate",
    settings=(
        _avatar(Choice("960f614f-ea88-47c3-9883-f02094f70874", "The one of the documentation")),
        Setting(
            "quality",
            "Quality",
            "Higher needs a better connection.",
            "choice",
            f"{_PARAMS}.quality",
            default="high",
            choices=_QUALITY,
        ),
        key(f"{_PARAMS}.api_key", "ANAM_API_KEY"),
        rate(f"{_PARAMS}.sample_rate", 24_000, (16_000, 24_000, 48_000)),
        Setting(
            "encoding",
            "Encoding of the picture",
            "",
            "choice",
            f"{_PARAMS}.video_encoding",
            more=True,
            choices=(Choice("H264", "H.264", "plays everywhere"), Choice("AV1", "AV1", "better at the same rate")),
        ),
        Setting(
            "model",
            "Model of the face",
            "",
            "choice",
            f"{_PARAMS}.avatar_model",
            open=True,
            high=100,
            more=True,
            choices=(Choice("cara_mk4", "Cara 4", "portrait"),),
        ),
        Setting(
            "width",
            "Width",
            "Set width and height together, or neither.",
            "whole",
            f"{_PARAMS}.video_width",
            low=16,
            high=4096,
            usual=(320, 1920),
            step=2,
            unit="px",
            more=True,
        ),
        Setting(
            "height",
            "Height",
            "Set width and height together, or neither.",
            "whole",
            f"{_PARAMS}.video_height",
            low=16,
            high=4096,
            usual=(320, 1920),
            step=2,
            unit="px",
            more=True,
        ),
        _others(),
    ),
)

_LEMONSLICE = Vendor(
    role="avatar",
    id="lemonslice",
    label="LemonSlice",
    help="Brings a picture to life: say which agent, or which picture, exactly one of them.",
    docs=f"{DOCS}/avatar/lemonslice",
    fixed={**_fixed("generic", "https://lemonslice.com/api/liveai/agora"), f"{_PARAMS}.avatar_id": "lemonslice"},
    settings=(
        Setting("agent_id", "LemonSlice agent", "Its id in your account.", "line", f"{_PARAMS}.agent_id", high=200),
        Setting(
            "image_url", "Address of a picture", "A face, seen from the front.", "line", f"{_PARAMS}.agent_image_url", high=2048
        ),
        Setting("image", "Picture as base64", "", "prose", f"{_PARAMS}.agent_image_base64", high=7_000_000, more=True),
        key(f"{_PARAMS}.api_key", "LEMONSLICE_API_KEY"),
        Setting(
            "shape",
            "Shape of the picture",
            "Width to height.",
            "choice",
            f"{_PARAMS}.aspect_ratio",
            more=True,
            choices=(Choice("2x3", "2 to 3"), Choice("9x16", "9 to 16", "phone"), Choice("1x1", "Square")),
        ),
        _others(),
    ),
)

_PROTOFACE = Vendor(
    role="avatar",
    id="protoface",
    label="Protoface",
    help="Faces from stock or your own.",
    docs=f"{DOCS}/avatar/generic",
    fixed=_fixed("generic", "https://api.protoface.com/v1/agora"),
    settings=(
        _avatar(Choice("av_stock_001", "Stock face 1"), default="av_stock_001"),
        key(f"{_PARAMS}.api_key", "PROTOFACE_API_KEY"),
        _others(),
    ),
)

_TAVUS = Vendor(
    role="avatar",
    id="tavus",
    label="Tavus",
    help="Lifelike faces; the avatar is the face id.",
    docs=f"{DOCS}/avatar/tavus",
    fixed=_fixed("generic", "https://tavusapi.com/v2/conversations/agora"),
    settings=(_avatar(), key(f"{_PARAMS}.api_key", "TAVUS_API_KEY"), _others()),
)

_GENERIC = Vendor(
    role="avatar",
    id="generic",
    label="Another vendor (generic)",
    help="Any service that speaks Agora's protocol for avatars. Offline, Greenroom's own characters stand in.",
    docs=f"{DOCS}/avatar/generic",
    fixed=_fixed("generic"),
    settings=(
        _avatar(*(Choice(face.id, face.label, f"{face.style}; offline") for face in FACES), default=FACES[0].id),
        Setting(
            "api_base_url",
            "Address",
            "Of the vendor's service for Agora. Offline nothing is asked there.",
            "line",
            f"{_PARAMS}.api_base_url",
            default="https://avatars.localhost",
            required=True,
            high=2048,
        ),
        key(f"{_PARAMS}.api_key", "AVATAR_API_KEY"),
        _others(),
    ),
)

_ROLE = "digital_role"
_SENSETIME = Vendor(
    role="avatar",
    id="sensetime",
    label="SenseTime",
    help="For Agora's service in China.",
    docs=DOCS_CN,
    market="cn",
    fixed=_fixed("sensetime"),
    settings=(
        Setting("app_id", "App id", "Of your SenseTime account.", "line", f"{_PARAMS}.appId", required=True, high=200),
        key(f"{_PARAMS}.app_key", "SENSETIME_APP_KEY", "App key", "app_key"),
        Setting(
            "scenes",
            "Scenes",
            "One a face.",
            "rows",
            f"{_PARAMS}.sceneList",
            required=True,
            high=20,
            columns=(
                Setting("face", "Face", "Its feature id.", "line", f"{_ROLE}.face_feature_id", high=200),
                Setting("url", "Model", "Address of the avatar's package.", "line", f"{_ROLE}.url", high=2048),
                Setting("x", "Position x", "", "number", f"{_ROLE}.position.x"),
                Setting("y", "Position y", "", "number", f"{_ROLE}.position.y"),
            ),
        ),
        _others(),
    ),
)

_SPATIUS = Vendor(
    role="avatar",
    id="spatius",
    label="Spatius",
    help="For Agora's service in China. Takes speech at the rate that is said here: the voice must speak at the same.",
    docs=DOCS_CN,
    market="cn",
    fixed=_fixed("spatius"),
    rate="sample_rate",
    settings=(
        Setting("app_id", "App id", "Of your Spatius account.", "line", f"{_PARAMS}.spatius_app_id", required=True, high=200),
        _avatar(path=f"{_PARAMS}.spatius_avatar_id"),
        key(f"{_PARAMS}.spatius_api_key", "SPATIUS_API_KEY"),
        Setting(
            "region",
            "Region",
            "",
            "choice",
            f"{_PARAMS}.region",
            open=True,
            high=60,
            more=True,
            choices=(Choice("cn-beijing", "Beijing"),),
        ),
        rate(f"{_PARAMS}.sample_rate", 24_000, (16_000, 24_000, 48_000)),
        Setting(
            "expires",
            "Longest session",
            "",
            "whole",
            f"{_PARAMS}.session_expire_minutes",
            low=1,
            high=1440,
            usual=(5, 120),
            step=5,
            unit="min",
            more=True,
        ),
        _others(),
    ),
)

AVATAR: tuple[Vendor, ...] = (
    NONE,
    _AKOOL,
    _LIVEAVATAR,
    _ANAM,
    _LEMONSLICE,
    _PROTOFACE,
    _TAVUS,
    _GENERIC,
    _SENSETIME,
    _SPATIUS,
)
