"""From an agent's settings to the bodies of Agora's ``join`` and ``update``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.agora.masking import MASK, is_secret
from greenroom.catalog import rules
from greenroom.model.agent import Settings


@dataclass(frozen=True, slots=True)
class Room:
    """What belongs to one call: where the agent goes, as whom, and whom it listens to."""

    channel: str
    agent_uid: int
    agent_token: str
    user_uid: int


def join_body(name: str, settings: Settings, room: Room, credentials: Mapping[str, str]) -> dict[str, Any]:
    """The body of ``POST …/join``. ``name`` must be unique among the project's running agents."""
    properties = rules.payload(settings, credentials)
    # One explicit uid, never "*": a second viewer must not talk to somebody else's agent, and an avatar is a publisher too.
    properties |= {
        "channel": room.channel,
        "token": room.agent_token,
        "agent_rtc_uid": str(room.agent_uid),
        "remote_rtc_uids": [str(room.user_uid)],
        "enable_string_uid": False,
    }
    return {"name": name, "properties": properties}


def update_body(settings: Settings, credentials: Mapping[str, str]) -> dict[str, Any]:
    """The body of ``POST …/update``: what can change while the agent runs.

    ``llm.params`` replaces the whole object at Agora's side, so it is sent complete.
    """
    llm = rules.payload(settings, credentials).get("llm", {})
    return {"properties": {"llm": {key: llm[key] for key in ("system_messages", "params") if key in llm}}}


def redacted(body: Any) -> Any:
    """The same body with every secret and token replaced by a fixed mark, for showing and storing."""
    if isinstance(body, dict):
        return {k: MASK if is_secret(k) and v else redacted(v) for k, v in body.items()}
    if isinstance(body, list):
        return [redacted(item) for item in body]
    return body
