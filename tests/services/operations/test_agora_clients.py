"""One client per address, whose connections end with the studio."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from greenroom.agora.client import AgoraClient, BasicAuth, TokenAuth
from greenroom.config import read
from greenroom.services.operations import AgoraClients, TwinProcess
from tests.conftest import APP_ID, CERTIFICATE

pytestmark = pytest.mark.unit


class ClosedClient(AgoraClient):
    """Keeps what it was made with and whether it was closed."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.arguments, self.more, self.closed = arguments, more, False

    def close(self) -> None:
        super().close()
        self.closed = True


def clients(**options: Any) -> AgoraClients:
    config = replace(read({}), app_id=APP_ID, app_certificate=CERTIFICATE, **options)
    return AgoraClients(config, TwinProcess(config), ClosedClient)


def test_the_client_of_an_address_is_kept_until_all_are_closed():
    current = clients(place="cloud", rest_base_url="https://gateway.example")
    first = current()
    assert current() is first
    current.close()
    assert first.closed  # pyright: ignore[reportAttributeAccessIssue]
    assert current() is not first
    current.close()


def test_customer_credentials_sign_in_where_they_are_set_and_an_area_has_fallback_addresses(caplog: pytest.LogCaptureFixture):
    """Each use of the secret is logged by name, once a minute."""
    made = clients(place="cloud", customer_id="id", customer_secret="secret")
    with caplog.at_level(logging.INFO, logger="greenroom.security"):
        client = made()
        made()
    (line,) = caplog.records
    assert line.args == {
        "event": "key_used",
        "name": "AGORA_CUSTOMER_SECRET",
        "destination": urlsplit(client.arguments[0]).hostname,  # pyright: ignore[reportAttributeAccessIssue]
        "purpose": "agora",
    }
    assert isinstance(client.arguments[2], BasicAuth)  # pyright: ignore[reportAttributeAccessIssue]
    assert client.more["others"]  # pyright: ignore[reportAttributeAccessIssue]
    made.close()
    signed = clients(place="cloud", rest_base_url="https://gateway.example")
    client = signed()
    assert isinstance(client.arguments[2], TokenAuth)  # pyright: ignore[reportAttributeAccessIssue]
    assert client.more == {}  # pyright: ignore[reportAttributeAccessIssue]
    signed.close()
