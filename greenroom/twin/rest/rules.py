"""What Agora requires of a join body beyond single fields: which need each other, which exclude each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog.crossrules import FILLER_WORDS
from greenroom.catalog.tool_checks import function_faults, server_faults
from greenroom.paths import at
from greenroom.twin.edge import LARGEST_UID, is_channel, is_uid
from greenroom.twin.rest.catalog import described_fields
from greenroom.twin.rest.checks import check
from greenroom.twin.rest.coverage import covered_roles, expected, is_realtime
from greenroom.twin.rest.fields import JOIN
from greenroom.twin.rest.reasons import InvalidFieldValue, MissingRequiredField

Body = Mapping[str, Any]


def check_join(body: Body) -> None:
    """Raise MissingRequiredField or InvalidFieldValue for the first fault of a join body."""
    check(expected(JOIN, body), body)
    check(expected(described_fields(body), body), body)
    if not is_channel(at(body, "properties.channel")):
        raise InvalidFieldValue("properties.channel", "contains a character that is not allowed in channel names")
    _uids(body)
    _avatar(body)
    _stages(body)
    _tools(body)
    _filler(body)
    _pairs(body)


def _uids(body: Body) -> None:
    texts = at(body, "properties.enable_string_uid") is True
    agent = at(body, "properties.agent_rtc_uid")
    remotes = at(body, "properties.remote_rtc_uids")
    _uid("properties.agent_rtc_uid", agent, texts)
    for remote in remotes:
        if remote != "*":
            _uid("properties.remote_rtc_uids", remote, texts)
    if agent in remotes and agent != "0":
        raise InvalidFieldValue("properties.remote_rtc_uids", "must not contain agent_rtc_uid")


def _uid(path: str, uid: str, texts: bool) -> None:
    if texts:
        if not is_uid(uid):
            raise InvalidFieldValue(path, "must be 1 to 255 characters of those allowed in user ids")
    elif not (uid.isascii() and uid.isdigit() and len(uid) <= 10 and int(uid) <= LARGEST_UID):
        raise InvalidFieldValue(path, "must be a decimal number below 2^32 unless enable_string_uid is true")


def _avatar(body: Body) -> None:
    """An avatar publishes under its own uid and lip-syncs to the voice vendor's speech."""
    if at(body, "properties.avatar.enable") is not True:
        return
    uid = at(body, "properties.avatar.params.agora_uid")
    if uid is None:
        raise MissingRequiredField("properties.avatar.params.agora_uid")
    if "*" in at(body, "properties.remote_rtc_uids"):
        raise InvalidFieldValue(
            "properties.remote_rtc_uids", "must name the caller when an avatar is used, because the avatar publishes audio too"
        )
    others = (at(body, "properties.agent_rtc_uid"), *at(body, "properties.remote_rtc_uids"))
    if str(uid) in others:
        raise InvalidFieldValue("properties.avatar.params.agora_uid", "must differ from agent_rtc_uid and remote_rtc_uids")
    if at(body, "properties.mllm.enable") is True:
        raise InvalidFieldValue("properties.avatar", "cannot be used with mllm")


def _tools(body: Body) -> None:
    """Agora checks functions even when tools are off."""
    for stage in ("llm", "mllm"):
        functions = at(body, f"properties.{stage}.tools")
        for fault in function_faults(functions) if functions else ():
            raise InvalidFieldValue(f"properties.{stage}.tools", fault.rstrip("."))
        for fault in server_faults(at(body, f"properties.{stage}.mcp_servers")):
            raise InvalidFieldValue(f"properties.{stage}.mcp_servers", fault.rstrip("."))
    tools, model = at(body, "properties.llm.tools"), at(body, "properties.llm.vendor")
    if tools and (model == "custom" or at(body, "properties.llm.style") == "dify"):
        raise InvalidFieldValue("properties.llm.tools", "cannot be used with a custom model or Dify")


def _stages(body: Body) -> None:
    """A voice and a language model are required, unless a pipeline, a preset or a realtime model provides them."""
    if is_realtime(body):
        return
    covered = covered_roles(body)
    for stage in ("tts", "llm"):
        if stage not in covered and at(body, f"properties.{stage}") is None:
            raise MissingRequiredField(f"properties.{stage}")
    provided = "llm" in covered or at(body, "properties.llm.credential_mode") == "managed"
    if not provided and not at(body, "properties.llm.url"):
        raise MissingRequiredField("properties.llm.url")


def _filler(body: Body) -> None:
    path = "properties.filler_words.content.static_config.phrases"
    phrases = at(body, path)
    if is_realtime(body) or at(body, "properties.filler_words.enable") is not True or not isinstance(phrases, list):
        return
    if any(isinstance(phrase, str) and len(phrase.split()) > FILLER_WORDS for phrase in phrases):
        raise InvalidFieldValue(path, f"must have at most {FILLER_WORDS} words in each phrase")


def _pairs(body: Body) -> None:
    if at(body, "properties.asr.keywords") and at(body, "properties.asr.vendor") not in (None, "ares"):
        raise InvalidFieldValue("properties.asr.keywords", "can only be set when properties.asr.vendor is not set or ares")
    if at(body, "properties.llm.greeting_audio_url") and not at(body, "properties.llm.greeting_message"):
        raise MissingRequiredField("properties.llm.greeting_message")
    silence = "properties.parameters.silence_config"
    if not is_realtime(body) and at(body, f"{silence}.timeout_ms") and not at(body, f"{silence}.content"):
        raise MissingRequiredField(f"{silence}.content")
    rtm = at(body, "properties.advanced_features.enable_rtm") is True
    if at(body, "properties.parameters.data_channel") == "rtm" and not rtm:
        raise InvalidFieldValue("properties.parameters.data_channel", "rtm needs advanced_features.enable_rtm")
    if at(body, "properties.geofence.exclude_area") and at(body, "properties.geofence.area") != "GLOBAL":
        raise InvalidFieldValue("properties.geofence.exclude_area", "can only be set when area is GLOBAL")
