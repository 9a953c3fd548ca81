"""An agent's spoken texts and instructions, extracted from its settings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: instructions: read by the model · greeting: the first thing a caller hears · spoken: said verbatim, later
Purpose = Literal["instructions", "greeting", "spoken"]

SYSTEM, GREETING, VARIABLES, NUDGE = "prompt.system", "prompt.greeting", "prompt.variables", "turns.nudge"

#: Setting key → what its text is for. In the order of the Studio.
PURPOSES: Mapping[str, Purpose] = {
    SYSTEM: "instructions",
    GREETING: "greeting",
    "prompt.failure": "spoken",
    NUDGE: "spoken",
}
#: Settings under these keys are no texts, but Agora fills variables into them too.
ALSO_FILLED = ("tools.",)


@dataclass(frozen=True, slots=True)
class Text:
    """One text under its setting key."""

    key: str
    purpose: Purpose
    text: str

    @property
    def is_said(self) -> bool:
        """Whether the caller hears this text verbatim."""
        return self.purpose != "instructions"


@dataclass(frozen=True, slots=True)
class Script:
    """All texts of an agent, with the settings that affect their speech.

    ``variables``: name → test value. ``languages``: setting key → BCP 47 of recognition and voice, where known. ``speed``: of
    speech, 1.0 = normal. ``reasons``: the model thinks by itself before it answers. ``also_filled``: JSON of the settings, by
    key, that use variables but are not spoken.
    """

    texts: tuple[Text, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    speed: float = 1.0
    reasons: bool = False
    also_filled: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """The text under a key, "" when there is none."""
        return next((t.text for t in self.texts if t.key == key), "")


def script_of(
    values: Mapping[str, Any], languages: Mapping[str, str] | None = None, speed: float = 1.0, reasons: bool = False
) -> Script:
    """The script of a draft's values. Never raises; values that are not text count as empty."""
    texts = tuple(Text(key, _purpose(key, values), _text(values.get(key))) for key in PURPOSES)
    return Script(
        texts=texts,
        variables=dict(_variables(values.get(VARIABLES))),
        languages={k: v for k, v in (languages or {}).items() if isinstance(v, str) and v},
        speed=speed if 0.1 <= speed <= 10 else 1.0,
        reasons=reasons,
        also_filled={k: _json(v) for k, v in values.items() if k.startswith(ALSO_FILLED) and v},
    )


def _purpose(key: str, values: Mapping[str, Any]) -> Purpose:
    """The silence reminder is either spoken verbatim or an instruction to the model."""
    return "instructions" if key == NUDGE and values.get("turns.nudge_action") == "think" else PURPOSES[key]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _variables(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from ((name, text) for name, text in value.items() if isinstance(name, str) and isinstance(text, str))


def _json(value: Any) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        return ""
