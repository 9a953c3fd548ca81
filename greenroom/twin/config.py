"""What the twin can be told when it is started: the command line, once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field

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


def parse(arguments: Sequence[str] | None = None) -> TwinConfig:
    """Read the command line; an argument that cannot be used ends the process with a line that says which and why."""
    parser = argparse.ArgumentParser(
        prog="python -m greenroom.twin",
        description="The offline twin of Agora: REST API, RTC edge and agents on one port.",
    )
    default = TwinConfig()
    parser.add_argument("--host", default=default.host, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=default.port, help="TCP port; 0 = any free one (default: %(default)s)")
    parser.add_argument("--media-port", type=_port, default=0, help="UDP port for media; 0 = any free one (default)")
    parser.add_argument("--app-id", type=_hex32, default="", help="the one project served; default: any")
    parser.add_argument("--app-certificate", type=_hex32, default="", help="check tokens against it; default: any token")
    parser.add_argument("--customer-id", default="", help="REST customer id; default: any")
    parser.add_argument("--customer-secret", default="", help="REST customer secret")
    parser.add_argument("--brain", choices=("auto", "scripted"), default=default.brain, help="language model")
    parser.add_argument("--max-agents", type=_count, default=default.max_agents, help="agents at once (default: %(default)s)")
    parser.add_argument("--webhook-url", default="", help="send Agora's notifications to this address")
    parser.add_argument("--webhook-secret", default="", help="sign them with this")
    parser.add_argument("--owner-pipe", action="store_true", help="leave when standard input closes")
    given = parser.parse_args(arguments)
    if given.app_certificate and not given.app_id:
        parser.error("--app-certificate needs --app-id")
    if bool(given.customer_id) != bool(given.customer_secret):
        parser.error("--customer-id and --customer-secret need each other")
    if bool(given.webhook_url) != bool(given.webhook_secret):
        parser.error("--webhook-url and --webhook-secret need each other")
    return TwinConfig(**vars(given))


def _port(text: str) -> int:
    return _between(text, 0, 65_535)


def _count(text: str) -> int:
    return _between(text, 1, 1000)


def _between(text: str, low: int, high: int) -> int:
    if not text.isdigit() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"must be a number from {low} to {high}")
    return int(text)


def _hex32(text: str) -> str:
    if text and (len(text) != 32 or not _HEX.issuperset(text)):
        raise argparse.ArgumentTypeError("must be 32 hexadecimal digits")
    return text
