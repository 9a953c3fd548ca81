"""A studio with sign-in at a provider of our own, and who may do what in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.oidc_provider import OidcProvider, secrets_toml
from tests.studio_process import StudioProcess

COOKIE_SECRET = "cookie-secret-of-the-team-studio"
#: ann@firm.example is an admin; the rest of her firm edits, the agency looks on.
MEMBERS = {
    "GREENROOM_ADMINS": "ann@firm.example",
    "GREENROOM_EDITORS": "@firm.example",
    "GREENROOM_VIEWERS": "@agency.example",
}


@contextmanager
def team_studio(
    provider: OidcProvider, folder: Path, environ: Mapping[str, str] | None = None, *, engines: bool = False
) -> Iterator[StudioProcess]:
    """Running, with its data and its secrets in ``folder``; without ``engines`` it hears and says nothing. Members come back
    from the provider to its public address, where ``environ`` names one."""
    secrets = folder / "secrets.toml"
    studio = StudioProcess(folder / "data", {**MEMBERS, **(environ or {})}, ("--secrets.files", str(secrets)))
    address = (environ or {}).get("GREENROOM_PUBLIC_URL", studio.url)
    secrets.write_text(secrets_toml(provider, f"{address}/oauth2callback", COOKIE_SECRET))
    try:
        yield studio.start(engines=engines)
    finally:
        studio.stop()
