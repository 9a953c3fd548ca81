"""The words of the guest page in languages other than English: those of the page by their name (frontend/src/visit/words/en.ts),
those of the call's controls and reports by their English text (frontend/src/phrases.ts)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def translations_for(language: str) -> Mapping[str, str]:
    """Empty for English and for a language without words."""
    file = Path(__file__).parent / f"{language}.json"
    return json.loads(file.read_text(encoding="utf8")) if language.isalpha() and file.exists() else {}
