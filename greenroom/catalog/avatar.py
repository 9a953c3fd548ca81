"""Vendors of avatars (Agora's ``avatar`` block). Call-specific fields (uid, token, channel) are added at launch."""

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
        "The avatar's ID in your vendor account.",
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
        "Additional parameters",
        "JSON passed to the vendor unchanged. Use it for settings that aren't listed above.",
        "json",
        _PARAMS,
        shape="merge",
        more=True,
    )


NONE = Vendor(
    role="avatar",
    id="none",
    label="No avatar",
    help="Audio only.",
    docs="https://docs.agora.io/en/conversational-ai/models/avatar/overview",
    settings=(),
)

#: The vendor name with which the twin draws the chosen character.
DRAWN_ADDRESS = "https://avatars.localhost/greenroom"
GREENROOM = Vendor(
    role="avatar",
    id="greenroom",
    label="Greenroom face",
    help="A drawn character, animated on this computer. Free, no key, works with any voice. Offline only.",
    docs=f"{DOCS}/avatar/generic",
    fixed=_fixed("generic", DRAWN_ADDRESS),
    settings=(
        _avatar(
            *(Choice(face.id, face.label, face.style, gender=face.gender) for face in FACES),
            default=FACES[0].id,
        ),
    ),
)

_AKOOL = Vendor(
    role="avatar",
    id="akool",
    label="Akool",
    help="Requires a voice with a 16 kHz sample rate.",
    docs=f"{DOCS}/avatar/akool",
    fixed=_fixed("akool"),
    needs_rate=16_000,
    settings=(
        _avatar(Choice("dvp_Tristan_cloth2_1080P", "Tristan", "public avatar", gender="male")),
        key(f"{_PARAMS}.api_key", "AKOOL_API_KEY"),
        _others(),
    ),
)

