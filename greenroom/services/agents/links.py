"""Links that carry an agent, a version and changed settings: ``?agent=…&version=3&set.turns.silence=900``. Never a secret.

A link only proposes changes: :func:`offer` previews them, and a click in the Studio saves them.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from greenroom.catalog.faults import fault, sentence
from greenroom.catalog.rules import VENDORS, label_of, setting_of, vendor_key
from greenroom.catalog.secrecy import without_secrets
from greenroom.catalog.spec import Setting
from greenroom.errors import NotAllowed
from greenroom.loopback import is_loopback
from greenroom.model.agent import AgentId, Draft, Settings
from greenroom.services.agents.agent_service import AgentService

AGENT, VERSION, SET = "agent", "version", "set."
#: As in Agora's own samples. Here such a link opens the page with Launch in view; a press starts the call.
AUTOCONNECT = "autoconnect"
#: Longer addresses are cut by mail programs, chats and proxies.
LENGTH_MAX = 8_000
#: Kinds of settings that are written as JSON in a link.
_JSON = frozenset({"many", "texts", "map", "rows", "json", "number", "whole", "switch"})

_NO_SECRETS = "contains a secret. Add keys in Settings → Credentials; links can't set them."


#: Who can open an address: only this computer, its own network, or anyone.
Reach = Literal["computer", "network", "anyone"]


def reach(address: str) -> Reach:
    """Who can open this address, as far as its host says: a host name other than localhost counts as open to anyone."""
    host = (urlsplit(address).hostname or "localhost").rstrip(".")
    if is_loopback(host):
        return "computer"
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return "network" if host.endswith(".local") or "." not in host else "anyone"
    if ip.is_unspecified:
        return "computer"
    return "network" if ip.is_private or ip.is_link_local else "anyone"


@dataclass(frozen=True, slots=True)
class Link:
    """A parsed link. ``changes`` are by setting key; None removes a setting. ``refused`` gives the reasons for rejected
    settings, by key. ``autoconnect`` points at Launch on open."""

    agent_id: AgentId
    version: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    autoconnect: bool = False


@dataclass(frozen=True, slots=True)
class LinkOffer:
    """A link applied to an agent: ``settings`` is the resulting draft."""

    draft: Draft
    settings: Settings
    refused: Mapping[str, str]


def write(link: Link) -> str:
    """The link's query string without the question mark. Raises NotAllowed for settings that a link can't contain."""
    for key, value in link.changes.items():
        if reason := refusal(key, value):
            raise NotAllowed(sentence(label_of(key), reason), advice="Remove this setting from the link.")
    pairs = [(AGENT, str(link.agent_id))]
    if link.version is not None:
        pairs.append((VERSION, str(link.version)))
    if link.autoconnect:
        pairs.append((AUTOCONNECT, "true"))
    pairs += [(f"{SET}{key}", _as_text(key, value)) for key, value in link.changes.items()]
    query = urlencode(pairs)
    if len(query) > LENGTH_MAX:
        raise NotAllowed(
            f"This link is too long: {len(query):,} characters, the limit is {LENGTH_MAX:,}.",
            advice="Remove the longest text, or launch once and link to that version.",
        )
    return query


def read(query: Mapping[str, str]) -> Link | None:
    """Parse a URL's query; None if it names no agent. Never raises."""
    if not query.get(AGENT):
        return None
    changes: dict[str, Any] = {}
    refused: dict[str, str] = {}
    version = query.get(VERSION, "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) <= 9 else None
    if version and number is None:
        refused[VERSION] = f"{version[:20]!r} isn't a version number."
    for name, text in query.items():
        if not name.startswith(SET):
            continue
        key = name.removeprefix(SET)
        try:
            value = _as_value(key, text)
        except (ValueError, RecursionError):
            refused[key] = "is invalid."
            continue
        reason = refusal(key, value)
        if reason:
            refused[key] = reason
        else:
            changes[key] = value
    return Link(AgentId(query[AGENT]), number, changes, refused, query.get(AUTOCONNECT) == "true")


def refusal(key: str, value: Any) -> str:
    """Why a link can't contain this setting and value; "" if it can."""
    if key in _VENDORS_OF:
        return "" if value in _VENDORS_OF[key] else f"has no vendor {str(value)[:40]!r}."
    setting = setting_of(key)
    if setting is None:
        return "isn't a setting."
    if setting.kind == "secret" or without_secrets(value) != value:
        return _NO_SECRETS
    return fault(setting, value)


def offer(agents: AgentService, link: Link) -> LinkOffer:
    """Apply the link to the agent's current draft without saving. Raises NotFound for an unknown agent."""
    draft = agents.draft(link.agent_id)
    refused = dict(link.refused)
    base = draft.settings
    if link.version is not None:
        version = next((v for v in agents.versions.of(link.agent_id) if v.number == link.version), None)
        if version is None:
            refused[VERSION] = f"{link.version} doesn't exist for this agent."
        else:
            base = version.settings
    settings = {**base, **link.changes}
    return LinkOffer(draft, settings, refused)


_VENDORS_OF: Mapping[str, list[str]] = {vendor_key(role): [v.id for v in vendors] for role, vendors in VENDORS.items()}


def _as_text(key: str, value: Any) -> str:
    setting = setting_of(key)
    if value is None:
        return ""
    return value if isinstance(value, str) and not _is_json(setting) else json.dumps(value, separators=(",", ":"))


def _as_value(key: str, text: str) -> Any:
    """Parse a setting's value from the query. Raises ValueError for invalid text."""
    setting = setting_of(key)
    if setting is not None and setting.kind == "choice":
        value = next((c.value for c in setting.choices if text == _as_text(key, c.value)), None)
        return value if value is not None else text or None
    if not _is_json(setting):
        return text
    return json.loads(text, parse_constant=_refuse) if text else None


def _is_json(setting: Setting | None) -> bool:
    return setting is not None and setting.kind in _JSON


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} isn't valid JSON")
