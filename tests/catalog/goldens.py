"""Bodies kept as files, drafts that fill every setting of a vendor, and what an independent package knows of the same fields."""

from __future__ import annotations

import json
import os
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pydantic

from greenroom.catalog import rules
from greenroom.catalog.spec import Role, Setting, Vendor

FOLDER = Path(__file__).parent / "golden"
#: Set to 1, this variable writes the files instead of comparing with them. Look at the difference before it is committed.
RENEW = "GREENROOM_RENEW"
PROMPT = {"prompt.system": "You are terse."}


#: What else must be said for a vendor so that the draft has no fault.
COMPANY: Mapping[tuple[Role, str], Mapping[str, Any]] = {
    ("avatar", "akool"): {"tts.vendor": "cartesia"},  # speaks at 16 kHz
    ("avatar", "lemonslice"): {"avatar.lemonslice.image_url": "", "avatar.lemonslice.image": ""},  # one of three
}


#: Settings that take the place of others: a full URL, and parts of the request that are not sent.
INSTEAD = frozenset({"address", "unsent"})


class _Names(Mapping[str, str]):
    """Answers ``<NAME>`` for any name."""

    def __getitem__(self, name: str) -> str:
        return f"<{name}>"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def credentials() -> Mapping[str, str]:
    """Credentials whose values are their names in angle brackets: every one is set."""
    return _Names()


def vendor(role: Role, vendor_id: str) -> Vendor:
    """The catalog's entry; StopIteration when there is none."""
    return next(v for v in rules.VENDORS[role] if v.id == vendor_id)


def filled_values(role: Role, vendor_id: str) -> dict[str, Any]:
    """A draft with a plausible value in every active setting of the vendor, on an own account where there is a choice.

    The settings are filled one after the other, as some appear or go when another one is set.
    """
    values: dict[str, Any] = {**PROMPT, rules.vendor_key(role): vendor_id, **COMPANY.get((role, vendor_id), {})}
    while True:
        own = (
            f for f in rules.fields(values) if f.vendor is not None and f.vendor.role == role and f.setting.name not in INSTEAD
        )
        field = next((f for f in own if f.key not in values and f.setting.kind != "secret"), None)
        if field is None:
            return values
        values[field.key] = plausible(field.setting)


def body(role: Role, vendor_id: str) -> dict[str, Any]:
    """The ``properties`` for :func:`filled_values`."""
    return rules.payload(filled_values(role, vendor_id), credentials())


def plausible(setting: Setting) -> Any:
    """A value that the catalog allows and a person might choose."""
    if setting.kind in ("choice", "many"):
        return _chosen(setting)
    if setting.kind == "switch":
        return True
    if setting.default is not None:
        return setting.default
    if setting.kind in ("number", "whole"):
        return _between(setting)
    if setting.kind == "rows":
        return [{column.name: plausible(column) for column in setting.columns}]
    lines = ["en-US", "de-DE"] if "language" in setting.name else ["Linden House", "Ava"]
    several = {"texts": lines, "map": {"Example": "example"}, "json": {"example": 1}}
    return several.get(setting.kind) or _text(setting)


def _chosen(setting: Setting) -> Any:
    known = [choice.value for choice in setting.choices]
    if setting.name == "credentials" and "byok" in known:
        return "byok"
    if not known:
        return ["example"] if setting.kind == "many" else "example"
    value = known[0] if setting.default is None else setting.default
    return [value] if setting.kind == "many" and not isinstance(value, list | tuple) else value


def _between(setting: Setting) -> float:
    low, high = setting.usual or (setting.low, setting.high)
    value = (low + high) / 2 if low is not None and high is not None else next((v for v in (low, high) if v is not None), 1)
    return int(value) if setting.kind == "whole" or value == int(value) else round(value, 3)


def _text(setting: Setting) -> str:
    last = (setting.path or setting.name).rpartition(".")[2]
    address = last in ("url", "endpoint", "uri") or last.endswith("_url")
    text = "wss://vendor.example/v1" if address else f"example-{setting.name.replace('_', '-')}"
    return text[: int(setting.high)] if setting.high is not None else text


def assert_golden(name: str, found: Mapping[str, Any]) -> None:
    """Compare with ``golden/<name>.json``; with GREENROOM_RENEW=1 write it instead."""
    text = json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    path = FOLDER / f"{name}.json"
    if os.environ.get(RENEW) == "1":
        path.write_text(text, encoding="utf8")
    assert path.exists(), f"{path.name} is missing: run the test with {RENEW}=1 and look at what it wrote"
    kept = json.loads(path.read_text(encoding="utf8"))
    assert json.loads(text) == kept, f"differs from {path.name}: if that is meant, run the test with {RENEW}=1"


def unknown_to(model: type[pydantic.BaseModel], block: Mapping[str, Any]) -> list[str]:
    """The paths in ``block`` that a type of agora-agents has no field for; raises ValidationError where it refuses a value.

    Its types take anything extra, so that acceptance alone says nothing about a misspelled name.
    """
    return sorted(_extras(model.model_validate(block), ""))


def _extras(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, pydantic.BaseModel):
        yield from (f"{path}{name}" for name in value.model_extra or {})
        for name, field in type(value).model_fields.items():
            yield from _extras(vars(value)[name], f"{path}{field.alias or name}.")  # by attribute, old fields warn
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _extras(one, path)


def known_to(model: type[pydantic.BaseModel]) -> set[str]:
    """The paths of all fields that a type of agora-agents has; a list's items stand under the list's own path."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        place = field.alias or name
        inner = [known_to(each) for each in _models(field.annotation)]
        found |= {f"{place}.{path}" for paths in inner for path in paths} if inner else {place}
    return found


def _models(annotation: Any) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)


def catalog_paths(entry: Vendor) -> set[str]:
    """The paths inside the vendor's block (without the role's name) that its settings and fixed parts can fill."""
    places = {s.path for s in entry.settings} | set(entry.fixed) | set(entry.templates)
    rows = {f"{s.path}.{column.path}" for s in entry.settings for column in s.columns}
    return {path.removeprefix(f"{entry.role}.") for path in places | rows if path}
