"""Builds the bodies of Agora's ``join`` and ``update`` from an agent's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog import rules
from greenroom.catalog.secrecy import without_secrets
from greenroom.model.agent import Settings
from greenroom.redaction import SECRETS


@dataclass(frozen=True, slots=True)
class CallParticipants:
    """The participants of one call: channel, agent, caller and avatar.

    An avatar publishes video and audio under its own uid with its own token; ``app_id`` is for avatar services that
    join by themselves. Raises ValueError when two of the uids are the same.
    """

    channel: str
    agent_uid: int
    agent_token: str
    user_uid: int
    avatar_uid: int | None = None
    avatar_token: str = ""
    app_id: str = ""

    def __post_init__(self) -> None:
        uids = [uid for uid in (self.agent_uid, self.user_uid, self.avatar_uid) if uid is not None]
        if len(set(uids)) < len(uids):
            raise ValueError("agent, caller and avatar need different uids")


def join_body(name: str, settings: Settings, participants: CallParticipants, credentials: Mapping[str, str]) -> dict[str, Any]:
    """The body of ``POST …/join``. ``name`` must be unique among the project's running agents."""
    properties = rules.payload(settings, credentials)
    # One explicit uid instead of "*": a second viewer must not talk to this agent, and an avatar publishes too.
    properties |= {
        "channel": participants.channel,
        "token": participants.agent_token,
        "agent_rtc_uid": str(participants.agent_uid),
        "remote_rtc_uids": [str(participants.user_uid)],
    }
    if "prompt.greeting_mode" not in settings and not rules.realtime(settings):  # neither set nor explicitly not set
        _greet_once(properties)
    avatar = properties.get("avatar")
    if isinstance(avatar, dict) and avatar.get("enable") is True:
        _add_avatar_identity(avatar, participants)
    return {"name": name, **rules.top_level(settings), "properties": properties}


def _greet_once(properties: dict[str, Any]) -> None:
    """Greet the call's one caller once, unless the agent's own settings say otherwise.

    Agora's default greets whoever joins an empty channel: a caller who reloads the page would hear the greeting again.
    """
    llm = properties.get("llm")
    greeting = llm.get("greeting_message") if isinstance(llm, dict) else None
    if isinstance(llm, dict) and isinstance(greeting, str) and greeting:
        configs = llm.get("greeting_configs", {})
        if isinstance(configs, dict):
            llm["greeting_configs"] = {"mode": "single_first", **configs}


def _add_avatar_identity(avatar: dict[str, Any], participants: CallParticipants) -> None:
    """Add the uid and token with which an avatar joins this channel. Raises ValueError if it has no uid."""
    if participants.avatar_uid is None:
        raise ValueError("an agent with an avatar needs a uid for it")
    given = avatar.get("params")
    params = dict(given) if isinstance(given, dict) else {}
    params |= {"agora_uid": str(participants.avatar_uid), "agora_token": participants.avatar_token}
    if avatar.get("vendor") == "generic":
        params |= {"agora_appid": participants.app_id, "agora_channel": participants.channel}
    avatar["params"] = params


def update_body(settings: Settings, credentials: Mapping[str, str]) -> dict[str, Any]:
    """The body of ``POST …/update``: what can change while the agent runs.

    Agora replaces ``params`` as a whole, so it is sent complete. For a realtime model it includes the prompt.
    """
    properties = rules.payload(settings, credentials)
    if rules.realtime(settings):
        return {"properties": {"mllm": {"params": properties["mllm"].get("params", {})}}}
    llm = properties.get("llm", {})
    return {"properties": {"llm": {key: llm[key] for key in ("system_messages", "params") if key in llm}}}


def redacted(body: Any) -> Any:
    """The body without secrets and tokens, found by name or by value, for display and storage."""
    return SECRETS.json(without_secrets(body))
