"""A small OpenID provider: discovery, authorization code with PKCE, RS256 tokens. It asks nothing and signs in ``account``."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID, CLIENT_SECRET = "greenroom-studio", "client-secret-of-the-tests"


class OidcProvider:
    """``with OidcProvider() as provider:``; ``account`` is who signs in next."""

    def __init__(self) -> None:
        self.account: dict[str, Any] = {}
        self.redirect_uri = ""
        self.refused: list[str] = []
        self._key = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, Any]] = {}
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
            Route("/userinfo", self._userinfo),
        ]
        config = uvicorn.Config(Starlette(routes=routes), "127.0.0.1", 0, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="OpenID provider")

    def __enter__(self) -> OidcProvider:
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        self.url = f"http://localhost:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)

    async def _discovery(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "email", "profile"],
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") != self.redirect_uri:
            return self._refuse("unknown client or redirect address")
        if asked.get("response_type") != "code" or asked.get("code_challenge_method") != "S256" or not asked.get("state"):
            return self._refuse("code, PKCE and state are required")
        code = secrets.token_urlsafe(24)
        self._codes[code] = {**asked, "account": dict(self.account)}
        return RedirectResponse(f"{self.redirect_uri}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._codes.pop(str(form.get("code")), None)  # once
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        client = base64.b64decode(basic).decode() if basic else f"{form.get('client_id')}:{form.get('client_secret')}"
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or client != f"{CLIENT_ID}:{CLIENT_SECRET}" or challenge != asked["code_challenge"]:
            return self._refuse("invalid_grant")
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked.get("nonce")}
        signed = jwt.encode(
            {"alg": "RS256", "kid": "k1"}, {**claims, "sub": asked["account"]["email"], **asked["account"]}, self._key
        )
        return JSONResponse({"access_token": secrets.token_hex(8), "token_type": "Bearer", "expires_in": 300, "id_token": signed})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _userinfo(self, request: Request) -> Response:
        return JSONResponse({"sub": self.account.get("email", ""), **self.account})

    def _refuse(self, why: str) -> Response:
        self.refused.append(why)
        return PlainTextResponse(why, 400)


def secrets_toml(provider: OidcProvider, redirect_uri: str, cookie_secret: str) -> str:
    """The ``[auth]`` section that docs/deploy.md describes."""
    provider.redirect_uri = redirect_uri
    return (
        f'[auth]\nredirect_uri = "{redirect_uri}"\ncookie_secret = "{cookie_secret}"\nclient_id = "{CLIENT_ID}"\n'
        f'client_secret = "{CLIENT_SECRET}"\nserver_metadata_url = "{provider.url}/.well-known/openid-configuration"\n'
    )
