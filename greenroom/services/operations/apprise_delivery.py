"""Sends an alert through Apprise: chats, email, telephones. Apprise is imported when the first such target is used."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from greenroom.http_security.addresses import is_private
from greenroom.http_security.connect_guard import public_connections
from greenroom.loopback import is_loopback
from greenroom.model.alert import ALERT_KINDS
from greenroom.services.agents.name_lookup import addresses_of
from greenroom.services.operations.alert_delivery import AlertNotDelivered, BadAlertTarget, private_address

if TYPE_CHECKING:
    from apprise import NotifyBase

#: Schemes without TLS. They are accepted for this computer alone, as for webhooks.
_PLAIN = ("json", "xml", "form")
_ADVICE = "Enter an Apprise address, such as slack://…, mailtos://… or jsons://hooks.example.com. See docs/sharing.md."


def service_at(address: str) -> tuple[str, str]:
    """What the service is called, and ``host:port`` where the address names a host ("" = the vendor's own).

    Raises BadAlertTarget for an unknown or unencrypted one.
    """
    service = _service(address)
    return str(service.service_name), _place(service)


def notify(address: str, payload: Mapping[str, Any], allowed: str = "") -> None:
    """Raises AlertNotDelivered, BadAlertTarget; the message holds the host at most. ``allowed``: as for webhooks."""
    service = _service(address)
    place = _place(service)
    if place and place != allowed and any(map(is_private, addresses_of(place.rpartition(":")[0].strip("[]")))):
        raise private_address(place)
    title = ALERT_KINDS.get(payload.get("type"), "Test")  # type: ignore[call-overload]
    with public_connections(allowed) as refused:  # a name may lead elsewhere by now
        try:
            delivered = service.notify(title=f"Greenroom: {title.lower()}", body=_body(payload))
        except Exception as error:  # a plugin of Apprise may raise anything
            raise AlertNotDelivered(f"{service.service_name} failed ({type(error).__name__}).") from None
    if refused:
        raise private_address(place or str(service.service_name))
    if not delivered:
        raise AlertNotDelivered(f"{service.service_name} didn't accept the message.")


def _service(address: str) -> NotifyBase:
    import apprise

    for name in ("apprise", "urllib3"):  # they log addresses and paths, which are secrets
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asset = apprise.AppriseAsset(secure_logging=True, async_mode=False, plugin_paths=[], http_redirects=False)
    service = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if service is None or not isinstance(service, apprise.NotifyBase):
        raise BadAlertTarget("Apprise doesn't know this address, or part of it is missing.", field="url", advice=_ADVICE)
    _require_safe(service, urlsplit(address))
    service.redirects = False
    return service


def _place(service: NotifyBase) -> str:
    """``host:port`` of the mail server, or of a service whose addresses name a host; "" for a vendor's own host."""
    host = getattr(service, "smtp_host", "") or (service.host if any("{host}" in form for form in service.templates) else "")
    shown = f"[{host}]" if ":" in (host or "") else host
    return f"{shown}:{service.port or 443}".lower() if host else ""


def _require_safe(service: NotifyBase, parts: Any) -> None:
    secure = service.secure_protocol or ()
    encrypted = parts.scheme.lower() in ((secure,) if isinstance(secure, str) else secure)
    if not encrypted and not (parts.scheme.lower() in _PLAIN and is_loopback(parts.hostname or "")):
        advice = "Use its encrypted form, such as jsons:// or ntfys://."
        raise BadAlertTarget("This address isn't encrypted.", field="url", advice=advice)
    if not service.verify_certificate:
        advice = "Remove verify=no from it."
        raise BadAlertTarget("This address doesn't check the server's certificate.", field="url", advice=advice)


def _body(payload: Mapping[str, Any]) -> str:
    data = payload.get("data")
    lines = [f"{name}: {value}" for name, value in data.items()] if isinstance(data, Mapping) else []
    return "\n".join([*lines, f"id: {payload.get('id', '')}"])
