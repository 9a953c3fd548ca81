"""Which vendor's hosts each credential belongs to. Other hosts need consent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.credentials import CREDENTIALS
from greenroom.catalog.spec import Setting
from greenroom.catalog.vendors import VENDORS

#: Beside the addresses of the catalog: a vendor's other regions and products. ``*`` is one label of a name.
MORE_HOSTS: Mapping[str, tuple[str, ...]] = {
    "OPENAI_API_KEY": ("us.api.openai.com", "eu.api.openai.com"),
    "AZURE_OPENAI_API_KEY": ("*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com"),
    "AZURE_SPEECH_KEY": ("*.api.cognitive.microsoft.com", "*.tts.speech.microsoft.com", "*.stt.speech.microsoft.com"),
    "GEMINI_API_KEY": ("generativelanguage.googleapis.com",),
    "VERTEX_ACCESS_TOKEN": ("aiplatform.googleapis.com", "*-aiplatform.googleapis.com"),
    "GOOGLE_CREDENTIALS_JSON": ("speech.googleapis.com", "*-speech.googleapis.com", "texttospeech.googleapis.com",
                                "*-texttospeech.googleapis.com", "aiplatform.googleapis.com", "*-aiplatform.googleapis.com"),
    "AWS_ACCESS_KEY_ID": ("polly.*.amazonaws.com", "transcribestreaming.*.amazonaws.com", "bedrock-runtime.*.amazonaws.com"),
    "AWS_SECRET_ACCESS_KEY": ("polly.*.amazonaws.com", "transcribestreaming.*.amazonaws.com", "bedrock-runtime.*.amazonaws.com"),
    "AWS_BEARER_TOKEN_BEDROCK": ("bedrock-runtime.*.amazonaws.com", "bedrock.*.amazonaws.com"),
    "DIFY_API_KEY": ("api.dify.ai",),
    "DEEPGRAM_API_KEY": ("api.eu.deepgram.com",),
    "ASSEMBLYAI_API_KEY": ("streaming.eu.assemblyai.com", "api.eu.assemblyai.com"),
    "SPEECHMATICS_API_KEY": ("*.rt.speechmatics.com",),
    "ELEVENLABS_API_KEY": ("api.us.elevenlabs.io", "api.eu.residency.elevenlabs.io"),
    "MINIMAX_API_KEY": ("api.minimaxi.com", "api-uw.minimax.io"),
    "SMALLEST_API_KEY": ("*.smallest.ai",),
    "DASHSCOPE_API_KEY": ("dashscope-intl.aliyuncs.com",),
    "COSYVOICE_API_KEY": ("dashscope-intl.aliyuncs.com",),
}  # fmt: skip


@lru_cache
def hosts_of(name: str) -> frozenset[str]:
    """Host names and patterns of a credential's vendor; empty if none is known."""
    hosts = set(MORE_HOSTS.get(name, ()))
    proofs = (credential.proof for credential in CREDENTIALS if credential.name == name)
    hosts |= {host for proof in proofs if proof is not None for host in _host(proof.url)}
    for vendors in VENDORS.values():
        for vendor in vendors:
            if any(setting.env == name for setting in vendor.settings):
                stated = (*vendor.fixed.values(), *vendor.templates.values(), *(s.default for s in vendor.settings))
                hosts |= {host for text in stated for host in _host(text)}
    return frozenset(hosts)


def names_of_vendor(vendor_settings: tuple[Setting, ...]) -> frozenset[str]:
    """The credentials that a vendor asks for."""
    return frozenset(setting.env for setting in vendor_settings if setting.env)


def names_of_groups() -> frozenset[str]:
    """The credentials that belong to no vendor's block, such as the key of encrypted calls."""
    return frozenset(setting.env for group in GROUPS for setting in group.settings if setting.env)


def belongs(name: str, host: str) -> bool:
    """Whether this host is one of the credential's own vendor."""
    return any(_pattern(pattern).fullmatch(host) for pattern in hosts_of(name))


@lru_cache
def _pattern(host: str) -> re.Pattern[str]:
    return re.compile(re.escape(host).replace(r"\*", "[a-z0-9-]+"))


def _host(text: object) -> Iterator[str]:
    if isinstance(text, str) and text.startswith(("https://", "wss://")):
        host = urlsplit(text).hostname or ""
        if "{" not in host and "." in host:
            yield host
