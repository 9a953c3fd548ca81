"""Files of API clients: Postman collections (2.x), HAR files of browsers, Insomnia exports. ``{{name}}`` is their variable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from greenroom.formats.document import FoundDocument, Placeholder, UnreadableText, members_of
from greenroom.formats.expressions import placeholder
from greenroom.formats.join_body import find_body, score
from greenroom.formats.json_text import parse_json
from greenroom.formats.reading_time import require_time

_VARIABLE = re.compile(r"\{\{\s*(?:_\.)?([\w.-]+)\s*\}\}")
#: Where a variable is meant even inside a longer text: an address, or the value of a header.
_INSIDE = re.compile(r"^\w+://|^(Bearer|Basic|Token|agora token=)")
#: A variable where JSON has a value without quotes.
_BARE = re.compile(r"([:\[,]\s*)(\{\{\s*(?:_\.)?[\w.-]+\s*\}\})(?=\s*[,\]}])")
_DEEPEST = 20


def kind_of(document: Any) -> str:
    """ "postman", "har", "insomnia", or "" for anything else."""
    if not isinstance(document, Mapping):
        return ""
    if isinstance(document.get("item"), list) and isinstance(document.get("info"), Mapping):
        return "postman"
    if isinstance(document.get("log"), Mapping) and isinstance(document["log"].get("entries"), list):
        return "har"
    return "insomnia" if isinstance(document.get("resources"), list) else ""


def read_api_client(document: Mapping[str, Any]) -> tuple[FoundDocument, ...]:
    """The bodies of all requests that start an agent, joins first. Raises UnreadableText."""
    kind = kind_of(document)
    requests = {"postman": _postman, "har": _har, "insomnia": _insomnia}[kind](document)
    documents = found_requests(requests, _known_variables(document), kind)
    if not documents:
        label = {"postman": "Postman collection", "har": "HAR file", "insomnia": "Insomnia export"}[kind]
        raise UnreadableText(
            f"No request in this {label} starts an agent.", advice="Save the request to …/join, including its body."
        )
    return documents


def found_requests(
    requests: Iterable[tuple[str, str, Any]], variables: Mapping[str, Any], format: str
) -> tuple[FoundDocument, ...]:
    """The documents of the requests (name, address, body) that start an agent, joins first."""
    documents: list[tuple[int, FoundDocument]] = []
    for name, address, body in requests:
        require_time()
        used: dict[str, Placeholder] = {}
        value = _with_variables(_parsed(body), variables, used)
        if find_body(value) is not None:
            weight = score(find_body(value)) + (100 if "/join" in address else 0)
            documents.append((weight, FoundDocument(value, format, name, used)))
    return tuple(document for _, document in sorted(documents, key=lambda pair: -pair[0]))


def read_texts_inside(document: Any, format: str) -> tuple[FoundDocument, ...]:
    """The agents in a document's texts that are JSON themselves, as in files of other API clients, logs and Kubernetes."""
    level, depth = [document], 0
    while level and depth <= _DEEPEST:
        bodies = [text for text in level if isinstance(text, str) and text.lstrip()[:1] in ("{", "[", '"')]
        if documents := found_requests([("", "", text) for text in bodies], {}, format):
            return documents
        level = [inner for value in level for inner in _members_or_text(value)][:5_000]
        depth += 1
    return ()


def _members_or_text(value: Any) -> list[Any]:
    """:func:`members_of`, and the value inside a text that is a JSON string."""
    if isinstance(value, str) and value.lstrip()[:1] == '"':
        return [_parsed(value)]
    return members_of(value)


def _postman(document: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, str, Any]]:
    for item in document.get("item") or ():
        if not isinstance(item, Mapping) or depth > _DEEPEST:
            continue
        yield from _postman(item, depth + 1)
        request = item.get("request")
        if isinstance(request, Mapping) and isinstance(request.get("body"), Mapping):
            address = request.get("url")
            text = address.get("raw", "") if isinstance(address, Mapping) else address
            yield str(item.get("name") or ""), str(text), request["body"].get("raw")


def _har(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for entry in document["log"]["entries"]:
        request = entry.get("request") if isinstance(entry, Mapping) else None
        posted = request.get("postData") if isinstance(request, Mapping) else None
        if isinstance(request, Mapping) and isinstance(posted, Mapping):
            yield "", str(request.get("url", "")), posted.get("text")


def _insomnia(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for resource in document["resources"]:
        body = resource.get("body") if isinstance(resource, Mapping) else None
        if isinstance(body, Mapping):
            yield str(resource.get("name", "")), str(resource.get("url", "")), body.get("text")


def _parsed(body: Any) -> Any:
    if not isinstance(body, str) or not body.lstrip().startswith(("{", "[", '"')):
        return None
    try:
        return parse_json(_BARE.sub(r'\1"\2"', body))
    except UnreadableText:
        return None


def _known_variables(document: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a collection gives its variables."""
    listed = document.get("variable")
    pairs = listed if isinstance(listed, list) else []
    return {str(pair["key"]): pair.get("value") for pair in pairs if isinstance(pair, Mapping) and "key" in pair}


def _with_variables(value: Any, variables: Mapping[str, Any], used: dict[str, Placeholder]) -> Any:
    """Replace ``{{x}}`` by ``${X}`` where it is a variable of the client. In a prompt it stays: it is one of the agent's own."""
    if isinstance(value, Mapping):
        return {name: _with_variables(inner, variables, used) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_variables(inner, variables, used) for inner in value]
    if not isinstance(value, str) or not (_VARIABLE.fullmatch(value.strip()) or _INSIDE.match(value)):
        return value

    def named(match: re.Match[str]) -> str:
        variable = placeholder(match[1], variables.get(match[1]) or None)
        used[variable.name] = variable
        return f"${{{variable.name}}}"

    return _VARIABLE.sub(named, value)
