"""Finds where an agent would send which credential, in the body that Agora gets.

A key goes to the addresses in its block, whatever the vendor's name says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from greenroom.catalog.active import Values, fields, realtime, roles, vendor_of
from greenroom.catalog.key_hosts import belongs, names_of_groups, names_of_vendor
from greenroom.catalog.payload import credential_of, payload
from greenroom.catalog.spec import Role

#: Names of fields that hold an address something is sent to, and of those whose address is content.
_ADDRESS = re.compile(r"url|uri|endpoint|host|domain|server|gateway|proxy|address|base", re.IGNORECASE)
_CONTENT = re.compile(r"image|picture|photo|audio|sample|video|callback|webhook|logo|name|names", re.IGNORECASE)
#: Blocks with servers of their own, in which nothing of the block around them is sent; ``*`` is an element of a list.
_OWN_SERVERS: tuple[tuple[str, ...], ...] = tuple(
    (role, block, "*") for role in ("llm", "mllm") for block in ("mcp_servers", "tools")
)
#: Values that Agora fills into texts and into requests of tools.
_VARIABLES = "template_variables"
#: The destination of a key in a text that the agent speaks.
SPOKEN = "the conversation"
_MARK = re.compile("\x00([A-Z0-9_]+)\x00")
_TLS, _PLAIN = {"https": 443, "wss": 443}, {"http": 80, "ws": 80}

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
    """Maps every credential to a mark that no setting can contain."""

    def __getitem__(self, name: str) -> str:
        return f"\x00{name}\x00"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def key_uses(values: Values) -> tuple[KeyUse, ...]:
    """Every use of a credential, each once, in the order of the body. Never raises."""
    body = payload(values, _Marks())
    uses: dict[tuple[str, str], KeyUse] = {}
    for path, text in _leaves(body):
        for name in _MARK.findall(text):
            for destination, own in _destinations(name, path, body, values):
                key, optional = _setting(path, name, values)
                before = uses.get((name, destination))
                if before is None or (before.optional and not optional):
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
    root = next((path[: len(own)] for own in _OWN_SERVERS if _matches(path, own)), path[:1])
    addresses = list(_addresses(_at(body, root), root))
    if _is_address(path[-1], leaf := str(_at(body, path))):
        addresses.append(leaf)
    places = [place(address) for address in addresses]
    if places:
        yield from ((where, belongs(name, where)) for where in dict.fromkeys(places))
        return
    role: Role | None = next((known for known in roles(values) if known == path[0]), None)
    if role is None:
        yield "Agora", name in names_of_groups()
    else:
        vendor = vendor_of(role, values)
        yield vendor.label, name in names_of_vendor(vendor.settings)


def _places_of_variable(name: str, path: Path, body: Any) -> Iterator[tuple[str, bool]]:
    """A template variable goes wherever its block sends anything, tools included, and into the texts that use it."""
    block = _at(body, path[:1])
    places = [place(text) for inner, text in _leaves(block) if inner and _is_address(inner[-1], text)]
    yield from ((where, belongs(name, where)) for where in dict.fromkeys(places))
    used = re.compile(r"\{\{\s*(template_variables\.)?" + re.escape(path[path.index(_VARIABLES) + 1]) + r"\s*\}\}")
    texts = (text for inner, text in _leaves(block) if not {_VARIABLES, "tools", "mcp_servers"} & set(inner))
    if not places or any(used.search(text) for text in texts):
        yield SPOKEN, False


def place(address: str) -> str:
    """The host of an address as a consent names it: with its port when that isn't the usual one, with "http://" without TLS.

    An ambiguous address is a place of its own that belongs to no vendor.
    """
    shown = _MARK.sub(r"${\1}", address)
    if re.search(r"[\s\\\x00-\x1f]", address.replace("\x00", "")) or not address.isascii():
        return shown[:200]
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return shown[:200]
    if not host or "\x00" in host or "%" in host:
        return shown[:200]
    plain = parts.scheme not in _TLS
    usual = {**_TLS, **_PLAIN}.get(parts.scheme)
    named = host if port in (None, usual) else f"{host}:{port}"
    return f"http://{named}" if plain else named


def _addresses(node: Any, path: Path) -> Iterator[str]:
    """What a block says about where it sends things, without the blocks in it that have servers of their own."""
    for inner, text in _leaves(node):
        whole = path + inner
        if any(_matches(whole, own) and len(path) < len(own) for own in _OWN_SERVERS):
            continue
        if inner and _is_address(inner[-1], text):
            yield text


def _is_address(name: str, text: str) -> bool:
    if not _ADDRESS.search(name) or _CONTENT.search(name):
        return False
    return "://" in text or (re.fullmatch(r"[\w.-]+\.[a-z]{2,}(:\d+)?(/\S*)?", text, re.IGNORECASE) is not None)


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
