"""The vendors of each role, in the Studio's order."""

from __future__ import annotations

from collections.abc import Mapping

from greenroom.catalog.asr import ASR
from greenroom.catalog.avatar import AVATAR
from greenroom.catalog.llm import LLM
from greenroom.catalog.mllm import MLLM
from greenroom.catalog.spec import Role, Vendor
from greenroom.catalog.tts import TTS

VENDORS: Mapping[Role, tuple[Vendor, ...]] = {"asr": ASR, "llm": LLM, "tts": TTS, "mllm": MLLM, "avatar": AVATAR}

#: The vendor that stands for "not at all", in roles that can be left out.
NONE = "none"

#: What a role is called on the screen.
ROLE_LABELS: Mapping[Role, str] = {
    "asr": "Speech recognition vendor",
    "llm": "Language model vendor",
    "tts": "Voice vendor",
    "mllm": "Realtime model",
    "avatar": "Avatar vendor",
}
