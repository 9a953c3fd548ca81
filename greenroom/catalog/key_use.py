"""Finds where an agent would send which credential, in the body that Agora gets.

A key goes to the addresses in its block, whatever the vendor's name says.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog.active import Values, fields, realtime, roles, vendor_of
from greenroom.catalog.key_addresses import MARK, filled, is_address, place
from greenroom.catalog.key_hosts import belongs, names_of_groups, names_of_vendor
from greenroom.catalog.named_secrets import replaced
from greenroom.catalog.payload import credential_of, payload
from greenroom.catalog.secrecy import is_secret
from greenroom.catalog.spec import Role

_MODELS, _TOOLS = ("llm", "mllm"), ("mcp_servers", "tools")
#: Blocks with servers of their own, in which nothing of the block around them is sent; ``*`` is an element of a list.
_OWN_SERVERS: tuple[tuple[str, ...], ...] = tuple((role, block, "*") for role in _MODELS for block in _TOOLS)
#: What of a tool or an MCP server goes to the model instead.
_TOLD_OF_TOOLS = frozenset({"type", "function", "name", "title", "description", "allowed_tools"})
#: For a field that is known by its name alone.
_ANY_ADDRESS = "https://host.example"
#: Values that Agora fills into texts and into requests of tools.
_VARIABLES = "template_variables"
#: The destination of a key in a text that the agent speaks.
SPOKEN = "the conversation"
#: That of a vendor's key for a tool at the vendor's own host: there the model may ask for anything, not just for speech.
TOOL_AT = "a tool at "
#: Around a credential's name: letters and digits, which URLs and JSON in a text keep as they are. Random: no setting has it.
_NONCE = f"k{secrets.token_hex(16)}"
_ENCODED = re.compile(f"{_NONCE}([A-Z0-9_]+){_NONCE}")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One credential on its way to one place. ``destination``: a host, or the label of a vendor that Agora knows the host of.

    ``own``: the place is the credential's own vendor. ``setting``: the key of the setting that says so.
    """

    name: str
    destination: str
    own: bool
    setting: str
    optional: bool = False


class _Marks(Mapping[str, str]):
    """Maps every credential to a mark that no setting can contain, and that every encoding of a body keeps."""

    def __getitem__(self, name: str) -> str:
        return f"{_NONCE}{name}{_NONCE}"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def key_uses(values: Values) -> tuple[KeyUse, ...]:
    """Every use of a credential, each once, in the order of the body. Never raises."""
    body = replaced(payload(values, _Marks()), lambda _, text: _ENCODED.sub("\x00\\1\x00", text))
    uses: dict[tuple[str, str], KeyUse] = {}
    for path, text in _leaves(body):
        for name in MARK.findall(text):
            for destination, own in _destinations(name, path, body, values):
                key, optional = _setting(path, name, values)
                before = uses.get((name, destination))
                if before is None or (before.optional and not optional) or (before.own and not own):
                    uses[(name, destination)] = KeyUse(name, destination, own, key, optional)
    return tuple(uses.values())


def key_use_at(name: str, address: str) -> KeyUse:
    """The use of a credential at an address that no agent's setting names."""
    where = place(address)
    return KeyUse(name, where, belongs(name, where), "")


def _destinations(name: str, path: Path, body: Any, values: Values) -> Iterator[tuple[str, bool]]:
    """Each place and whether it is the credential's own; the vendor of the block when it names no address."""
    if _VARIABLES in path[:-1]:
        yield from _places_of_variable(name, path, body)
        return
    told = _is_told(path)
    if told:
        yield SPOKEN, False
    server = next((path[: len(own)] for own in _OWN_SERVERS if _matches(path, own)), ())
    root = server if server and not told else path[:1]
    addresses = list(_addresses(_at(body, root), root))
    if not told and is_address(path[len(root) :], leaf := str(_at(body, path))):
        addresses.append(leaf)
    variables = {key: value for block in _models(body) for key, value in _mapping(block.get(_VARIABLES)).items()}
    places = [place(filled(address, variables)) for address in addresses]
    if places:
        yield from (_of_tool(name, where) if root == server else (where, belongs(name, where)) for where in dict.fromkeys(places))
        return
    role: Role | None = next((known for known in roles(values) if known == path[0]), None)
    if role is None:
        yield "Agora", name in names_of_groups() and _is_secret_place(path)
    else:
        vendor = vendor_of(role, values)
        yield vendor.label, name in names_of_vendor(vendor.settings)


