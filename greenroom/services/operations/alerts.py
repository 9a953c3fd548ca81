"""Alerts to webhooks and services that Apprise reaches: targets, what is due, and delivery with retries.

Each alert reaches a target once, whichever process sends it. A slow target holds up its own alerts, not those of others.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from threading import Thread

import httpx

from greenroom.catalog.secrecy import secrets_in
from greenroom.clock import Clock
from greenroom.errors import Conflict, GreenroomError, LimitReached, NotFound
from greenroom.http_security.addresses import looks_private, place_of
from greenroom.model.alert import ALERT_KINDS, Alert, AlertDelivery, AlertKind, AlertTarget
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.services.agents.name_lookup import NameLookup
from greenroom.services.operations import alert_rules
from greenroom.services.operations.alert_delivery import RETRY_AFTER_S, BadAlertTarget, deliver, require_address
from greenroom.services.operations.apprise_delivery import notify, service_at
from greenroom.store.alert_deliveries import AlertDeliveryStore
from greenroom.store.vault import Stored, Vault

log = logging.getLogger(__name__)

TARGETS_MAX = 10
#: Calls that ended within this time cause alerts; a process that was down longer sends none for what it missed.
LOOK_BACK = timedelta(hours=1)
KEPT = timedelta(days=7)
#: Deliveries taken in a row for one target, and how long no other process takes them: longer than they can last.
IN_A_ROW, BUSY_S = 5, 120.0

#: What is used up: today's cap, and (id, name, why) of each active guest link.
Caps = Callable[[], tuple[str, Sequence[tuple[str, str, str]]]]


class Alerts:
    """Thread-safe. The lifespan calls :meth:`tick`."""

    def __init__(
        self, clock: Clock, vault: Vault, store: AlertDeliveryStore, caps: Caps, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._clock = clock
        self._vault = vault
        self._store = store
        self._caps = caps
        self._transport = transport
        self._names = NameLookup(clock)
        self._under_way: dict[str, Thread] = {}

    def targets(self) -> list[AlertTarget]:
        """Raises VaultLocked."""
        targets = [AlertTarget(**json.loads(stored.value)) for _, stored in sorted(self._vault.read().items())]
        for target in targets:
            SECRETS.learn((target.address, target.secret, *secrets_in(target.address)))
        return [replace(target, kinds=tuple(target.kinds)) for target in targets]

    def add(self, address: str, kinds: Sequence[AlertKind], errors_percent: int = 20, latency_ms: int = 2000) -> AlertTarget:
        """Raises BadAlertTarget, LimitReached, VaultLocked. The signing secret of a webhook is new; show it once."""
        address = address.strip()
        service, host = _service_at(address)
        if not kinds or not set(kinds) <= set(ALERT_KINDS):
            raise BadAlertTarget("Choose at least one alert.", field="kinds", advice="Then add the alert.")
        if len(self._vault.read()) >= TARGETS_MAX:
            raise LimitReached(f"There are already {TARGETS_MAX} alerts.", advice="Delete one first.")
        target = AlertTarget(
            id=self._clock.new_id(12),
            address=address,
            secret="" if service else f"whsec_{self._clock.secret()}",
            kinds=tuple(kinds),
            errors_percent=errors_percent,
            latency_ms=latency_ms,
            service=service,
            host=host,
            added_at=self._clock.now().isoformat(),
        )
        self._vault.put(target.id, Stored(json.dumps(asdict(target)), self._clock.now().isoformat()))
        SECRETS.learn((target.address, target.secret, *secrets_in(target.address)))
        record("alert_target_added", target=target.id)
        return target

    def undecided(self) -> dict[str, str]:
        """Targets whose address is inside this computer's own network, by its name or by where the name leads, and that weren't
        allowed: id → place (``host:port``). Nothing is sent there."""
        places = {one.id: place for one in self.targets() if not one.allowed and (place := _place(one))}
        named = {place for place in places.values() if looks_private(f"https://{place}")}
        inside = named | self._names.leading_inside(set(places.values()) - named)
        return {target_id: place for target_id, place in places.items() if place in inside}

    def allow(self, target_id: str, place: str) -> None:
        """Let a target's alerts reach this place inside the network. Raises Conflict if it isn't the target's."""
        target = self._target(target_id)
        if place != _place(target):
            raise Conflict("This alert's address has changed.", advice="Reload the page.")
        kept = replace(target, allowed=place)
        self._vault.put(target_id, Stored(json.dumps(asdict(kept)), self._clock.now().isoformat()))
        record("alert_target_allowed", target=target_id, destination=place)

    def delete(self, target_id: str) -> None:
        """Idempotent; alerts that wait for it are given up with the next :meth:`tick`. Raises VaultLocked."""
        self._vault.remove(target_id)
        record("alert_target_deleted", target=target_id)

    def send_test(self, target_id: str) -> None:
        """Send a test at once. Raises AlertNotDelivered, or NotFound for an unknown target."""
        target = self._target(target_id)
        alert = Alert(f"test/{self._clock.new_id()}", "test", self._clock.now(), {"message": "This is a test."})
        self._deliver(target, _payload(alert))

    def recent(self) -> list[AlertDelivery]:
        """The newest deliveries."""
        return self._store.newest()

    def tick(self) -> None:
        """Find what is due, and begin to deliver it: each target on a thread of its own."""
        targets = self.targets()
        if not targets:
            return
        now = self._clock.now()
        sessions = self._store.ended_since(now - LOOK_BACK)
        today, links = self._caps()
        caps = list(alert_rules.caps(today, links, now))
        due = [
            AlertDelivery(f"{target.id}/{alert.id}", target.id, _payload(alert), now, now)
            for target in targets
            for alert in (*alert_rules.ended(target, sessions), *caps, *alert_rules.of_the_hour(target, sessions, now))
            if alert.kind in target.kinds
        ]
        self._store.add(due)
        self._store.give_up_all_but({target.id for target in targets}, "The alert was deleted.")
        for target in targets:
            if target.id not in self._under_way or not self._under_way[target.id].is_alive():
                # A daemon: what the end of the process cuts short is due again later.
                sending = Thread(target=self._send_due, args=(target,), name="alerts", daemon=True)
                self._under_way[target.id] = sending
                sending.start()
        self._store.forget(now - KEPT)

    def settle(self) -> None:
        """Wait until what is under way is delivered or has failed."""
        for sending in list(self._under_way.values()):
            sending.join()

    # ── inside

    def _target(self, target_id: str) -> AlertTarget:
        target = next((one for one in self.targets() if one.id == target_id), None)
        if target is None:
            raise NotFound("This alert was deleted.", advice="Reload the page.")
        return target

    def _send_due(self, target: AlertTarget) -> None:
        try:
            for delivery in self._store.take_due(target.id, self._clock.now(), BUSY_S, IN_A_ROW):
                self._try(delivery, target)
        except GreenroomError as error:  # the database is away; what was taken is due again later
            log.warning("alerts: %s", error)

    def _try(self, delivery: AlertDelivery, target: AlertTarget) -> None:
        problem, tries = "", delivery.tries + 1
        try:
            self._deliver(target, delivery.payload)
        except GreenroomError as error:
            problem = str(error)
        again = problem and tries <= len(RETRY_AFTER_S)
        next_at = self._clock.now() + timedelta(seconds=RETRY_AFTER_S[tries - 1]) if again else None
        self._store.tried(delivery.id, tries, problem, next_at)

    def _deliver(self, target: AlertTarget, payload: object) -> None:
        assert isinstance(payload, dict)
        record("key_used", name=f"alert {target.id}", destination=_place(target) or target.service, purpose="alert")
        if target.service:
            notify(target.address, payload, target.allowed)
            return
        at_s = int(self._clock.now().timestamp())
        deliver(target.address, target.secret, payload, at_s, target.allowed, self._transport)


def _service_at(address: str) -> tuple[str, str]:
    """The name and the place of a service that Apprise reaches; two "" for a webhook. Raises BadAlertTarget."""
    if "://" in address and not address.lower().startswith(("https:", "http:")):
        return service_at(address)
    require_address(address)
    return "", ""


def _place(target: AlertTarget) -> str:
    """``host:port`` of a target; "" for a service at its vendor's own host."""
    return target.host if target.service else place_of(target.address)


def _payload(alert: Alert) -> dict[str, object]:
    return {"id": alert.id, "type": alert.kind, "created": alert.at.isoformat(), "data": SECRETS.json(alert.data)}
