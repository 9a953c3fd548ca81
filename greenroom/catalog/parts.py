"""Settings that many vendors have in the same form: accounts, keys, addresses, languages, voices, speeds, sample rates."""

from __future__ import annotations

from greenroom.catalog.spec import Choice, Condition, Role, Setting

MANAGED, BYOK = "managed", "byok"
#: The condition of settings that apply to your own vendor account; not set means that one, as at Agora.
OWN_ACCOUNT: tuple[Condition, ...] = (("credentials", (BYOK, None)),)
#: Agora's documentation of models and vendors.
DOCS = "https://docs.agora.io/en/ai/models"
#: The documentation of Agora's service in China.
DOCS_CN = "https://doc.shengwang.cn/doc/convoai/restful/landing-page"
#: The sample rates of speech, in Hz.
RATES = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)


def account(role: Role, default: str = MANAGED) -> Setting:
    """The choice between Agora's vendor account and your own."""
    return Setting(
        "credentials",
        "Account",
        "Agora's account needs no key and is billed with the call. With your own, the vendor bills you.",
        "choice",
        f"{role}.credential_mode",
        default=default,
        choices=(Choice(MANAGED, "Agora's", "no key needed"), Choice(BYOK, "Your own", "needs a key")),
    )


def key(path: str, env: str, label: str = "API key", name: str = "api_key", when: tuple[Condition, ...] = ()) -> Setting:
    """A secret setting; its value comes from the credential ``env`` on the server."""
    return Setting(
        name,
        label,
        "Stored on the server; never shown or saved with the agent.",
        "secret",
        path,
        env=env,
        required=True,
        when=when,
    )


def address(path: str, default: str | None, name: str = "url", when: tuple[Condition, ...] = ()) -> Setting:
    """The vendor's endpoint, for the rare case of a region or proxy other than the default."""
    return Setting(
        name,
        "URL",
        "The vendor's endpoint. Change it to use another region or a proxy.",
        "line",
        path,
        default=default,
        high=2048,
        more=True,
        when=when,
    )


def full_address(path: str) -> Setting:
    """A URL that replaces the one built from other settings."""
    return Setting("address", "Full URL", "Replaces the URL built from the settings above.", "line", path, high=2048, more=True)


def language(
    path: str, choices: tuple[Choice, ...], default: str | None, help: str = "The caller's language.", *, required: bool = True
) -> Setting:
    """A language choice that also accepts a code that isn't listed."""
    return Setting("language", "Language", help, "choice", path, default=default, required=required, choices=choices, open=True)


def voice(path: str, choices: tuple[Choice, ...], default: str | None = None, *, required: bool = True) -> Setting:
    """A voice choice that also accepts a voice id that isn't listed."""
    return Setting(
        "voice",
        "Voice",
        "The agent's voice. You can also enter the ID of any other voice of this vendor.",
        "choice",
        path,
        default=default,
        required=required,
        choices=choices,
        open=True,
    )


def typed_voice(path: str, help: str, *, required: bool = True) -> Setting:
    """A voice id, for vendors whose voices differ by account."""
    return Setting("voice", "Voice", help, "line", path, required=required, high=200)


def speed(
    path: str, low: float, high: float, *, default: float | None = 1.0, usual: tuple[float, float] | None = None
) -> Setting:
    """Speaking speed as a multiple of the vendor's normal speed."""
    return Setting(
        "speed",
        "Speaking speed",
        "1 is normal. Lower it if callers ask to repeat; raise it for short confirmations.",
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
        "Sample rate of the generated speech. Change it only if the avatar requires a specific rate.",
        "choice",
        path,
        default=default,
        required=required,
        more=True,
        unit="Hz",
        choices=_rates(rates),
    )


def input_rate(path: str, name: str = "sample_rate", rates: tuple[int, ...] = RATES) -> Setting:
    """The sample rate in Hz of the audio sent to speech recognition; the vendor's default when not set."""
    return Setting(
        name, "Sample rate", "Rate of the audio sent to the vendor.", "choice", path, more=True, unit="Hz", choices=_rates(rates)
    )


def _rates(rates: tuple[int, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(rate, f"{rate / 1000:g} kHz") for rate in rates)
