"""A studio with sign-in at a provider of our own, and who may do what in it."""

from __future__ import annotations

from collections.abc import Iterator
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
def team_studio(provider: OidcProvider, folder: Path) -> Iterator[StudioProcess]:
    """Running, with its data and its secrets in ``folder``; speech engines aren't loaded."""
    secrets = folder / "secrets.toml"
    studio = StudioProcess(folder / "data", MEMBERS, ("--secrets.files", str(secrets)))
    secrets.write_text(secrets_toml(provider, f"{studio.url}/oauth2callback", COOKIE_SECRET))
    try:
        yield studio.start(engines=False)
    finally:
        studio.stop()
