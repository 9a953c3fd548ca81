"""The catalog's data types: settings, vendors and groups, as frozen dataclasses without behavior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: line, prose: text · number, whole · switch · choice: one of a list · many: several of a list · texts: a list of lines ·
#: map: text by name · rows: a list of objects with the same fields · json: any JSON · secret: a credential, by name only
Kind = Literal["line", "prose", "number", "whole", "switch", "choice", "many", "texts", "map", "rows", "json", "secret"]
#: What a change means while a call runs: applied at once, applied by starting the agent again, or not changeable.
Effect = Literal["live", "restart", "locked"]
Role = Literal["asr", "llm", "tts", "mllm", "avatar"]
#: How a value becomes JSON at its path; "value" = as it is. "switch_text": "true" or "false" in quotes. "json_text": JSON in
#: quotes. "first": the one element of a list. "merge": its leaves go to their own places in the body, where nothing else is.
Shape = Literal["value", "system_message", "more_messages", "switch_text", "json_text", "first", "merge"]
#: Where a vendor can be used: everywhere, on Agora's preview host only, or in China only.
Market = Literal["global", "preview", "cn"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice setting. ``language`` (BCP 47, "" = several) and ``gender`` are known for voices."""

    value: Any
    label: str
    note: str = ""
    language: str = ""
    gender: Literal["", "female", "male", "neutral"] = ""


#: A setting and the values of it under which another one applies. A name without a dot is a setting of the same vendor or
#: group; one with dots is a whole key ("turns.end_mode", "asr.vendor").
Condition = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of an agent.

    ``path`` is where the value goes in Agora's ``properties`` (dotted; "" = nowhere by itself, it is part of a template of
    its vendor; a leading "^" = beside ``properties``). ``low`` and ``high`` are the API's limits, inclusive, in ``unit``; for
    text they bound the number of characters, for lists the number of items. ``usual`` is the part of them that a slider shows.
    ``env`` names the credential of a secret. ``default`` is the initial value in the form and is sent, which makes the form
    show what runs; None = not sent, and Agora's or the vendor's own default applies. ``open``: a choice that also accepts
    unlisted values. ``when``: all must hold, or the setting is neither shown nor sent. ``realtime``: its path with a
    realtime model ("" = it does not apply there, None = no difference).
    ``columns`` are the fields of a row, their paths inside the row. ``docs``: its page, when not its vendor's or group's.
    """

    name: str
    label: str
    help: str
    kind: Kind
    path: str
    default: Any = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    open: bool = False
    low: float | None = None
    high: float | None = None
    step: float | None = None
    usual: tuple[float, float] | None = None
    unit: str = ""
    effect: Effect = "restart"
    more: bool = False
    env: str = ""
    shape: Shape = "value"
    when: tuple[Condition, ...] = ()
    realtime: str | None = None
    columns: tuple[Setting, ...] = ()
    docs: str = ""


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor for a role.

    ``fixed`` holds the parts of the body that no setting changes, by path; ``templates`` those that are put together from
    settings ("{model}"), each value quoted for a URL. ``voice`` names the setting that selects the voice, ``rate`` the one
    with the sample rate of the speech in Hz, or is the rate itself; 0 = unknown. ``needs_rate``: the one speech rate in Hz
    that an avatar accepts. ``messages``: the system prompt's format (Agora's ``style``). ``prompt_path``: its path for a
    realtime model. ``renames``: other paths for settings that belong to no vendor, by their usual path; "" = not used.
    ``hosts``: the vendor's own servers; its key goes nowhere else without being asked.
    """

    role: Role
    id: str
    label: str
    help: str
    docs: str
    settings: tuple[Setting, ...]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    market: Market = "global"
    voice: str = ""
    rate: str | int = 0
    needs_rate: int = 0
    messages: Literal["openai", "gemini"] = "openai"
    prompt_path: str = ""
    renames: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the Studio. ``roles`` add the settings of the chosen vendor of each."""

    id: str
    label: str
    help: str
    settings: tuple[Setting, ...] = ()
    roles: tuple[Role, ...] = ()
    docs: str = ""
