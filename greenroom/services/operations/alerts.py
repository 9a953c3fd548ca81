"""Alerts to webhooks: targets, what is due, and delivery with retries.

Each alert reaches a target once, whichever process sends it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta

import httpx

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.model.alert import ALERT_KINDS, Alert, AlertDelivery, AlertKind, AlertTarget
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.services.operations import alert_rules
from greenroom.services.operations.alert_delivery import RETRY_AFTER_S, BadAlertTarget, deliver, require_address
from greenroom.store.alert_deliveries import AlertDeliveryStore
from greenroom.store.vault import Stored, Vault

TARGETS_MAX = 10
#: Calls of this time are looked at; a process that was away longer sends nothing about what it missed.
LOOK_BACK = timedelta(hours=1)
KEPT = timedelta(days=7)
#: Meanwhile no other process tries the same delivery.
BUSY_S = 60.0

#: What is used up: today's cap, and (id, name, why) of each active guest link.
Caps = Callable[[], tuple[str, Sequence[tuple[str, str, str]]]]


class Alerts:
    """Thread-safe. The lifespan calls :meth:`tick`."""

    def __init__(
        self, clock: Clock, vault: Vault, store: AlertDeliveryStore, caps: Caps, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._clock = clock
        self._vault = vault
        self._store = store
        self._caps = caps
        self._transport = transport

    def targets(self) -> list[AlertTarget]:
        """Raises VaultLocked."""
        found = [AlertTarget(**json.loads(stored.value)) for _, stored in sorted(self._vault.read().items())]
        for target in found:
            SECRETS.learn((target.address, target.secret))
        return [replace(target, kinds=tuple(target.kinds)) for target in found]

    def add(self, address: str, kinds: Sequence[AlertKind], errors_percent: int = 20, latency_ms: int = 2000) -> AlertTarget:
        """Raises BadAlertTarget, VaultLocked. The signing secret is new; show it once."""
        require_address(address.strip())
        if not kinds or not set(kinds) <= set(ALERT_KINDS):
            raise BadAlertTarget("Choose at least one alert.", advice="Choose what is sent, then add the webhook.")
        if len(self._vault.read()) >= TARGETS_MAX:
            raise BadAlertTarget(f"There are {TARGETS_MAX} webhooks.", advice="Delete one first.")
        secret = f"whsec_{self._clock.secret()}"
        target = AlertTarget(self._clock.new_id(12), address.strip(), secret, tuple(kinds), errors_percent, latency_ms)
        self._vault.put(target.id, Stored(json.dumps(asdict(target)), self._clock.now().isoformat()))
        SECRETS.learn((target.address, target.secret))
        record("alert_target_added", target=target.id)
        return target

    def delete(self, target_id: str) -> None:
        """Idempotent; alerts that wait for it are given up with the next :meth:`tick`. Raises VaultLocked."""
        self._vault.remove(target_id)
        record("alert_target_deleted", target=target_id)

    def send_test(self, target_id: str) -> None:
        """Send a test at once. Raises AlertNotDelivered, or BadAlertTarget for an unknown target."""
        target = next((one for one in self.targets() if one.id == target_id), None)
        if target is None:
            raise BadAlertTarget("This webhook was deleted.", advice="Reload the page.")
        alert = Alert(f"test/{self._clock.new_id()}", "test", self._clock.now(), {"message": "This is a test."})
        self._deliver(target, _payload(alert))

    def recent(self) -> list[AlertDelivery]:
        """The newest deliveries."""
        return self._store.newest()

    def tick(self) -> None:
        """Find what is due, and deliver. An error with one target doesn't affect the others."""
        targets = self.targets()
        if not targets:
            return
        now = self._clock.now()
        sessions = self._store.ended_since(now - LOOK_BACK)
        today, links = self._caps()
        common = [*alert_rules.ended(sessions), *alert_rules.caps(today, links, now)]
        for target in targets:
            for alert in (*common, *alert_rules.of_the_hour(target, sessions, now)):
                if alert.kind in target.kinds:
                    self._store.add(AlertDelivery(f"{target.id}/{alert.id}", target.id, _payload(alert), now, now))
        known = {target.id: target for target in targets}
        for delivery in self._store.take_due(now, BUSY_S):
            self._try(delivery, known.get(delivery.target))
        self._store.forget(now - KEPT)

    def _try(self, delivery: AlertDelivery, target: AlertTarget | None) -> None:
        problem, tries = "The webhook was deleted.", delivery.tries + 1
        if target is not None:
            try:
                self._deliver(target, delivery.payload)
                problem = ""
            except GreenroomError as error:
                problem = str(error)
        again = target is not None and problem and tries <= len(RETRY_AFTER_S)
        next_at = self._clock.now() + timedelta(seconds=RETRY_AFTER_S[tries - 1]) if again else None
        self._store.tried(delivery.id, tries, problem, next_at)

    def _deliver(self, target: AlertTarget, payload: object) -> None:
        assert isinstance(payload, dict)
        deliver(target.address, target.secret, payload, int(self._clock.now().timestamp()), self._transport)


def _payload(alert: Alert) -> dict[str, object]:
    return {"id": alert.id, "type": alert.kind, "created": alert.at.isoformat(), "data": dict(alert.data)}
