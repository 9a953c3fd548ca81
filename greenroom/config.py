"""The options as they were set: read from the environment, checked, and frozen."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from greenroom.access.members import Members, no_account
from greenroom.loopback import is_loopback
from greenroom.options import HELP, OPTIONS

_MEDIA_ADDRESS = re.compile(r"((udp|tcp):)?[A-Za-z0-9.-]+(:\d{1,5})?")
_TURN_URL = re.compile(r"turns?:[A-Za-z0-9.-]+(:\d{1,5})?(\?transport=(udp|tcp))?")
#: How much a name resembles an option's when it is a typing error.
_NEAR = 0.9
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?")

Place = Literal["twin", "cloud"]


class BadConfig(ValueError):
    """An option has an invalid value; the message names the variable and the expected format."""


@dataclass(frozen=True, slots=True)
class Config:
    """The options read at startup. ``place`` says where agents run. Without an Agora project ``app_id`` and
    ``app_certificate`` are empty, and the composition fills in those of the installation."""

    place: Place
    app_id: str
    app_certificate: str = field(repr=False)
    customer_id: str = field(repr=False, default="")
    customer_secret: str = field(repr=False, default="")
    area: str = "GLOBAL"
    rest_base_url: str = ""
    webhook_secret: str = field(repr=False, default="")
    api_key: str = field(repr=False, default="")
    database_url: str = field(repr=False, default="")
    data_dir: Path = Path(".greenroom")
    twin_url: str = ""
    twin_port: int = 0
    twin_brain: str = "auto"
    max_call_s: int = 900
    max_agents: int = 10
    max_day_s: int = 0
    max_day_cost: float = 0.0
    keep_days: int = 0
    keep_recordings_days: int = 0
    keep_recordings_mb: int = 0
    keep_audit_days: int = 0
    public_url: str = ""
    media_port: int = 0
    media_address: str = ""
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = field(repr=False, default="")
    judge_url: str = ""
    judge_model: str = ""
    judge_key: str = field(repr=False, default="")
    caller_url: str = ""
    caller_model: str = ""
    caller_key: str = field(repr=False, default="")
    members: Members = Members()
    cors_origins: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown or logged."""
        agora = self.app_certificate, self.customer_secret, self.webhook_secret
        return *agora, self.api_key, self.judge_key, self.caller_key, self.turn_secret

    @property
    def offline_guests(self) -> str:
        """Where browsers on other machines send the media of offline calls; "" = they can't join any."""
        if not self.public_url or self.place != "twin" or self.twin_url:
            return ""
        return self.media_address or str(urlsplit(self.public_url).hostname)

    @property
    def on_twin(self) -> bool:
        """Agents run on this computer: the twin must run, and calls cost nothing."""
        return self.place == "twin"

    @property
    def on_cloud(self) -> bool:
        """Agents run at Agora: calls are billed, and vendors need keys."""
        return self.place == "cloud"


def without_agora(config: Config) -> Config:
    """The same installation with its agents on this computer: for tests that run offline beside an Agora project."""
    if config.on_twin:
        return config
    return replace(config, place="twin", app_id="", app_certificate="", customer_id="", customer_secret="", rest_base_url="")


_REHEARSAL_MODELS = tuple(f"{of}_{part}" for of in ("judge", "caller") for part in ("url", "model", "key"))


def environment() -> Mapping[str, str]:
    """The process's environment, for vendor keys, whose names come from the catalog and are not options."""
    return os.environ


