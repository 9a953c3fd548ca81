"""Settings that many vendors have in the same form: accounts, keys, addresses, languages, voices, speeds, sample rates."""

from __future__ import annotations

from greenroom.catalog.spec import Choice, Condition, Role, Setting

MANAGED, BYOK = "managed", "byok"
#: The condition of settings that only an own account has.
OWN_ACCOUNT: tuple[Condition, ...] = (("credentials", (BYOK,)),)
#: Of Agora's documentation.
DOCS = "https://docs.agora.io/en/ai/models"
#: Vendors of the Chinese service are described there.
DOCS_CN = "https://doc.shengwang.cn/doc/convoai/restful/landing-page"
#: Sample rates in Hz that speech comes in.
RATES = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)


def account(role: Role, default: str = MANAGED) -> Setting:
    """Whether Agora's account is used, or one's own."""
    return Setting(
        "credentials",
        "Whose account",
        "Agora's needs no key and is paid with the call. With your own, the vendor bills you.",
        "choice",
        f"{role}.credential_mode",
        default=default,
        choices=(Choice(MANAGED, "Agora's", "no key needed"), Choice(BYOK, "My own", "needs a key")),
    )


def key(path: str, env: str, label: str = "API key", name: str = "api_key", when: tuple[Condition, ...] = ()) -> Setting:
    """A secret, taken from the credential ``env`` on the server."""
    return Setting(
        name,
        label,
        "Kept on the server, never shown or stored with the agent.",
        "secret",
        path,
        env=env,
        required=True,
        when=when,
    )


def address(path: str, default: str | None, name: str = "url", when: tuple[Condition, ...] = ()) -> Setting:
    """The vendor's address: rarely another than the usual one."""
    return Setting(
        name,
        "Address",
        "Of the vendor's service. Change it for another region or a proxy.",
        "line",
        path,
        default=default,
        high=2048,
        more=True,
        when=when,
    )


def language(
    path: str, choices: tuple[Choice, ...], default: str | None, help: str = "What the person speaks.", *, required: bool = True
) -> Setting:
    """A language; another one than those of the list can be typed."""
    return Setting("language", "Language", help, "choice", path, default=default, required=required, choices=choices, open=True)


def voice(path: str, choices: tuple[Choice, ...], default: str | None = None, *, required: bool = True) -> Setting:
    """Who speaks; another voice than those of the list can be typed."""
    return Setting(
        "voice",
        "Voice",
        "Who speaks. Other voices of the vendor can be typed by their id.",
        "choice",
        path,
        default=default,
        required=required,
        choices=choices,
        open=True,
    )


def typed_voice(path: str, help: str, *, required: bool = True) -> Setting:
    """Who speaks, where every account has voices of its own."""
    return Setting("voice", "Voice", help, "line", path, required=required, high=200)


def speed(
    path: str, low: float, high: float, *, default: float | None = 1.0, usual: tuple[float, float] | None = None
) -> Setting:
    """How fast the vendor speaks, as a multiple of its normal speed."""
    return Setting(
        "speed",
        "Speaking speed",
        "1 is normal speech. Slower helps listeners on the phone; faster suits short confirmations.",
        "number",
        path,
        default=default,
        low=low,
        high=high,
        usual=usual,
        step=0.05,
        unit="×",
    )


def rate(path: str, default: int, rates: tuple[int, ...] = RATES, *, required: bool = False) -> Setting:
    """The sample rate of the vendor's speech in Hz."""
    return Setting(
        "sample_rate",
        "Sample rate",
        "How finely the speech is recorded. Only avatars ask for a certain rate.",
        "choice",
        path,
        default=default,
        required=required,
        more=True,
        unit="Hz",
        choices=_rates(rates),
    )


def input_rate(path: str, name: str = "sample_rate", rates: tuple[int, ...] = RATES) -> Setting:
    """The sample rate in Hz of the sound that a recogniser is given; the vendor's own when nothing is said."""
    return Setting(
        name, "Sample rate", "Of the sound that the vendor is given.", "choice", path, more=True, unit="Hz", choices=_rates(rates)
    )


def _rates(rates: tuple[int, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(one, f"{one / 1000:g} kHz") for one in rates)
