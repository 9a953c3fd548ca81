"""Import Agora's JSON as settings: nothing is added, and each field is accounted for."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from greenroom.catalog.active import CASCADE, ActiveSetting, fields, realtime, renames, setting_of, vendor_key, vendor_of
from greenroom.catalog.decoding import converted, decoded, message_text
from greenroom.catalog.matching import matched_template, vendor_for
from greenroom.catalog.migrations import migrate
from greenroom.catalog.model_hosts import host_of, owns
from greenroom.catalog.named_secrets import Path, SecretNames, name_secrets, string_leaves
from greenroom.catalog.payload import CREDENTIAL, UNSENT, CredentialMarks, credential_of, payload, top_level
from greenroom.catalog.secrecy import MASK
from greenroom.catalog.spec import Role, Vendor
from greenroom.catalog.vendors import NONE, OTHER, UNSET, VENDORS
from greenroom.paths import MISSING, at, split, take

#: understood: sent as it came. migrated: an old spelling. replaced: another value is sent. left_out: not sent.
Fate = Literal["understood", "migrated", "replaced", "left_out"]

#: Fields that belong to one call and are created for each call.
CALL = (
    "channel",
    "token",
    "agent_rtc_uid",
    "remote_rtc_uids",
    "enable_string_uid",
    "agent_rtm_uid",
    "avatar.params.agora_uid",
    "avatar.params.agora_token",
    "avatar.params.agora_appid",
    "avatar.params.agora_channel",
)
EXTRA = "advanced.extra"
#: A launch gives these a value unless they are set, or explicitly not set.
_SET_AT_LAUNCH = frozenset({"prompt.greeting_mode"})
_TOP = ("name", "properties")
_PER_CALL = "Belongs to one call: Greenroom sets it at each launch."


@dataclass(frozen=True, slots=True)
class Entry:
    """The import result for one path of the body. ``key`` is the setting it maps to, if any; never contains a secret's value."""

    path: str
    fate: Fate
    key: str = ""
    note: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings by key, and the import result for every JSON path."""

    values: dict[str, Any]
    entries: tuple[Entry, ...]


def read_properties(properties: Mapping[str, Any], top: Mapping[str, Any] | None = None) -> Reading:
    """Read settings from Agora's ``properties`` (``top``: the fields beside it). Never raises for valid JSON."""
    return _BodyReader(copy.deepcopy(dict(properties)), copy.deepcopy(dict(top or {}))).read()


