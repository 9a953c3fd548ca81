"""Import and export of agents: JSON and YAML files, Agora join bodies and curl commands."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from greenroom.agora.snippets import agora_agents, curl, javascript, marked_body, python
from greenroom.catalog import rules
from greenroom.catalog.reading import Entry, read_properties
from greenroom.catalog.secrecy import without_secrets
from greenroom.errors import GreenroomError
from greenroom.model.agent import Settings
from greenroom.redaction import SECRETS

__all__ = [
    "Import",
    "UnreadableAgentFile",
    "agora_agents",
    "curl",
    "javascript",
    "marked_body",
    "python",
    "to_json",
    "to_yaml",
    "understand",
]

FORMAT = 1
LARGEST = 1_000_000
_FENCE = re.compile(r"^```[\w-]*\s*\n(.*?)\n```\s*$", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1[^\n]*\n(.*?)\n\s*\2\s*$", re.DOTALL)
_DATA = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")


class UnreadableAgentFile(GreenroomError):
    advice = "Paste a Greenroom export (JSON or YAML), the body of an Agora join, or a curl command with such a body."


@dataclass(frozen=True, slots=True)
class Import:
    """The result of an import: settings, and what happened to each field."""

    name: str
    settings: Settings
    entries: tuple[Entry, ...]


def to_json(name: str, settings: Settings) -> str:
    """The agent as a Greenroom JSON document, without keys."""
    return json.dumps(_document(name, settings), ensure_ascii=False, indent=2) + "\n"


def to_yaml(name: str, settings: Settings) -> str:
    """The agent as YAML, with readable multi-line texts."""
    return yaml.dump(_document(name, settings), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def understand(text: str) -> Import:
    """Raises NotUnderstood with the reason, and with line and column where there is one."""
    if len(text) > LARGEST:
        raise UnreadableAgentFile(f"This is {len(text):,} characters long; at most {LARGEST:,} are read.")
    if not text.strip():
        raise UnreadableAgentFile("There is nothing to read yet.")
    fenced = _FENCE.match(text.strip())
    body = fenced.group(1) if fenced else text
    return _meant(_parsed(_data_of_curl(body) if _is_curl(body) else body))


def _document(name: str, settings: Settings) -> dict[str, Any]:
    # A setting's own name says nothing: "tts.openai.credentials" is whose account it is. What is inside of it does.
    known = {key: without_secrets(value) for key, value in sorted(settings.items()) if not _is_secret(key)}
    return {"greenroom": FORMAT, "name": name, "settings": SECRETS.json(known)}


def _is_secret(key: str) -> bool:
    setting = rules.setting_of(key)
    return setting is not None and setting.kind == "secret"


def _meant(document: Any) -> Import:
    if not isinstance(document, Mapping):
        raise UnreadableAgentFile("This is neither an agent nor the body of a join: an object is needed at the top.")
    name = document.get("name") if isinstance(document.get("name"), str) else ""
    if "greenroom" in document:
        return _own(str(name), document)
    properties = document.get("properties")
    if isinstance(properties, Mapping):
        reading = read_properties(properties, document)
    elif any(role in document for role in rules.VENDORS):
        reading = read_properties(document)
    else:
        raise UnreadableAgentFile("Nothing in this is known: there are no settings, no properties, and no asr, llm or tts.")
    return Import(str(name), reading.values, reading.entries)


def _own(name: str, document: Mapping[str, Any]) -> Import:
    settings = document.get("settings")
    if document["greenroom"] != FORMAT or not isinstance(settings, Mapping):
        raise UnreadableAgentFile(
            f"This document is of another format than {FORMAT}.", advice="Export it again with this Greenroom."
        )
    taken: dict[str, Any] = {}
    entries: list[Entry] = []
    for key, value in settings.items():
        known = rules.setting_of(str(key)) is not None or str(key) in {rules.vendor_key(role) for role in rules.VENDORS}
        secret = _is_secret(str(key))
        if known and not secret:
            taken[str(key)] = value
        entries.append(Entry(str(key), "secret" if secret else "understood" if known else "call", str(key) if known else ""))
    return Import(name, taken, tuple(entries))


def _parsed(text: str) -> Any:
    if text.lstrip()[:1] in "{[":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise UnreadableAgentFile(f"The JSON is broken at line {error.lineno}, column {error.colno}: {error.msg}.") from None
        except RecursionError:
            raise UnreadableAgentFile("The JSON is nested too deeply.") from None
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise UnreadableAgentFile("The YAML refers to parts of itself (aliases), which is not read.")
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise UnreadableAgentFile(f"The YAML is broken{place}: {error.problem or 'it cannot be read'}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableAgentFile(f"The YAML cannot be read ({type(error).__name__}).") from None


def _is_curl(text: str) -> bool:
    return any(re.match(r"\s*(?:\$\s+)?curl\s", line) for line in text.splitlines())


def _data_of_curl(text: str) -> str:
    """The body of the request: of a here-document, or of one of curl's options."""
    command = text[re.search(r"(?m)^\s*(?:\$\s+)?curl\s", text).start() :]  # pyright: ignore[reportOptionalMemberAccess]
    heredoc = _HEREDOC.search(command)
    if heredoc:
        return heredoc.group(3) if heredoc.group(1) else re.sub(r"\\([\\$`])", r"\1", heredoc.group(3))
    try:
        words = shlex.split(command.replace("\\\r\n", " "), comments=False)
    except ValueError as error:
        raise UnreadableAgentFile(f"The curl command is not complete: {error}.") from None
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, _, inline = word.partition("=")
        if option in _DATA:
            data = inline if "=" in word and option.startswith("--") else following
            if data.startswith("@"):
                raise UnreadableAgentFile(
                    f"The body of this curl command is in the file {data[1:60]}.", advice="Paste that file here."
                )
            return data
    raise UnreadableAgentFile("This curl command sends no body.")


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks."""


def _written(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # YAML takes more signs for a line break than people do: those are written as what they are.
    odd = any(not sign.isprintable() and sign != "\n" for sign in text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if odd else "|" if "\n" in text else None)


_Dumper.add_representer(str, _written)
