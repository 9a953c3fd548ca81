"""An agent as a document: written as JSON, YAML or code, and read from any text that holds one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from greenroom.agora.snippets import agora_agents, curl, javascript, marked_body, python
from greenroom.catalog import rules
from greenroom.catalog.named_secrets import Path, SecretNames, name_secrets, replaced
from greenroom.catalog.options import member_value
from greenroom.catalog.payload import CREDENTIAL
from greenroom.catalog.reading import CALL, HALF, Entry, place_path, read_properties, sound, value_at_place
from greenroom.catalog.secrecy import MASK, is_secret
from greenroom.formats.document import FoundDocument, Placeholder, UnreadableText, has_more_values
from greenroom.formats.join_body import find_body
from greenroom.formats.open_parts import OpenPart, without_open_parts
from greenroom.formats.reader import read_text
from greenroom.formats.text_files import file_text
from greenroom.formats.yaml_text import needs_quotes
from greenroom.model.agent import Settings
from greenroom.paths import at
from greenroom.redaction import SECRETS
from greenroom.services.agents.agent_names import one_line

__all__ = [
    "Import",
    "UnreadableAgentFile",
    "agora_agents",
    "curl",
    "document",
    "file_text",
    "javascript",
    "marked_body",
    "python",
    "to_json",
    "to_yaml",
    "understand",
    "understand_all",
]

FORMAT = 1
#: Values of one agent: each becomes a line of the import's report. Agents have some hundreds.
_MOST_VALUES = 20_000
UnreadableAgentFile = UnreadableText
#: Texts for which an empty fallback in a program means something; an empty address or model is one that is still missing.
_MAY_BE_EMPTY = ("greeting_message", "failure_message", "content")


@dataclass(frozen=True, slots=True)
class Import:
    """What a text means: settings, and a line for everything that was in it.

    ``credentials`` are those that the agent needs.
    """

    name: str
    settings: Settings
    entries: tuple[Entry, ...]
    format: str = ""
    credentials: tuple[str, ...] = ()


def to_json(name: str, settings: Settings) -> str:
    """A Greenroom document; keys are never in it."""
    return json.dumps(document(name, settings), ensure_ascii=False, indent=2) + "\n"


def to_yaml(name: str, settings: Settings) -> str:
    """The same as YAML, with multi-line texts as blocks."""
    return yaml.dump(document(name, settings), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def understand(text: str) -> Import:
    """The likeliest agent in a text. Raises UnreadableAgentFile with the reason."""
    return understand_all(text)[0]


def understand_all(text: str, file_name: str = "") -> tuple[Import, ...]:
    """Every agent in a text, the likeliest first; never empty. Raises UnreadableAgentFile with the reason."""
    return tuple(_import_of(document) for document in read_text(text, file_name))


def document(name: str, settings: Settings) -> dict[str, Any]:
    """An agent as JSON data, without keys."""
    names = SecretNames()
    named = {key: _named(key, value, names) for key, value in sorted(settings.items())}
    return {"greenroom": FORMAT, "name": name, "settings": SECRETS.json(named)}


def _named(key: str, value: Any, names: SecretNames) -> Any:
    """A setting's value without keys. The name of a known setting isn't checked for secrecy: "tts.openai.credentials" says
    whose account is used, and holds no key."""
    setting = rules.setting_of(key)
    if setting is not None and setting.kind == "secret":
        return value if value is None or _is_reference(value) else f"${{{setting.env}}}"
    unknown = setting is None and is_secret(key.rpartition(".")[2]) and isinstance(value, str)
    return names.name_for((key,), value, key) if unknown else name_secrets(value, names, (key,), headers=key.endswith("headers"))


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and CREDENTIAL.fullmatch(value) is not None


def _import_of(document: FoundDocument) -> Import:
    if has_more_values(document.value, _MOST_VALUES):
        raise UnreadableAgentFile(
            f"This has more than {_MOST_VALUES:,} values, which no agent has.", advice="Paste the agent alone."
        )
    if isinstance(document.value, Mapping) and "greenroom" in document.value:
        return _own_format(document.value)
    body = find_body(document.value)
    if body is None:
        raise UnreadableAgentFile("This contains no Agora join body.")
    broken: list[Path] = []
    body = sound(body, broken)
    notes = [Entry(place_path(place), "replaced", "", HALF) for place in broken]
    body, parts = without_open_parts(body)
    outside = [_open_line(part, body, notes) for part in parts]
    body = replaced(body, lambda place, text: _resolved(place, text, document.placeholders, notes))
    reading = read_properties(body["properties"], body)
    name = body.get("name")
    called = Entry("name", "replaced", "", "The agent's name. Each call gets a unique one made from it.")
    notes += [Entry(f"properties.{path}", "replaced", "", note, at(body["properties"], path)) for path, note in document.added]
    outside = [line for line in outside if line is not None]
    outside += [Entry(path, "left_out", "", note) for path, note in document.left_out]
    read = _with_notes(reading.entries, {note.path: note for note in notes})
    entries = (*([called] if "name" in body else []), *read, *outside)
    name = name.removesuffix("-${CHANNEL}") if isinstance(name, str) else name
    display_name = one_line(document.name or (name if isinstance(name, str) and not CREDENTIAL.search(name) else ""))
    return Import(display_name, reading.values, entries, document.format, tuple(_needed(reading.values)))


def _open_line(part: OpenPart, body: Any, notes: list[Entry]) -> Entry | None:
    """The report's entry for a part that the text leaves open; None for a single value, whose entry is added to ``notes``."""
    path = place_path(part.place) or "properties"
    value = value_at_place(body, part.place) if part.chosen else None
    if isinstance(value, str | int | float):
        notes.append(Entry(path, "replaced", "", part.note, value))
        return None
    return Entry(path, "replaced" if part.chosen else "left_out", "", part.note)


