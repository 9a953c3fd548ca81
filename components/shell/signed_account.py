"""The account that Streamlit's sign-in cookie names, for requests that don't come through Streamlit."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from streamlit.auth_util import get_cookie_with_chunks, get_signing_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

log = logging.getLogger(__name__)


def account_of(cookies: Mapping[str, str], host: str) -> dict[str, Any]:
    """What the provider said about the account signed in at ``host``, which includes the port; {} if none is.

    Streamlit signs the cookie with ``cookie_secret``; a forged or expired one, or one from another studio, is ignored.
    """
    secret = get_signing_secret()
    if not secret:
        return {}

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1", "replace")) if value else None

    try:
        cookie = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
        account = json.loads(cookie) if cookie else {}
    except (ValueError, TypeError, RecursionError) as error:
        log.warning("an unreadable sign-in cookie: %s", type(error).__name__)
        return {}
    if not isinstance(account, dict) or urlsplit(str(account.get("origin"))).netloc != host:
        return {}
    return account
