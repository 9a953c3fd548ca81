"""Vendor credentials: source, status and test. Values stay on the server."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import httpx

from greenroom.catalog.credentials import NAME, Credential, Proof, known, wanted_by
from greenroom.clock import Clock
from greenroom.config import environment
from greenroom.errors import InvalidInput
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.store.vault import Stored, Vault, VaultLocked

log = logging.getLogger(__name__)

Source = Literal["environment", "secrets.toml", "stored", ""]
Outcome = Literal["good", "refused", "unclear"]

LONGEST = 20_000
NO_TEST = "This key can't be tested here. Use it in a call."
PROBE_TIMEOUT_S = 8.0
#: Greenroom's own variables, which are never sent to a vendor.
RESERVED = ("AGORA_", "GREENROOM_")


class BadCredential(InvalidInput):
    """A name or a value that can't be stored."""

    advice = "Use capital letters, digits and underscores, such as DEEPGRAM_API_KEY."


@dataclass(frozen=True, slots=True)
class CredentialStatus:
    """A credential's status without its value."""

    name: str
    label: str
    use: str
    page: str
    source: Source
    testable: bool
    #: When the value in the encrypted store was stored; None when there is none. It may be hidden by another source.
    stored_at: datetime | None = None
    #: What a test costs at the vendor; "" = nothing.
    test_costs: str = ""

    @property
    def is_set(self) -> bool:
        """By any source: environment, secrets file or the encrypted store."""
        return bool(self.source)


@dataclass(frozen=True, slots=True)
class CredentialTest:
    """The result of testing a key."""

    outcome: Outcome
    message: str
    advice: str = ""


class Credentials:
    """Resolves credentials: environment variables first, then ``secrets.toml``, then keys stored in the page."""

    def __init__(
        self,
        vault: Vault,
        environ: Mapping[str, str] | None = None,
        secrets: tuple[Path, ...] | None = None,
        address: Callable[[str], str] = str,
        timeout_s: float = PROBE_TIMEOUT_S,
    ) -> None:
        """``address`` can redirect test requests to a gateway."""
        self._vault = vault
        self._clock, self._timeout_s = Clock(), timeout_s
        self._environ = environment() if environ is None else environ
        self._files = _secrets_files() if secrets is None else secrets
        self._address = address
        #: Deleted keys that can be restored; kept on the server.
        self._deleted: dict[str, Stored] = {}
        #: The fault of the vault that was logged last.
        self._logged = ""

    def __repr__(self) -> str:
        return "Credentials()"

    def values(self) -> dict[str, str]:
        """Name → value of all set credentials, for building requests. Excludes a locked vault: see :meth:`fault`."""
        return {name: value for name, (_, value) in self._resolved().items()}

    def mask_all(self) -> None:
        """Register all values with :data:`SECRETS`, so that no log, answer or export of this process shows one."""
        self._resolved()

    def names_set(self) -> frozenset[str]:
        """The names of credentials set by any source. Excludes a locked vault: see :meth:`fault`."""
        return frozenset(self._resolved())

    def listed(self) -> list[CredentialStatus]:
        """All credentials of the catalog plus custom ones that are set; set ones first."""
        values, wanted, names, stored = self._resolved(), wanted_by(), _by_name(), self._stored()
        others = [name for name in values if name not in names]
        rows = [
            CredentialStatus(
                name=c.name,
                label=c.label,
                use=", ".join(wanted.get(c.name, ())),
                page=c.page,
                source=values[c.name][0] if c.name in values else "",
                testable=c.proof is not None,
                stored_at=_moment(stored.get(c.name)),
                test_costs=c.proof.costs if c.proof is not None else "",
            )
            for c in names.values()
        ]
        rows += [
            CredentialStatus(
                name=name,
                label=name,
                use="Custom",
                page="",
                source=values[name][0],
                testable=False,
                stored_at=_moment(stored.get(name)),
            )
            for name in sorted(others)
        ]
        return sorted(rows, key=lambda row: not row.is_set)

    def fault(self) -> VaultLocked | None:
        """Why stored keys can't be used; None if they can."""
        try:
            self._vault.read()
        except VaultLocked as locked:
            return locked
        return None

    def set_aside(self) -> str:
        """Start with an empty vault if the stored keys can't be opened. Returns the name of the renamed old file, or "".
        Raises VaultLocked if that fails."""
        kept = self._vault.set_aside()
        if kept is not None:
            record("keys_set_aside", file=kept.name)
        return kept.name if kept else ""

    def store(self, name: str, value: str) -> bool:
        """Store a key, encrypted; True if it replaces another. Raises BadCredential, VaultLocked."""
        name, value = name.strip(), value.strip()
        if not NAME.fullmatch(name) or name.startswith(RESERVED):
            raise BadCredential(f"{name[:64]!r} isn't a valid credential name.", field="name")
        if not value or len(value) > LONGEST or "\x00" in value:
            raise BadCredential(
                f"The value of {name} is empty or too long.", field="value", advice="Paste the key as the vendor shows it."
            )
        replaced = self._vault.put(name, Stored(value, self._clock.now().isoformat())) is not None
        record("key_stored", name=name)
        return replaced

    def delete(self, name: str) -> bool:
        """Delete a stored key; :meth:`restore` undoes it until Greenroom restarts. Raises VaultLocked."""
        deleted = self._vault.remove(name)
        if deleted is not None:
            self._deleted[name] = deleted
            record("key_deleted", name=name)
        return deleted is not None

    def restore(self, name: str) -> None:
        """Undo :meth:`delete`, unless a new key was stored since. Raises VaultLocked."""
        deleted = self._deleted.get(name)
        if deleted is not None and name not in self._vault.read():
            self._vault.put(name, deleted)
            record("key_stored", name=name)
        self._deleted.pop(name, None)

    def test(self, name: str) -> CredentialTest:
        """Test a key with the vendor's cheapest request. Never raises."""
        value = self.values().get(name)
        credential = _by_name().get(name)
        if not value:
            return CredentialTest("unclear", f"{name} isn't set.", "Add it first.")
        if credential is None or credential.proof is None:
            return CredentialTest("unclear", NO_TEST)
        if not (value.isascii() and value.isprintable()):
            return CredentialTest("refused", f"{name} contains invalid characters.", "Paste it again, without line breaks.")
        record("key_used", name=name, destination=urlsplit(credential.proof.url).hostname, purpose="test")
        try:
            answer = self._ask(credential.proof, value)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            log.info("the test of %s got no answer: %s", name, type(error).__name__)
            why = f"{credential.label} didn't respond ({type(error).__name__})."
            return CredentialTest("unclear", why, "Check the network, then test again.")
        return _verdict(credential.label, credential.proof, answer)

    def _ask(self, proof: Proof, value: str) -> httpx.Response:
        headers = {name: text.replace("{key}", value) for name, text in proof.headers}
        form = {name: text.replace("{key}", value) for name, text in proof.form} or None
        return httpx.request(
            proof.method,
            self._address(proof.url),
            headers=headers,
            json=proof.json,
            data=form,
            timeout=self._timeout_s,
            follow_redirects=False,
        )

    def _stored(self) -> dict[str, Stored]:
        """The vault's keys; empty while it is locked, which is logged once and shown in Settings."""
        try:
            stored = self._vault.read()
        except VaultLocked as locked:
            if self._logged != str(locked):
                log.warning("%s", locked)
            self._logged = str(locked)
            return {}
        self._logged = ""
        return stored

    def _resolved(self) -> dict[str, tuple[Source, str]]:
        values: dict[str, tuple[Source, str]] = {name: ("stored", one.value) for name, one in self._stored().items()}
        for file in self._files:
            values |= {name: ("secrets.toml", value) for name, value in _in_file(file).items()}
        # Only the catalog's names: the environment also holds other programs' secrets.
        for name in _by_name():
            if value := self._environ.get(name, "").strip():
                values[name] = ("environment", value)
        SECRETS.learn(value for _, value in values.values())
        return values