def _of_tool(name: str, where: str) -> tuple[str, bool]:
    return (f"{TOOL_AT}{where}" if belongs(name, where) else where), False


def _is_told(path: Path) -> bool:
    """Whether the model reads a value, and could repeat it to its caller: prompts, greetings, descriptions of tools."""
    if path[0] not in _MODELS:
        return False
    if server := next((own for own in _OWN_SERVERS if _matches(path, own)), None):
        return len(path) > len(server) and path[len(server)] in _TOLD_OF_TOOLS
    return not _is_secret_place(path) and not is_address(path[1:], _ANY_ADDRESS)


def _is_secret_place(path: Path) -> bool:
    """Whether a key is expected here: under a secret's name, or in headers."""
    return any(is_secret(part) or part.lower().endswith(("header", "headers")) for part in path[1:])


def _places_of_variable(name: str, path: Path, body: Any) -> Iterator[tuple[str, bool]]:
    """A template variable goes wherever a model's block sends anything, tools included, and into the texts that use it.

    A realtime model takes those of the language model's block, too.
    """
    leaves = [leaf for block in (_models(body) if path[0] in _MODELS else [_at(body, path[:1])]) for leaf in _leaves(block)]
    places = [(inner[0] in _TOOLS, place(text)) for inner, text in leaves if is_address(inner, text)]
    yield from (_of_tool(name, at) if of_tool else (at, belongs(name, at)) for of_tool, at in dict.fromkeys(places))
    used = re.compile(r"\{\{\s*(template_variables\.)?" + re.escape(path[path.index(_VARIABLES) + 1]) + r"\s*\}\}")
    texts = (text for inner, text in leaves if _VARIABLES not in inner and _is_told(("llm", *inner)))
    if not places or any(used.search(text) for text in texts):
        yield SPOKEN, False


def _models(body: Any) -> list[Mapping[str, Any]]:
    return [_mapping(body.get(role)) for role in _MODELS]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _addresses(node: Any, path: Path) -> Iterator[str]:
    """What a block says about where it sends things, without the blocks in it that have servers of their own."""
    for inner, text in _leaves(node):
        whole = path + inner
        if any(_matches(whole, own) and len(path) < len(own) for own in _OWN_SERVERS):
            continue
        if is_address(inner, text):
            yield text


def _setting(path: Path, name: str, values: Values) -> tuple[str, bool]:
    """The setting whose place in the body is nearest, and whether the agent can do without the credential there."""
    direct, written = realtime(values), ".".join(path)
    best, optional, longest = "", False, 0
    for field in fields(values):
        where = field.path(direct)
        if field.setting.kind == "secret" and credential_of(field, values) == name and where == written:
            return field.key, not field.setting.required
        if where and (written == where or written.startswith(f"{where}.")) and len(where) > longest:
            best, longest = field.key, len(where)
    return best or "advanced.extra", optional


def _leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text with its path; names of fields may hold marks, too."""
    if isinstance(node, Mapping):
        for name, inner in node.items():
            yield from _leaves(inner, (*path, str(name)))
    elif isinstance(node, list | tuple):
        for number, inner in enumerate(node):
            yield from _leaves(inner, (*path, str(number)))
    elif isinstance(node, str):
        yield path, node


def _at(node: Any, path: Path) -> Any:
    for name in path:
        node = node[int(name)] if isinstance(node, list | tuple) else node[name]
    return node


def _matches(path: Path, pattern: tuple[str, ...]) -> bool:
    return len(path) >= len(pattern) and all(part in ("*", there) for part, there in zip(pattern, path, strict=False))
