"""Which values a path of the body can have, for names that programs give them (``TTSVendor.Microsoft``)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.vendors import VENDORS

#: An enumeration's member: each part of the dotted name starts with a capital.
_MEMBER = re.compile(r"(?:[A-Z]\w*\.)+([A-Z]\w*)!?")


def member_value(path: str, expression: str) -> Any:
    """The value at a path that an enumeration's member stands for; None if no option has this name."""
    member = _MEMBER.fullmatch(expression.strip())
    return None if member is None else _options().get(path, {}).get(_plain(member[1]))


@functools.cache
def _options() -> Mapping[str, Mapping[str, Any]]:
    """Path → the option's value by its name in plain letters."""
    options: dict[str, dict[str, Any]] = {}
    for vendors in VENDORS.values():
        for vendor in vendors:
            for path, constant in vendor.fixed.items():
                if isinstance(constant, str):
                    options.setdefault(path, {})[_plain(constant)] = constant
    settings = [s for vendors in VENDORS.values() for vendor in vendors for s in vendor.settings]
    for setting in (*settings, *(s for group in GROUPS for s in group.settings)):
        for choice in setting.choices if setting.path else ():
            if isinstance(choice.value, str):
                options.setdefault(setting.path, {})[_plain(choice.value)] = choice.value
    return options


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()