def _moment(stored: Stored | None) -> datetime | None:
    return datetime.fromisoformat(stored.stored_at) if stored and stored.stored_at else None


def _by_name() -> Mapping[str, Credential]:
    return {credential.name: credential for credential in known()}


def _verdict(label: str, proof: Proof, answer: httpx.Response) -> CredentialTest:
    status, text = answer.status_code, answer.text[:LONGEST]
    if "text/html" in answer.headers.get("content-type", "") and status not in proof.refused:
        return CredentialTest(
            "unclear",
            f"A web page responded instead of {label} (HTTP {status}).",
            "Check for a proxy between Greenroom and the vendor.",
        )
    if status < 300 and not (proof.refused_text and proof.refused_text in text):
        return CredentialTest("good", f"The key works with {label}.")
    if status >= 400 and proof.limited_text and proof.limited_text in text:
        return CredentialTest(
            "good", f"{label} accepted the key, but it has limited permissions.", "Grant the permissions it needs at the vendor."
        )
    if status < 300 or status in proof.refused:
        return CredentialTest(
            "refused", f"{label} rejected the key (HTTP {status}).", "Create a new key at the vendor and replace it here."
        )
    if status in proof.unclear:
        return CredentialTest("unclear", f"{label} returned HTTP {status}. {proof.unclear[status]}")
    if status == 429:
        return CredentialTest("unclear", f"{label} is rate limiting this key (HTTP 429).", "Test again later.")
    return CredentialTest("unclear", f"{label} returned HTTP {status}, so the test is inconclusive.", "Test again later.")


def _secrets_files() -> tuple[Path, ...]:
    """Streamlit's secrets files; the project's overrides the user's."""
    return (Path.home() / ".streamlit" / "secrets.toml", Path.cwd() / ".streamlit" / "secrets.toml")


def _in_file(file: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf8"))
    except OSError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        log.warning("%s cannot be read: %s", file, type(error).__name__)
        return {}
    return {
        name: value.strip()
        for name, value in table.items()
        if isinstance(value, str) and value.strip() and NAME.fullmatch(name) and not name.startswith(RESERVED)
    }