class _BodyReader:
    """Takes from ``rest`` what has a setting. What is left is kept as JSON. ``notes`` are entries that need a reason."""

    def __init__(self, rest: dict[str, Any], top: dict[str, Any]) -> None:
        self.rest, self.top = rest, top
        self.values: dict[str, Any] = {}
        self.keys: dict[str, str] = {}
        self.notes: dict[str, Entry] = {}

    def read(self) -> Reading:
        self._call_parts()
        for one in migrate(self.rest, self.top):
            fate: Fate = "migrated" if one.new else "left_out"
            for path in {one.old, one.new} - {""}:
                self.notes.setdefault(written(path), Entry(written(path), fate, "", one.note))
        vendors: dict[Role, Vendor] = {role: vendor_for(role, self.rest) for role in VENDORS}
        self._secrets(vendors)
        self._nulls()
        whole = copy.deepcopy(self.rest)
        direct = vendors["mllm"].id != NONE
        for role, vendor in vendors.items():
            if direct and role in CASCADE:
                self.values[vendor_key(role)] = UNSET  # Agora ignores the block beside a realtime model: kept as JSON
            else:
                self._vendor(role, vendor)
        self._settings()
        self._beside()
        self._keep_rest()
        return Reading(self.values, tuple(self._entries(whole)))

    def _note(self, path: str, fate: Fate, note: str, key: str = "") -> None:
        self.notes[written(path)] = Entry(written(path), fate, key, note)

    def _call_parts(self) -> None:
        for path in CALL:
            if at(self.rest, path, MISSING) is not MISSING:
                take(self.rest, path)
                self._note(path, "left_out", _PER_CALL)

    def _secrets(self, vendors: Mapping[Role, Vendor]) -> None:
        """Keys become the credentials of their vendors, or new ones named after their place."""
        known: dict[Path, str] = {}
        for vendor in vendors.values():
            own = not vendor.hosts or vendor_owns(vendor, self.rest)
            for setting in vendor.settings:
                if setting.kind == "secret" and setting.path and own:
                    known.setdefault(place_of(setting.path), setting.env)
            envs = {s.env for s in vendor.settings if s.kind == "secret"}
            for place in ((vendor.role, "api_key"), (vendor.role, "params", "api_key"), (vendor.role, "params", "key")):
                if own and len(envs) == 1:
                    known.setdefault(place, *envs)
        for group_key in ("advanced.encryption_key", "turns.filler_key"):
            setting = setting_of(group_key)
            if setting is not None:
                known[place_of(setting.path)] = setting.env
        labels = {(role,): str(block["vendor"]) for role, block in self.rest.items() if _names_vendor(block)}
        names = SecretNames({place: name for place, name in known.items() if name}, labels=labels)
        self.rest = name_secrets(self.rest, names)
        for place, name in names.places:
            note = f"The key became the credential {name}: set it in Settings."
            self._note(place_path(place), "replaced", note)
        for place, text in list(string_leaves(self.rest)):
            if MASK in text:
                remove(self.rest, place)
                self._note(place_path(place), "left_out", "A masked value, not the real one.")

    def _nulls(self) -> None:
        for place in list(nulls(self.rest)):
            remove(self.rest, place)
            self._note(place_path(place), "left_out", "null: not set.")

    def _vendor(self, role: Role, vendor: Vendor) -> None:
        self.values[vendor_key(role)] = vendor.id
        unsent: list[str] = []
        for path, constant in vendor.fixed.items():
            found = take(self.rest, path, MISSING) if at(self.rest, path) == constant else MISSING
            if found is MISSING:
                unsent += [] if path.endswith(".enable") else [path]
            else:
                self.keys[path] = vendor_key(role)
        for path, template in vendor.templates.items():
            if not self._template(vendor, path, template):
                unsent.append(path)
                hidden = (s for s in vendor.settings if s.kind == "secret" and not s.path)
                self.values |= {f"{role}.{vendor.id}.{setting.name}": None for setting in hidden}
        if unsent:
            self.values[f"{role}.{vendor.id}.{UNSENT}"] = unsent

    def _template(self, vendor: Vendor, path: str, template: str) -> bool:
        """Whether the address is one that the template writes, exactly; its parts become settings."""
        found = at(self.rest, path)
        parts = matched_template(template, found) if isinstance(found, str) else None
        if parts is None or not all(parts.values()):
            return False
        trial: dict[str, Any] = {vendor_key(vendor.role): vendor.id}
        beside_paths: list[str] = []
        for name, text in parts.items():
            setting = next((s for s in vendor.settings if s.name == name), None)
            beside = at(self.rest, setting.path) if setting is not None and setting.path else text
            if setting is None or beside != text:
                return False
            trial[f"{vendor.role}.{vendor.id}.{name}"] = text
            beside_paths += [setting.path] if setting.path else []
        if at(payload(trial, CredentialMarks()), path) != found:
            return False
        for taken in (path, *beside_paths):
            take(self.rest, taken)
            self.keys[taken] = vendor_key(vendor.role)
        self.values |= {key: value for key, value in trial.items() if not self._is_default_secret(key, value)}
        return True

    def _is_default_secret(self, key: str, value: Any) -> bool:
        setting = setting_of(key)
        return setting is not None and setting.kind == "secret" and value == f"${{{setting.env}}}"

    def _settings(self) -> None:
        """Some settings depend on the values of others: repeat until no new setting becomes active."""
        seen: set[str] = set()
        while True:
            fresh = [field for field in fields(self.values) if field.key not in seen and field.setting.shape != "merge"]
            if not fresh:
                return
            for field in fresh:
                seen.add(field.key)
                self._infer(field)
                self._field(field)

    def _infer(self, field: ActiveSetting) -> None:
        """Choices that no field of the body holds: they follow from which fields it has."""
        block = self.rest.get("llm")
        if field.key == "llm.bedrock.auth" and isinstance(block, dict) and "access_key" not in block:
            self.values[field.key] = "api_key"
        elif field.key == "tts.minimax.mixing" and at(self.rest, "tts.params.timber_weights"):
            self.values[field.key] = "mix"
        elif field.key == "turns.filler_own" and at(self.rest, "filler_words.content.generated_config.llm_provider") is not None:
            self.values[field.key] = True

    def _place(self, field: ActiveSetting) -> str:
        direct = realtime(self.values)
        if direct and field.setting.shape == "system_message":
            return vendor_of("mllm", self.values).prompt_path
        path = field.path(direct)
        return path if direct else renames(self.values).get(path, path)

    def _field(self, field: ActiveSetting) -> None:
        setting, path = field.setting, self._place(field)
        if not path or path.startswith("^"):
            return
        found = at(self.rest, path, MISSING)
        if field.key in self.values:
            return
        if found is MISSING:
            if setting.default is not None or setting.kind == "secret" or field.key in _SET_AT_LAUNCH:
                self.values[field.key] = None  # not set: nothing is sent, and Agora's default applies
            return
        if setting.kind == "secret":
            self._secret_field(field, path, found)
        elif setting.shape == "system_message" and isinstance(found, list):
            self._messages(field, path, found)
        elif (value := decoded(setting, found, vendor_of("llm", self.values), realtime(self.values))) is not MISSING:
            self._take(field, path, value)
        elif (value := converted(setting, found)) is not MISSING:
            self._take(field, path, value)
            self._note(path, "migrated", f'Text "{found}" became {value!r}.', field.key)
        elif isinstance(found, str) and CREDENTIAL.fullmatch(found) and setting.kind not in ("line", "prose", "choice"):
            take(self.rest, path)
            self._note(path, "left_out", f"{found} is a variable of the program: set the value here.", field.key)
        if field.key not in self.values and field.key not in self.keys.values() and setting.default is not None:
            self.values[field.key] = None  # what the body has there is kept as JSON

    def _take(self, field: ActiveSetting, path: str, value: Any) -> None:
        take(self.rest, path)
        self.values[field.key] = value
        self.keys[path] = field.key

    def _secret_field(self, field: ActiveSetting, path: str, found: Any) -> None:
        if not isinstance(found, str) or not CREDENTIAL.fullmatch(found):
            self.values[field.key] = None
            return  # part of a longer text, or another shape: kept as JSON, where ${NAME} is filled in
        take(self.rest, path)
        self.keys[path] = field.key
        self.values.pop(field.key, None)
        if found != f"${{{credential_of(field, self.values)}}}":
            self.values[field.key] = found

    def _messages(self, field: ActiveSetting, path: str, found: list[Any]) -> None:
        """The first message is the prompt when it has the form of one; the others are kept as they are."""
        first = message_text(found[0], vendor_of("llm", self.values)) if found and isinstance(found[0], Mapping) else MISSING
        rest = found if first is MISSING else found[1:]
        if not found:
            return
        take(self.rest, path)
        self.keys[path] = field.key
        if first is not MISSING:
            self.values[field.key] = first
        if rest:
            self.values["prompt.messages"] = rest

    def _beside(self) -> None:
        setting = setting_of("advanced.pipeline")
        pipeline = self.top.get("pipeline_id")
        if setting is not None and isinstance(pipeline, str) and pipeline:
            self.values["advanced.pipeline"] = pipeline
            self.keys["^pipeline_id"] = "advanced.pipeline"
        for name, value in self.top.items():
            if name in _TOP or name == "pipeline_id" and self.keys.get("^pipeline_id"):
                continue
            note = "null: not set." if value is None else "Not a field of Agora's join."
            self._note(f"^{name}", "left_out", note)

    def _keep_rest(self) -> None:
        """What has no setting is sent as it came: with its vendor when that has no form, else as other properties."""
        for role in VENDORS:
            if self.values.get(vendor_key(role)) == OTHER and role in self.rest:
                self.values[f"{role}.{OTHER}.block"] = self.rest.pop(role)
        if self.rest:
            self.values[EXTRA] = self.rest

    def _entries(self, whole: Mapping[str, Any]) -> Iterator[Entry]:
        """A line for each leaf, checked against the body that would be sent."""
        sent = payload(self.values, CredentialMarks())
        for place, value in leaves(whole):
            path = place_path(place)
            noted = self.notes.pop(written(path), None)
            if noted is not None:
                yield noted
            elif value_at_place(sent, place) == value:
                key = self._key_of(path)
                yield Entry(written(path), "understood", key, "" if key != EXTRA else "Kept as JSON: no setting for it.", value)
            else:
                yield Entry(written(path), "replaced", self._key_of(path), "Another setting uses this field.")
        for name, value in top_level(self.values).items():
            yield Entry(name, "understood", self.keys.get(f"^{name}", ""), "", value)
        yield from self.notes.values()

    def _key_of(self, path: str) -> str:
        best = max((known for known in self.keys if f"{path}.".startswith((f"{known}.", f"{known}["))), key=len, default="")
        if best:
            return self.keys[best]
        role = next((role for role in VENDORS if path.startswith(f"{role}.") and f"{role}.{OTHER}.block" in self.values), "")
        return f"{role}.{OTHER}.block" if role else EXTRA


