"""What an import of tools found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ImportedTools:
    """``functions`` and ``servers`` as the settings hold them; ``notes`` say what was left out, and which keys to set."""

    functions: tuple[dict[str, Any], ...] = ()
    servers: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