def read(environ: Mapping[str, str] | None = None) -> Config:
    """Read all options; raise :class:`BadConfig` for the first invalid one."""
    value = _values(os.environ if environ is None else environ)
    app_id, certificate = value["AGORA_APP_ID"], value["AGORA_APP_CERTIFICATE"]
    for name in ("AGORA_APP_ID", "AGORA_APP_CERTIFICATE"):
        _require_hex32(name, value[name])
    if app_id and not certificate:
        raise BadConfig("AGORA_APP_ID is set but AGORA_APP_CERTIFICATE isn't. Greenroom signs its own tokens and needs both.")
    if value["AGORA_AREA"].upper() not in ("GLOBAL", "US", "EU", "AP", "CN"):
        raise BadConfig("AGORA_AREA must be one of GLOBAL, US, EU, AP, CN.")
    if value["GREENROOM_TWIN_BRAIN"] not in ("auto", "scripted"):
        raise BadConfig("GREENROOM_TWIN_BRAIN must be auto or scripted.")
    members = _members(value["GREENROOM_ADMINS"], value["GREENROOM_EDITORS"], value["GREENROOM_VIEWERS"])
    data_dir = _data_dir(value["GREENROOM_DATA_DIR"])
    return Config(
        place="cloud" if app_id and not value["GREENROOM_TWIN_URL"] else "twin",
        app_id=app_id,
        app_certificate=certificate,
        customer_id=value["AGORA_CUSTOMER_ID"],
        customer_secret=value["AGORA_CUSTOMER_SECRET"],
        area=value["AGORA_AREA"].upper(),
        rest_base_url=value["AGORA_REST_BASE_URL"],
        webhook_secret=value["AGORA_WEBHOOK_SECRET"],
        api_key=value["GREENROOM_API_KEY"],
        database_url=value["GREENROOM_DATABASE_URL"] or f"sqlite:///{quote(str(data_dir / 'greenroom.db'))}",
        data_dir=data_dir,
        twin_url=value["GREENROOM_TWIN_URL"].rstrip("/"),
        twin_port=_number("GREENROOM_TWIN_PORT", value["GREENROOM_TWIN_PORT"], 0, 65535),
        twin_brain=value["GREENROOM_TWIN_BRAIN"],
        max_call_s=60 * _number("GREENROOM_MAX_CALL_MINUTES", value["GREENROOM_MAX_CALL_MINUTES"], 1, 72 * 60),
        max_agents=_number("GREENROOM_MAX_AGENTS", value["GREENROOM_MAX_AGENTS"], 1, 1000),
        max_day_s=60 * _number("GREENROOM_MAX_MINUTES_A_DAY", value["GREENROOM_MAX_MINUTES_A_DAY"], 0, 1_000_000),
        **_retention(value),
        public_url=_public_url(value["GREENROOM_PUBLIC_URL"], value["GREENROOM_ALLOW_EVERYONE"], members),
        **_media(value),
        **_turn(value),
        members=members,
        cors_origins=_origins(value["GREENROOM_CORS_ORIGINS"]),
        **_rehearsal_models(value),
        max_day_cost=_number("GREENROOM_MAX_COST_A_DAY", value["GREENROOM_MAX_COST_A_DAY"], 0, 1_000_000, float),
    )


def _values(environ: Mapping[str, str]) -> dict[str, str]:
    """Each option's text, with its default."""
    _require_known(environ)
    value = {option.env: environ.get(option.env, "").strip() or option.default for option in OPTIONS}
    for name, text in value.items():
        _require_text(name, text)
    for name in ("AGORA_REST_BASE_URL", "GREENROOM_TWIN_URL", "GREENROOM_JUDGE_URL", "GREENROOM_CALLER_URL"):
        _require_address(name, value[name])
    for option in ("PUBLIC_URL", "MEDIA_ADDRESS", "TURN_URL", "CORS_ORIGINS"):
        _require_ports(f"GREENROOM_{option}", value[f"GREENROOM_{option}"])
    return value


def _require_known(names: Iterable[str]) -> None:
    """Raise BadConfig for a name that looks like an option with a typing error: a limit would be off, unnoticed."""
    options = {option.env for option in OPTIONS}
    for name in names:
        if name.startswith("GRE") and name not in options:
            near = difflib.get_close_matches(name, options, 1, _NEAR)
            if near:
                raise BadConfig(f"{name} isn't an option. Did you mean {near[0]}?")


