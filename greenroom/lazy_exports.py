"""Names of a package that are loaded at their first use, so that a command loads only what it needs."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazy_exports(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """A ``__getattr__`` for a package: name → the module of the package that defines it, "" for a module itself.

    Raises :class:`ValueError` if a name is also one of those modules: importing the module would put it in the name's place.
    """
    if hidden := sorted({name for name, module in modules.items() if module} & set(modules.values())):
        raise ValueError(f"{package}: rename the module, it would hide what it exports: {', '.join(hidden)}")

    def find(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = importlib.import_module(f"{package}.{modules[name] or name}")
        return getattr(module, name) if modules[name] else module

    return find
