"""Check before the server starts what would end it with a traceback: its address, port, certificate and config files.

Each function raises CannotServe with advice. Streamlit opens its socket and reads the certificate before it imports
any code of the app, so the app itself comes too late for this.
"""

from __future__ import annotations

import errno
import socket
import ssl
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from greenroom.errors import CannotServe

_EVERYWHERE = "0.0.0.0"
_LAST_PORT = 65535
#: How far to look for a free port to suggest.
_NEXT_PORTS = 20
_ADVICE_PORT = "Choose a port from 1024 to 65535: make run PORT=8502, or --server.port 8502."
_ADVICE_ADDRESS = "Use --server.address localhost, or an address of this computer."
_ADVICE_FILES = "Check its path and permissions, or leave out both options: a proxy can add TLS."
_ADVICE_PAIR = "Set --server.sslCertFile and --server.sslKeyFile to a certificate and its own key, both in PEM format."


def require_readable(config_files: Iterable[str]) -> None:
    """Each config file that exists is TOML. Streamlit ignores one that isn't, with all its settings."""
    for path in map(Path, config_files):
        try:
            if path.exists():
                tomllib.loads(path.read_text(encoding="utf8"))
        except OSError as error:
            raise CannotServe(f"{path} can't be read: {error.strerror}.", advice="Check its permissions.") from None
        except (ValueError, RecursionError) as error:
            why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it isn't text in UTF-8"
            raise CannotServe(f"{path} isn't valid TOML: {why}.", advice="Correct the file, or delete it.") from None


def require_certificate(certificate: str, key: str) -> None:
    """Both files can be read and belong together, or both are ""."""
    if not certificate and not key:
        return
    if not certificate or not key:
        named, missing = ("sslCertFile", "sslKeyFile") if certificate else ("sslKeyFile", "sslCertFile")
        raise CannotServe(f"server.{named} is set but server.{missing} isn't.", advice="Set both, or neither.")
    for name, path in (("sslCertFile", certificate), ("sslKeyFile", key)):
        try:
            Path(path).read_bytes()
        except OSError as error:
            raise CannotServe(f"server.{name}: {path} can't be read: {error.strerror}.", advice=_ADVICE_FILES) from None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, _passphrase)
    except ssl.SSLError as error:
        strangers = error.reason == "KEY_VALUES_MISMATCH"
        what = "don't belong together" if strangers else "aren't a certificate and its key in PEM format"
        raise CannotServe(f"{certificate} and {key} {what}.", advice=_ADVICE_PAIR) from None
    except _AskedAtStart:
        return


class _AskedAtStart(Exception):
    """The key has a passphrase, which OpenSSL asks for in the terminal when the server loads it."""


def _passphrase() -> str:
    if sys.stdin.isatty():
        raise _AskedAtStart
    raise CannotServe(
        "The key of server.sslKeyFile has a passphrase, and there is no terminal to ask for it.",
        advice="Remove it with: openssl pkey -in KEY -out NEWKEY",
    )


def require_free_port(address: str, port: str, searches: bool) -> None:
    """This computer has the address, and its port is free. ``address``: "" = all. With ``searches``, the server tries other
    ports itself if this one is taken."""
    number = int(port[:6]) if port.isdecimal() else -1
    if not 0 <= number <= _LAST_PORT:
        raise CannotServe(f"{port[:40]} isn't a port.", advice=_ADVICE_PORT)
    if address.startswith("unix://"):
        raise CannotServe("Unix sockets aren't supported.", advice=_ADVICE_ADDRESS)
    try:
        _bind(address, number)
    except OSError as error:
        taken = error.errno in (errno.EADDRINUSE, errno.EACCES)
        if not (taken and searches):
            raise _refusal(address, number, error) from None
    except (TypeError, ValueError):  # a name that can't be encoded
        raise CannotServe(f"{address[:80]} isn't an address.", advice=_ADVICE_ADDRESS) from None


def _bind(address: str, port: int) -> None:
    """Bind as Streamlit's server will, without listening. Raises OSError."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if trial.family == socket.AF_INET6:
            trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        trial.bind((address or _EVERYWHERE, port))


def _refusal(address: str, port: int, error: OSError) -> CannotServe:
    where = address or "all addresses"
    if error.errno == errno.EADDRINUSE:
        free = _free_after(address, port)
        return CannotServe(
            f"Port {port} on {where} is already in use, maybe by another Greenroom.",
            advice=f"Stop it, or choose another port: make run PORT={free}, or --server.port {free}.",
        )
    if error.errno == errno.EACCES:
        return CannotServe(f"Port {port} is reserved for the system administrator.", advice=_ADVICE_PORT)
    if error.errno == errno.EADDRNOTAVAIL:
        return CannotServe(f"This computer doesn't have the address {where}.", advice=_ADVICE_ADDRESS)
    return CannotServe(f"The address {where} can't be used: {error.strerror or error}.", advice=_ADVICE_ADDRESS)


def _free_after(address: str, port: int) -> int:
    """A port to suggest: the next one that is free now."""
    for near in range(port + 1, min(port + _NEXT_PORTS, _LAST_PORT) + 1):
        try:
            _bind(address, near)
        except OSError:
            continue
        return near
    return 8502