def _require_text(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadConfig(f"{name} must be text in UTF-8.") from None


def _require_address(name: str, value: str) -> None:
    """The value isn't quoted: it may hold a key."""
    try:
        parts = urlsplit(value)
        printable = value.isprintable() and " " not in value
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and printable
    except ValueError:
        sound = False
    if value and not sound:
        raise BadConfig(f"{name} must be an address, as in https://host.example.com or http://127.0.0.1:8000.")


def _require_ports(name: str, value: str) -> None:
    for port in re.findall(r":([0-9]+)", value):
        if not 1 <= int(port[:6]) <= 65535:
            raise BadConfig(f"{name} has a port that doesn't exist: {port[:40]}. Ports are from 1 to 65535.")


def require_loopback(address: str, public_url: str) -> None:
    """Raise BadConfig if the studio would listen on ``address`` ("" = all) for other machines without being configured to."""
    if not is_loopback(address) and not public_url:
        raise BadConfig(
            f"Greenroom won't listen on {address or 'all addresses'}: agents cost money. Start it with --server.address "
            "localhost, or set GREENROOM_PUBLIC_URL with GREENROOM_ADMINS (sign-in) or GREENROOM_ALLOW_EVERYONE=yes."
        )


def _members(admins: str, editors: str, viewers: str) -> Members:
    for name, text in (("ADMINS", admins), ("EDITORS", editors), ("VIEWERS", viewers)):
        if wrong := no_account(text):
            raise BadConfig(f"GREENROOM_{name} must list emails or @domains, as in @example.com. Not {wrong[:40]!r}.")
    members = Members.read(admins, editors, viewers)
    if members.configured and not members.admins:
        raise BadConfig("GREENROOM_EDITORS or GREENROOM_VIEWERS is set but GREENROOM_ADMINS isn't. A studio needs an admin.")
    return members


def _public_url(text: str, everyone: str, members: Members) -> str:
    """Scheme, host and port, without a trailing slash."""
    if everyone not in ("", "yes"):
        raise BadConfig("GREENROOM_ALLOW_EVERYONE must be yes or not set.")
    if not text:
        return ""
    if not _PUBLIC_URL.fullmatch(text):
        raise BadConfig("GREENROOM_PUBLIC_URL must be an address without a path, as in https://studio.example.com.")
    if not everyone and not members.configured:
        raise BadConfig(
            "GREENROOM_PUBLIC_URL lets other machines in, and no sign-in is set up: everyone who reaches the address may start "
            "agents and read sessions. Set GREENROOM_ADMINS for sign-in, or GREENROOM_ALLOW_EVERYONE=yes if you want that."
        )
    return text.rstrip("/").lower()


def _retention(value: Mapping[str, str]) -> dict[str, Any]:
    most = {"keep_days": 100_000, "keep_recordings_days": 100_000, "keep_recordings_mb": 100_000_000, "keep_audit_days": 100_000}
    named = {name: f"GREENROOM_{name.upper()}" for name in most}
    return {name: _number(env, value[env], 0, most[name]) for name, env in named.items()}


def _rehearsal_models(value: Mapping[str, str]) -> dict[str, Any]:
    return {name: value[f"GREENROOM_{name}".upper()] for name in _REHEARSAL_MODELS}


def _media(value: Mapping[str, str]) -> dict[str, Any]:
    text = value["GREENROOM_MEDIA_ADDRESS"]
    for one in filter(None, (one.strip() for one in text.split(","))):
        if not _MEDIA_ADDRESS.fullmatch(one):
            raise BadConfig("GREENROOM_MEDIA_ADDRESS must list addresses, as in studio.example.com or udp:203.0.113.5:8451.")
    return {"media_port": _number("GREENROOM_MEDIA_PORT", value["GREENROOM_MEDIA_PORT"], 0, 65535), "media_address": text}


def _turn(value: Mapping[str, str]) -> dict[str, Any]:
    urls, secret = [url.strip() for url in value["GREENROOM_TURN_URL"].split(",") if url.strip()], value["GREENROOM_TURN_SECRET"]
    for url in urls:
        if not _TURN_URL.fullmatch(url):
            raise BadConfig("GREENROOM_TURN_URL must list relays, as in turn:turn.example.com:3478?transport=tcp.")
    if urls and not secret:
        raise BadConfig("GREENROOM_TURN_URL is set but GREENROOM_TURN_SECRET isn't. The relay takes credentials signed with it.")
    if urls and not value["GREENROOM_PUBLIC_URL"]:
        raise BadConfig("GREENROOM_TURN_URL is for calls from other computers. Set GREENROOM_PUBLIC_URL as well.")
    return {"turn_urls": tuple(urls), "turn_secret": secret}


def _origins(text: str) -> tuple[str, ...]:
    """Scheme, host and port of each, as browsers send them."""
    origins = tuple(origin.strip().rstrip("/").lower() for origin in text.split(",") if origin.strip())
    for origin in origins:
        if not _PUBLIC_URL.fullmatch(origin):
            raise BadConfig("GREENROOM_CORS_ORIGINS must list origins, as in https://app.example.com,http://localhost:3000.")
    return origins


def _require_hex32(name: str, value: str) -> None:
    if value and (len(value) != 32 or any(c not in "0123456789abcdefABCDEF" for c in value)):
        raise BadConfig(f"{name} must be 32 hexadecimal digits, as shown in the Agora Console.")


def _data_dir(text: str) -> Path:
    try:
        return Path(text).expanduser().resolve()
    except (RuntimeError, OSError, ValueError):  # ~name of nobody, links in a circle
        raise BadConfig(f"GREENROOM_DATA_DIR names no folder: {text[:40]!r}. Write the whole path.") from None


def _number(name: str, text: str, low: int, high: int, kind: type[int] | type[float] = int) -> Any:
    """The value as ``kind``. The error says what the option is for: users try "unlimited" where 0 means that."""
    try:
        number = kind(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        what = "a whole number" if kind is int else "a number"
        raise BadConfig(f"{name} must be {what} from {low} to {high}, not {text[:40]!r}. {HELP[name]}")
    return number
