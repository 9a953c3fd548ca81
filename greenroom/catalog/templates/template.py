"""The type of an agent template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Template:
    """An agent template: its name and its values by setting key. ``icon`` is the name of a Material symbol."""

    id: str
    name: str
    summary: str
    values: Mapping[str, Any] = field(default_factory=dict)
    icon: str = "smart_toy"
