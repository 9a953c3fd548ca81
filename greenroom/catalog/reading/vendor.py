"""The vendor of a block: which of its fixed parts and addresses the body has."""

from __future__ import annotations

from typing import Any

from greenroom.catalog.active import setting_of, vendor_key
from greenroom.catalog.matching import matched_template
from greenroom.catalog.payload import UNSENT, CredentialMarks, payload
from greenroom.catalog.reading.state import BodyState
from greenroom.catalog.spec import Role, Vendor
from greenroom.paths import MISSING, at, take


def read_vendor(state: BodyState, role: Role, vendor: Vendor) -> None:
    """Choose the vendor of a role; its fixed parts that the body lacks stay unsent."""
    state.values[vendor_key(role)] = vendor.id
    unsent: list[str] = []
    for path, constant in vendor.fixed.items():
        sent = take(state.rest, path, MISSING) if at(state.rest, path) == constant else MISSING
        if sent is MISSING:
            unsent += [] if path.endswith(".enable") else [path]
        else:
            state.keys[path] = vendor_key(role)
    for path, template in vendor.templates.items():
        if not _template(state, vendor, path, template):
            unsent.append(path)
            hidden = (s for s in vendor.settings if s.kind == "secret" and not s.path)
            state.values |= {f"{role}.{vendor.id}.{setting.name}": None for setting in hidden}
    if unsent:
        state.values[f"{role}.{vendor.id}.{UNSENT}"] = unsent


def _template(state: BodyState, vendor: Vendor, path: str, template: str) -> bool:
    """Whether the address is one that the template writes, exactly; its parts become settings."""
    sent = at(state.rest, path)
    parts = matched_template(template, sent) if isinstance(sent, str) else None
    if parts is None or not all(parts.values()):
        return False
    trial: dict[str, Any] = {vendor_key(vendor.role): vendor.id}
    beside_paths: list[str] = []
    for name, text in parts.items():
        setting = next((s for s in vendor.settings if s.name == name), None)
        beside = at(state.rest, setting.path) if setting is not None and setting.path else text
        if setting is None or beside != text:
            return False
        trial[f"{vendor.role}.{vendor.id}.{name}"] = text
        beside_paths += [setting.path] if setting.path else []
    if at(payload(trial, CredentialMarks()), path) != sent:
        return False
    for taken in (path, *beside_paths):
        take(state.rest, taken)
        state.keys[taken] = vendor_key(vendor.role)
    state.values |= {key: value for key, value in trial.items() if not _is_default_secret(key, value)}
    return True


def _is_default_secret(key: str, value: Any) -> bool:
    setting = setting_of(key)
    return setting is not None and setting.kind == "secret" and value == f"${{{setting.env}}}"
