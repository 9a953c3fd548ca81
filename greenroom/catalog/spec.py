"""The words the catalogue is written in: settings, vendors and groups, as frozen data without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["line", "prose", "number", "whole", "switch", "choice", "secret"]
#: What a change means while a call runs: applied at once, applied by starting the agent again, or not changeable.
Effect = Literal["live", "restart", "locked"]
Role = Literal["asr", "llm", "tts"]
#: How a value becomes JSON at its path; "value" = as it is. The encoders are in rules.py.
Shape = Literal["value", "system_message"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice setting."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing a person can set.

    ``path`` is where the value goes in Agora's ``properties`` (dotted). ``low`` and ``high`` are inclusive, in ``unit``;
    for text they bound the number of characters. ``env`` names the credential of a secret. ``default`` is what the form
    shows when nothing was said; it is sent, so that what is seen is what runs.
    """

    name: str
    label: str
    help: str
    kind: Kind
    path: str
    default: Any = None
    required: bool = False
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    effect: Effect = "restart"
    more: bool = False
    env: str = ""
    shape: Shape = "value"


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor of a role. ``fixed`` holds the parts of the body that no setting changes, by path."""

    role: Role
    id: str
    label: str
    help: str
    docs: str
    settings: tuple[Setting, ...]
    fixed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the Studio. ``role`` adds the settings of the chosen vendor of that role."""

    id: str
    label: str
    help: str
    settings: tuple[Setting, ...] = ()
    role: Role | None = None
