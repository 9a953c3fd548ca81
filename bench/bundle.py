"""How much JavaScript the stage costs a browser, compressed as a server would."""

from __future__ import annotations

import gzip
import re
from typing import Any

from bench.figures import Goal
from components.call import BUILD_DIR

GOAL = Goal("no limit set; watch the first load", "first_load")
_IMPORT = re.compile(rb"""(?:import|export)\s*(?:[\w*{}\s,$]*from\s*)?["']\./([\w.-]+\.js)["']""")


def bundle_gzip_kb() -> dict[str, Any]:
    """Kilobytes (1024) at gzip level 9: the entry with what it imports at once, and what waits for the first call."""
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in BUILD_DIR.glob("*.js")}
    first = _at_once("index.js") if "index.js" in sizes else set()
    lazy = {name: _kb(size) for name, size in sorted(sizes.items()) if name not in first}
    return {
        "first_load": _kb(sum(sizes[name] for name in first)),
        "lazy": _kb(sum(size for name, size in sizes.items() if name not in first)),
        "lazy_parts": lazy,
    }


def _at_once(entry: str) -> set[str]:
    """``entry`` and everything it imports statically."""
    found, waiting = set(), [entry]
    while waiting:
        name = waiting.pop()
        path = BUILD_DIR / name
        if name in found or not path.exists():
            continue
        found.add(name)
        waiting += [match.decode() for match in _IMPORT.findall(path.read_bytes())]
    return found


def _kb(size: int) -> float:
    return round(size / 1024, 1)