def _names_vendor(block: Any) -> bool:
    return isinstance(block, Mapping) and isinstance(block.get("vendor"), str)


def vendor_owns(vendor: Vendor, body: Mapping[str, Any]) -> bool:
    """Whether the address in the body is one of the vendor's own servers, or there is none."""
    address = at(body, f"{vendor.role}.url")
    return not host_of(address) or owns(vendor, address)


def written(path: str) -> str:
    """A path as the report shows it: from the top of the join body."""
    return path[1:] if path.startswith("^") else path if path.startswith("properties.") else f"properties.{path}"


def place_of(path: str) -> Path:
    """``llm.api_key`` → ``("llm", "api_key")``."""
    way, name = split(path)
    return (*way, name)


def place_path(place: Path) -> str:
    """``("llm", "mcp_servers", 0, "name")`` → ``llm.mcp_servers[0].name``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that holds no other, with its path; an empty object or list is one too."""
    items = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    if items and node:
        for name, inner in items:
            yield from leaves(inner, (*path, name if isinstance(name, int) else str(name)))
    elif path:
        yield path, node


def nulls(node: Any, path: Path = ()) -> Iterator[Path]:
    """The places of null in objects, the deepest first."""
    for name, inner in node.items() if isinstance(node, Mapping) else ():
        if inner is None:
            yield (*path, str(name))
        else:
            yield from nulls(inner, (*path, str(name)))


def value_at_place(body: Any, place: Path) -> Any:
    """The value at a path of names and numbers; ``MISSING`` when there is none."""
    for name in place:
        try:
            inner: Any = body if isinstance(body, Mapping | list) else {}
            body = inner[name]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return body


def remove(body: Any, place: Path) -> None:
    """Take away the value at a path, and objects that are empty without it."""
    owner = value_at_place(body, place[:-1])
    if isinstance(owner, dict):
        owner.pop(place[-1], None)
        if not owner and len(place) > 1 and isinstance(value_at_place(body, place[:-2]), dict):
            remove(body, place[:-1])
    elif isinstance(owner, list) and isinstance(place[-1], int):
        owner[place[-1]] = ""
