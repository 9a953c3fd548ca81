"""The vendors of each role, in the Studio's order, and those for blocks that no vendor's form fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from greenroom.catalog.asr import ASR
from greenroom.catalog.avatar import AVATAR
from greenroom.catalog.llm import LLM
from greenroom.catalog.mllm import MLLM
from greenroom.catalog.spec import Choice, Role, Setting, Vendor
from greenroom.catalog.tts import TTS

#: The vendor that stands for "not at all", in roles that can be left out.
NONE = "none"
#: The block is not sent: Agora's default or a published agent applies.
UNSET = "unset"
#: A vendor that the catalog has no form for: its block is sent as it was imported.
OTHER = "other"

#: What a role is called on the screen.
ROLE_LABELS: Mapping[Role, str] = {
    "asr": "Speech recognition vendor",
    "llm": "Language model vendor",
    "tts": "Voice vendor",
    "mllm": "Realtime model",
    "avatar": "Avatar vendor",
}
_DOCS = "https://docs.agora.io/en/conversational-ai/rest-api/agent/join"


def _with_unsent(vendor: Vendor) -> Vendor:
    """The vendor with a setting for the fixed parts that Agora fills in by itself."""
    optional = tuple(path for path in (*vendor.fixed, *vendor.templates) if not path.endswith(".enable"))
    if not optional:
        return vendor
    setting = Setting(
        "unsent",
        "Leave out",
        "Parts of the request to leave out, so that Agora's own defaults apply.",
        "many",
        "",
        more=True,
        choices=tuple(Choice(path, path) for path in optional),
    )
    return replace(vendor, settings=(*vendor.settings, setting))


def _unset(role: Role) -> Vendor:
    help = "Sends no vendor: Agora's default or the published agent applies."
    return Vendor(role=role, id=UNSET, label="Not set", help=help, docs=_DOCS, settings=())


def _other(role: Role) -> Vendor:
    block = Setting("block", "Settings", "Sent unchanged. Write keys as ${NAME}.", "json", role, shape="merge", required=True)
    help = "A vendor that Greenroom has no form for. Its settings are kept and sent unchanged."
    return Vendor(role=role, id=OTHER, label="Another vendor (JSON)", help=help, docs=_DOCS, settings=(block,))


def _all(role: Role, vendors: tuple[Vendor, ...]) -> tuple[Vendor, ...]:
    listed = tuple(_with_unsent(vendor) for vendor in vendors)
    return (*listed, _other(role)) if role in ("mllm", "avatar") else (*listed, _other(role), _unset(role))


VENDORS: Mapping[Role, tuple[Vendor, ...]] = {
    "asr": _all("asr", ASR),
    "llm": _all("llm", LLM),
    "tts": _all("tts", TTS),
    "mllm": _all("mllm", MLLM),
    "avatar": _all("avatar", AVATAR),
}
