"""The twin's command line."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from greenroom.clock import Clock
from greenroom.loopback import is_loopback
from greenroom.twin.edge import Announcement

SECRETS = ("app_certificate", "customer_secret", "webhook_secret")
_FLAGS = {"--owner-pipe": "exit when standard input closes", "--quiet": "log warnings alone"}
_SECRETS_HELP = f"JSON object with {', '.join(SECRETS)}: a file that only you can read, or - for a line on standard input"
_ANNOUNCE_HELP = "where browsers on other machines send media: [udp:|tcp:]host[:port], separated by commas"
_LONGEST_LINE = 16_384
_HEX = frozenset("0123456789abcdefABCDEF")


@dataclass(frozen=True, slots=True)
class TwinConfig:
    """``port`` and ``media_port`` 0 = any free one. Empty ids = not configured: then nothing is checked against them."""

    host: str = "127.0.0.1"
    port: int = 8450
    media_port: int = 0
    app_id: str = ""
    app_certificate: str = field(default="", repr=False)
    customer_id: str = field(default="", repr=False)
    customer_secret: str = field(default="", repr=False)
    brain: str = "auto"
    owner_pipe: bool = False
    max_agents: int = 20
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    public_url: str = ""
    media_announce: str = ""
    models: str = ""
    quiet: bool = False


def _add_flags(parser: argparse.ArgumentParser) -> None:
    for flag, about in _FLAGS.items():
        parser.add_argument(flag, action="store_true", help=about)


def parse(arguments: Sequence[str] | None = None) -> TwinConfig:
    """Read the command line; an invalid argument ends the process with a message that names it."""
    parser = argparse.ArgumentParser(
        prog="python -m greenroom.twin",
        description="The offline twin of Agora: REST API, RTC edge and agents on one port.",
    )
    default = TwinConfig()
    parser.add_argument("--host", default=default.host, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=default.port, help="TCP port; 0 = any free one (default: %(default)s)")
    parser.add_argument(
        "--media-port",
        type=_port,
        default=0,
        help="UDP port for media, and TCP with --media-announce; 0 = any free one (default)",
    )
    parser.add_argument("--media-announce", type=_announced, default="", help=_ANNOUNCE_HELP)
    parser.add_argument("--app-id", type=_hex32, default="", help="serve only this project (default: any)")
    parser.add_argument("--customer-id", default="", help="REST customer ID (default: any)")
    parser.add_argument("--brain", choices=("auto", "scripted"), default=default.brain, help="language model")
    parser.add_argument("--models", default="", metavar="FOLDER", help="look here for GGUF model files")
    parser.add_argument("--max-agents", type=_count, default=default.max_agents, help="agents at once (default: %(default)s)")
    parser.add_argument("--webhook-url", type=_web_address, default="", help="send Agora's notifications to this URL")
    parser.add_argument("--public-url", default="", help="address of the studio whose pages on other machines may join calls")
    parser.add_argument("--secrets", default="", metavar="FILE", help=_SECRETS_HELP)
    _add_flags(parser)
    given = parser.parse_args(arguments)
    try:
        vars(given).update(read_secrets(given.secrets))
    except (OSError, ValueError) as error:
        parser.error(f"--secrets: {error}")
    delattr(given, "secrets")
    if not (is_loopback(given.host) or (given.public_url and given.app_certificate)):
        parser.error("--host: other machines get in only with --public-url and an app_certificate in --secrets")
    if given.media_announce and not given.app_certificate:
        parser.error("--media-announce: other machines get in only with an app_certificate in --secrets")
    if given.app_certificate and not given.app_id:
        parser.error("app_certificate needs --app-id")
    if bool(given.customer_id) != bool(given.customer_secret):
        parser.error("--customer-id and customer_secret need each other")
    if bool(given.webhook_url) != bool(given.webhook_secret):
        parser.error("--webhook-url and webhook_secret need each other")
    return TwinConfig(**vars(given))


def read_secrets(place: str) -> dict[str, str]:
    """Values kept off the command line, where every process of the machine could read them. "" = none.

    Raises OSError, and ValueError for a file that others can read and for what is no object of known texts.
    """
    said = json.loads(_secrets_text(place)) if place else {}
    if not isinstance(said, dict) or not all(name in SECRETS and isinstance(value, str) for name, value in said.items()):
        raise ValueError(f"must be a JSON object of texts named {', '.join(SECRETS)}")
    try:
        return {name: _hex32(said.get(name, "")) if name == "app_certificate" else said.get(name, "") for name in SECRETS}
    except argparse.ArgumentTypeError as error:
        raise ValueError(f"app_certificate {error}") from None


def _secrets_text(place: str) -> bytes:
    if place != "-":
        file = Path(place)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise ValueError(f"others can read {file}; run chmod 600 on it")
        return file.read_bytes()
    line = b""
    while not line.endswith(b"\n") and len(line) < _LONGEST_LINE and (byte := os.read(0, 1)):
        line += byte  # one at a time: what follows the line is the owner's pipe
    return line


def _port(text: str) -> int:
    return _between(text, 0, 65_535)


def _count(text: str) -> int:
    return _between(text, 1, 1000)


def _between(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or len(text) > 9 or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"must be a number from {low} to {high}")
    return int(text)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise argparse.ArgumentTypeError("must be an http:// or https:// address")
    return text


def _announced(text: str) -> str:
    try:
        Announcement.read(text, Clock())
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _hex32(text: str) -> str:
    if text and (len(text) != 32 or not _HEX.issuperset(text)):
        raise argparse.ArgumentTypeError("must be 32 hexadecimal digits")
    return text