def _with_notes(entries: Iterable[Entry], notes: dict[str, Entry]) -> Iterator[Entry]:
    """A note in place of the leaves at its path: a fallback may be a whole list."""
    shown: set[str] = set()
    for entry in entries:
        path = next((p for p in _around(entry.path) if p in notes), None)
        if path is None or entry.fate != "understood":
            yield entry
        elif path not in shown:
            shown.add(path)
            yield notes[path]


def _around(path: str) -> Iterator[str]:
    """A path and those of the objects and lists around it, the outermost first."""
    yield from (path[:end] for end, sign in enumerate(path) if sign in ".[")
    yield path


def _resolved(place: Path, text: str, placeholders: Mapping[str, Placeholder], notes: list[Entry]) -> Any:
    """A variable with a fallback in the program becomes its fallback, unless a key goes there; a member its value."""
    match = CREDENTIAL.fullmatch(text)
    placeholder = placeholders.get(match[1]) if match else None
    path = place_path(place)
    inner = path.removeprefix("properties.")
    if placeholder is None or inner.startswith(CALL):
        return text
    if (member := member_value(inner, placeholder.origin)) is not None:
        notes.append(Entry(path, "replaced", "", f"The program's value of {placeholder.origin}.", member))
        return member
    if placeholder.default is None and placeholder.optional:
        notes.append(Entry(path, "replaced", "", f"{placeholder.name} isn't set in the program."))
        return None
    if placeholder.default is None:
        return text
    if any(is_secret(str(part)) or placeholder.default == "" and part not in _MAY_BE_EMPTY for part in place[-1:]):
        return text
    notes.append(Entry(path, "replaced", "", f"The program's fallback for {placeholder.name}.", placeholder.default))
    return placeholder.default


def _needed(values: Settings) -> Iterator[str]:
    """The credentials that the settings need, in the order of the form."""
    seen: set[str] = set()
    for _, name, _ in rules.credentials_needed(values):
        if name not in seen:
            seen.add(name)
            yield name


def _own_format(document: Mapping[str, Any]) -> Import:
    settings = document.get("settings")
    if document["greenroom"] != FORMAT or not isinstance(settings, Mapping):
        raise UnreadableAgentFile(
            f"This export isn't in format {FORMAT}.", advice="Export it again with this version of Greenroom."
        )
    taken: dict[str, Any] = {}
    names = SecretNames()
    entries: list[Entry] = []
    broken: list[Path] = []
    name = sound(document.get("name"), broken)
    for key, value in sound(settings, broken).items():
        entry, kept = _own_setting(str(key), value, names)
        if entry.fate == "understood" and any(place[:1] == (key,) for place in broken):
            entry = replace(entry, fate="replaced", note=HALF)
        entries.append(entry)
        if entry.fate != "left_out":
            taken[str(key)] = kept
    return Import(name if isinstance(name, str) else "", taken, tuple(entries), "greenroom", tuple(_needed(taken)))


def _own_setting(key: str, value: Any, names: SecretNames) -> tuple[Entry, Any]:
    setting = rules.setting_of(key)
    if setting is None and key not in {rules.vendor_key(role) for role in rules.VENDORS}:
        return Entry(key, "left_out", "", "This version of Greenroom has no such setting."), None
    if MASK in json.dumps(value, ensure_ascii=False, default=str):
        return Entry(key, "left_out", key, "A masked value, not the real one."), None
    if setting is not None and setting.kind == "secret":
        if value is None or _is_reference(value):
            return Entry(key, "understood", key), value
        return Entry(key, "left_out", key, f"Keys can't be imported: set {setting.env} in Settings."), None
    before = len(names.places)
    kept = name_secrets(value, names, (key,), headers=key.endswith("headers"))
    if len(names.places) > before:
        listed = ", ".join(dict.fromkeys(name for _, name in names.places[before:]))
        return Entry(key, "replaced", key, f"Keys became credentials: set {listed} in Settings."), kept
    return Entry(key, "understood", key, "", kept), kept


class _Dumper(yaml.SafeDumper):
    """Writes multi-line texts as blocks."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # YAML treats more characters as line breaks than editors do. Quoted, they are written as escapes.
    escaped = any(not character.isprintable() and character != "\n" for character in text)
    style = '"' if escaped else "|" if "\n" in text else "'" if needs_quotes(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
