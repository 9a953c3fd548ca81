"""The clients through which services reach Agora or the twin."""

from __future__ import annotations

import threading
from collections.abc import Callable

from greenroom.agora.auth import Auth, BasicAuth, TokenAuth
from greenroom.agora.client import AgoraClient
from greenroom.agora.hosts import base_url, other_urls
from greenroom.config import Config
from greenroom.security_log import FrequentKeyUse
from greenroom.services.operations.twin_process import TwinProcess


class AgoraClients:
    """Call it for the client to use now. Thread-safe.

    In the cloud it is always the same one; offline it is the one for the twin's present address.
    """

    def __init__(self, config: Config, twin: TwinProcess, make: Callable[..., AgoraClient] = AgoraClient) -> None:
        """``make`` builds a client from an address, an App ID and a way to sign in."""
        self._config = config
        self._twin = twin
        self._make = make
        self._auth = _auth(config)
        self._secret_use = FrequentKeyUse("AGORA_CUSTOMER_SECRET", "agora")
        self._made: dict[str, AgoraClient] = {}
        self._lock = threading.Lock()

    def __call__(self) -> AgoraClient:
        """Raises TwinUnavailable offline while the twin doesn't run."""
        config = self._config
        address = self._twin.url if config.on_twin else config.rest_base_url or base_url(config.area)
        if isinstance(self._auth, BasicAuth):  # a token is only signed with the certificate, which stays here
            self._secret_use.at(address)
        with self._lock:
            if address not in self._made:
                by_area = config.on_cloud and not config.rest_base_url
                fallback = {"others": other_urls(config.area)} if by_area else {}
                self._made[address] = self._make(address, config.app_id, self._auth, **fallback)
            return self._made[address]

    def close(self) -> None:
        """Close all connections. A later call makes a new client."""
        with self._lock:
            clients, self._made = list(self._made.values()), {}
        for client in clients:
            client.close()


def _auth(config: Config) -> Auth:
    if config.on_cloud and config.customer_id and config.customer_secret:  # the twin knows no customers
        return BasicAuth(config.customer_id, config.customer_secret)
    return TokenAuth(config.app_id, config.app_certificate)
