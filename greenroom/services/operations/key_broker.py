"""Releases keys to their own vendor and to hosts that the user has allowed by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from greenroom.catalog.key_hosts import hosts_of
from greenroom.catalog.key_use import KeyUse, key_use_at, key_uses
from greenroom.catalog.rules import label_of
from greenroom.clock import Clock
from greenroom.errors import NotAllowed, Problem
from greenroom.model.agent import Settings
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.store.key_consents import Decision, KeyConsent, KeyConsents

ADVICE = "Allow it in the Studio if you trust this host with the key, or remove the key from the setting."


class KeyNotAllowed(NotAllowed):
    """An agent would send a key to a host that isn't its vendor's and isn't allowed."""

    advice = ADVICE


class KeyBroker:
    """Releases stored keys. ``values`` gives name → value of all that are set, each time anew."""

    def __init__(self, values: Callable[[], Mapping[str, str]], consents: KeyConsents, clock: Clock) -> None:
        self._values = values
        self._consents = consents
        self._clock = clock
        #: Refusals of drafts that are in the log already.
        self._logged: set[tuple[str, str]] = set()

    def __repr__(self) -> str:
        return "KeyBroker()"

    def release(self, settings: Settings, purpose: str = "launch") -> dict[str, str]:
        """The credentials that these settings use. Raises KeyNotAllowed before any is released.

        Names are logged.
        """
        return self._release(key_uses(settings), purpose)

    def release_to(self, name: str, address: str, purpose: str = "voice_sample") -> str:
        """One key for a request that Greenroom itself sends to this address; "" if it isn't set. Raises KeyNotAllowed."""
        return self._release((key_use_at(name, address),), purpose).get(name, "")

    def _release(self, requested: Iterable[KeyUse], purpose: str) -> dict[str, str]:
        values = self._values()
        SECRETS.learn(values.values())
        uses = [use for use in requested if values.get(use.name)]
        decided = self._consents.all() if not all(use.own for use in uses) else {}
        open_uses = [use for use in uses if _is_open(use, decided)]
        if open_uses:
            for use in open_uses:
                record("key_refused", name=use.name, destination=use.destination, purpose=purpose)
            raise KeyNotAllowed(" ".join(sentence(use) for use in open_uses))
        withheld = {use.name for use in uses if _decision(use, decided) == "withheld"}
        for use in uses:
            if use.name not in withheld:
                record("key_used", name=use.name, destination=use.destination, purpose=purpose)
        return {use.name: values[use.name] for use in uses if use.name not in withheld}

    def undecided_at(self, name: str, address: str) -> KeyUse | None:
        """The use of a key at an address that needs your consent first; None when it has it or needs none."""
        use = key_use_at(name, address)
        if use.own or not self._values().get(name):
            return None
        return use if _decision(use, self._consents.all()) != "allowed" else None

    def pending(self, settings: Settings) -> tuple[KeyUse, ...]:
        """The key uses that need a decision before these settings can be launched."""
        values = self._values()
        if not any(values.values()):
            return ()
        uses = [use for use in key_uses(settings) if values.get(use.name) and not use.own]
        if not uses:
            return ()
        decided = self._consents.all()
        return tuple(use for use in uses if _is_open(use, decided))

    def problems(self, settings: Settings) -> tuple[Problem, ...]:
        """The pending uses as problems of a draft, each at its setting. Logged once: a draft is checked at every change."""
        open_uses = self.pending(settings)
        for use in open_uses:
            if (use.name, use.destination) not in self._logged:
                self._logged.add((use.name, use.destination))
                record("key_refused", name=use.name, destination=use.destination, purpose="draft_check")
        return tuple(Problem(use.setting, f"{label_of(use.setting)}: {sentence(use)}", ADVICE) for use in open_uses)

    def decide(self, name: str, destination: str, decision: Decision) -> None:
        """Remember the answer for every agent of this installation. Raises StoreUnavailable."""
        self._consents.put(KeyConsent(name, destination, decision, self._clock.now().isoformat()))
        record(f"key_{decision}", name=name, destination=destination)

    def revoke(self, name: str, destination: str) -> None:
        """Ask again before the next launch. Raises StoreUnavailable."""
        self._consents.remove(name, destination)
        record("key_consent_revoked", name=name, destination=destination)

    def decisions(self) -> tuple[KeyConsent, ...]:
        """Newest first. Raises StoreUnavailable."""
        return tuple(sorted(self._consents.all().values(), key=lambda consent: consent.decided_at, reverse=True))


def sentence(use: KeyUse) -> str:
    """Where the key would go, and whose it is."""
    hosts = sorted(host for host in hosts_of(use.name) if "*" not in host)
    whose = f"It belongs to {hosts[0]}." if hosts else "No host is known for it."
    return f"{use.name} would be sent to {use.destination}. {whose}"


def _decision(use: KeyUse, decided: Mapping[tuple[str, str], KeyConsent]) -> Decision | None:
    consent = decided.get((use.name, use.destination))
    return "allowed" if use.own else consent.decision if consent else None


def _is_open(use: KeyUse, decided: Mapping[tuple[str, str], KeyConsent]) -> bool:
    """Undecided, or withheld although the setting requires it."""
    decision = _decision(use, decided)
    return decision is None or (decision == "withheld" and not use.optional)