_LIVEAVATAR = Vendor(
    role="avatar",
    id="liveavatar",
    label="LiveAvatar (HeyGen)",
    help="Requires a voice with a 24 kHz sample rate.",
    docs=f"{DOCS}/avatar/heygen",
    fixed=_fixed("liveavatar"),
    needs_rate=24_000,
    settings=(
        _avatar(Choice("65f9e3c9-d48b-4118-b73a-4ae2e3cbb8f0", "Documentation example"), required=False),
        Setting(
            "quality",
            "Quality",
            "Video quality. Lower it if callers have slow connections.",
            "choice",
            f"{_PARAMS}.quality",
            default="high",
            required=True,
            choices=_QUALITY,
        ),
        key(f"{_PARAMS}.api_key", "LIVEAVATAR_API_KEY"),
        Setting(
            "no_idle",
            "Disable idle timeout",
            "Keeps the avatar in the channel during long silences.",
            "switch",
            f"{_PARAMS}.disable_idle_timeout",
            more=True,
        ),
        Setting(
            "idle",
            "Idle timeout",
            "How long without speech before the avatar leaves.",
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
    help="The voice must use the sample rate set here.",
    docs=f"{DOCS}/avatar/anam",
    fixed=_fixed("anam"),
    rate="sample_rate",
    settings=(
        _avatar(Choice("960f614f-ea88-47c3-9883-f02094f70874", "Documentation example")),
        Setting(
            "quality",
            "Quality",
            "Video quality. Lower it if callers have slow connections.",
            "choice",
            f"{_PARAMS}.quality",
            default="high",
            choices=_QUALITY,
        ),
        key(f"{_PARAMS}.api_key", "ANAM_API_KEY"),
        rate(f"{_PARAMS}.sample_rate", 24_000, (16_000, 24_000, 48_000)),
        Setting(
            "encoding",
            "Video codec",
            "How the video is encoded. Keep H.264 unless all browsers support AV1.",
            "choice",
            f"{_PARAMS}.video_encoding",
            more=True,
            choices=(Choice("H264", "H.264", "most compatible"), Choice("AV1", "AV1", "better quality at the same bitrate")),
        ),
        Setting(
            "model",
            "Avatar model",
            "The model that renders the avatar. If not set, the vendor decides.",
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
    help="Animates an image. Set an agent, an image URL or an image: exactly one.",
    docs=f"{DOCS}/avatar/lemonslice",
    fixed={**_fixed("generic", "https://lemonslice.com/api/liveai/agora"), f"{_PARAMS}.avatar_id": "lemonslice"},
    settings=(
        Setting(
            "agent_id", "LemonSlice agent", "The agent's ID in your LemonSlice account.", "line", f"{_PARAMS}.agent_id", high=200
        ),
        Setting("image_url", "Image URL", "A face seen from the front.", "line", f"{_PARAMS}.agent_image_url", high=2048),
        Setting(
            "image",
            "Image (base64)",
            "The face as a base64-encoded image, instead of a URL.",
            "prose",
            f"{_PARAMS}.agent_image_base64",
            high=7_000_000,
            more=True,
        ),
        key(f"{_PARAMS}.api_key", "LEMONSLICE_API_KEY"),
        Setting(
            "shape",
            "Aspect ratio",
            "Width to height.",
            "choice",
            f"{_PARAMS}.aspect_ratio",
            more=True,
            choices=(Choice("2x3", "2:3"), Choice("9x16", "9:16", "phone"), Choice("1x1", "Square")),
        ),
        _others(),
    ),
)

_PROTOFACE = Vendor(
    role="avatar",
    id="protoface",
    label="Protoface",
    help="Stock avatars or your own.",
    docs=f"{DOCS}/avatar/generic",
    fixed=_fixed("generic", "https://api.protoface.com/v1/agora"),
    settings=(
        _avatar(Choice("av_stock_001", "Stock avatar 1"), default="av_stock_001"),
        key(f"{_PARAMS}.api_key", "PROTOFACE_API_KEY"),
        _others(),
    ),
)

_TAVUS = Vendor(
    role="avatar",
    id="tavus",
    label="Tavus",
    help="Lifelike avatars. Use Tavus's face ID as the avatar.",
    docs=f"{DOCS}/avatar/tavus",
    fixed=_fixed("generic", "https://tavusapi.com/v2/conversations/agora"),
    settings=(_avatar(), key(f"{_PARAMS}.api_key", "TAVUS_API_KEY"), _others()),
)

_GENERIC = Vendor(
    role="avatar",
    id="generic",
    label="Other vendor (generic)",
    help="Any service with Agora's avatar protocol. Offline, Greenroom shows its own characters instead.",
    docs=f"{DOCS}/avatar/generic",
    fixed=_fixed("generic"),
    settings=(
        _avatar(*(Choice(face.id, face.label, f"{face.style}; offline") for face in FACES), default=FACES[0].id),
        Setting(
            "api_base_url",
            "URL",
            "The vendor's endpoint for Agora. Not used offline.",
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
        Setting("app_id", "App ID", "The app ID of your SenseTime account.", "line", f"{_PARAMS}.appId", high=200),
        key(f"{_PARAMS}.app_key", "SENSETIME_APP_KEY", "App key", "app_key"),
        Setting(
            "scenes",
            "Scenes",
            "One per avatar.",
            "rows",
            f"{_PARAMS}.sceneList",
            high=20,
            columns=(
                Setting("face", "Face", "The feature ID of the face.", "line", f"{_ROLE}.face_feature_id", high=200),
                Setting("url", "Model", "URL of the avatar package.", "line", f"{_ROLE}.url", high=2048),
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
    help="For Agora's service in China. The voice must use the sample rate set here.",
    docs=DOCS_CN,
    market="cn",
    fixed=_fixed("spatius"),
    rate="sample_rate",
    settings=(
        Setting(
            "app_id",
            "App ID",
            "The app ID of your Spatius account.",
            "line",
            f"{_PARAMS}.spatius_app_id",
            required=True,
            high=200,
        ),
        _avatar(path=f"{_PARAMS}.spatius_avatar_id"),
        key(f"{_PARAMS}.spatius_api_key", "SPATIUS_API_KEY"),
        Setting(
            "region",
            "Region",
            "Where the avatar is rendered. Choose one near your callers.",
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
            "Max session length",
            "How long the avatar may stay in a call.",
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
    GREENROOM,
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
