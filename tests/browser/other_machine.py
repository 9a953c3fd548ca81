"""Another machine on the network: a network namespace with an address of its own, and a TLS front before the studio."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.browser.conftest import CHROMIUM

#: Addresses of documentation (RFC 5737): no machine has them.
HERE, THERE, PREFIX = "198.51.100.1", "198.51.100.2", 30


def no_namespaces() -> str:
    """Why no other machine can be had here; "" if it can."""
    if os.name != "posix" or shutil.which("ip") is None:
        return "needs Linux and iproute2"
    name = f"greenroom-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    if made.returncode:
        return f"network namespaces aren't allowed here: {made.stderr.strip()[:120]}"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


class OtherMachine:
    """Programs run on it through :meth:`run` or with the prefix of :attr:`inside`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.inside = ["ip", "netns", "exec", name]

    def run(self, *command: str) -> None:
        subprocess.run([*self.inside, *command], check=True, capture_output=True)

    def block_udp(self) -> None:
        """As a strict company network: nothing but TCP gets out."""
        self.run("ip", "rule", "add", "ipproto", "udp", "prohibit", "pref", "1")
        self.run("ip", "rule", "del", "pref", "0")  # the local table too, which is asked first
        self.run("ip", "rule", "add", "pref", "2", "lookup", "local")

    def chromium(self, folder: Path) -> Path:
        """A program that starts Chromium on it."""
        script = folder / f"chromium-{self.name}"
        script.write_text(f'#!/bin/sh\nexec {" ".join(self.inside)} {CHROMIUM} "$@"\n')
        script.chmod(0o755)
        return script


@contextmanager
def other_machine() -> Iterator[OtherMachine]:
    """One at a time: it has :data:`THERE` and this machine gets :data:`HERE`."""
    name, ours, theirs = f"greenroom-{os.getpid()}", f"gr{os.getpid() % 100_000}a", f"gr{os.getpid() % 100_000}b"

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    ip("netns", "add", name)
    try:
        ip("link", "add", ours, "type", "veth", "peer", "name", theirs)
        ip("link", "set", theirs, "netns", name)
        ip("addr", "add", f"{HERE}/{PREFIX}", "dev", ours)
        ip("link", "set", ours, "up")
        machine = OtherMachine(name)
        machine.run("ip", "link", "set", "lo", "up")
        machine.run("ip", "addr", "add", f"{THERE}/{PREFIX}", "dev", theirs)
        machine.run("ip", "link", "set", theirs, "up")
        yield machine
    finally:
        ip("netns", "del", name)
        subprocess.run(["ip", "link", "del", ours], capture_output=True)


class TlsFront:
    """Ends TLS on an address and passes the bytes on to a port of this machine, as a proxy before the studio does."""

    def __init__(self, folder: Path, address: str, to_port: int) -> None:
        self._address, self._to_port = address, to_port
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(self_signed_certificate(folder, address))
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="TLS front")

    def __enter__(self) -> TlsFront:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass_on, self._address, 0, ssl=self._context)
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", self._to_port)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            try:
                while data := await source.read(65_536):
                    target.write(data)
                    await target.drain()
            except OSError:
                pass
            finally:
                target.close()

        await asyncio.gather(pump(reader, behind_writer), pump(behind_reader, writer))


def self_signed_certificate(folder: Path, address: str) -> Path:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "tls.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return file
