"""Generate the catalog reference: every vendor and setting, with its path in Agora's JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.list_prices import prices_of
from greenroom.catalog.spec import Kind, Setting, Vendor
from greenroom.catalog.vendors import ROLE_LABELS, VENDORS

_ABOUT = (
    "*Field* is the path inside `properties` of Agora's join body. Changes marked *live* can be applied to a running call; the "
    "others need a restart. Generated from `greenroom/catalog`; a test keeps this page current."
)
_HEAD = ("| Setting | Field | Values | Default | Change during a call | What it does |", "|---|---|---|---|---|---|")
_MARKETS = {"cn": "Agora China only", "preview": "Agora's preview host"}
#: A kind in words, and what its upper limit counts.
_KINDS: Mapping[Kind, tuple[str, str]] = {
    "line": ("text", "characters"),
    "prose": ("text", "characters"),
    "number": ("number", ""),
    "whole": ("whole number", ""),
    "switch": ("on or off", ""),
    "choice": ("text", "characters"),
    "many": ("list", "entries"),
    "texts": ("list", "entries"),
    "map": ("names with values", "entries"),
    "json": ("JSON", "entries"),
}
#: More options than these are counted, not listed.
_LISTED = 8


def settings_page() -> str:
    """The page of settings that are independent of the vendor."""
    lines = ["# Settings", "", _ABOUT]
    for group in GROUPS:
        if group.settings:
            lines += ["", f"## {group.label}", "", group.help, "", *_table(group.settings)]
    return "\n".join(lines) + "\n"


def vendors_page() -> str:
    """The page of all vendors with their settings."""
    lines = ["# Vendors", "", _ABOUT]
    for role, vendors in VENDORS.items():
        lines += ["", f"## {ROLE_LABELS[role]}"]
        for vendor in vendors:
            lines += ["", *_vendor(vendor)]
    return "\n".join(lines) + "\n"


def _vendor(vendor: Vendor) -> Iterator[str]:
    market = f" ({_MARKETS[vendor.market]})" if vendor.market in _MARKETS else ""
    yield f"### {vendor.label}{market}"
    yield ""
    yield f"{vendor.help} [Documentation]({vendor.docs})"
    if prices := [
        f"{f'{model}: ' if model else ''}{price.line} ([source]({price.source}))" for model, price in prices_of(vendor)
    ]:
        yield ""
        yield f"With your own key: {'; '.join(prices)}."
    if vendor.settings:
        yield ""
        yield from _table(vendor.settings)


def _table(settings: tuple[Setting, ...]) -> Iterator[str]:
    yield from _HEAD
    for setting in settings:
        label = f"{setting.label}{' (required)' if setting.required else ''}"
        beside = " (next to `properties`)" if setting.path.startswith("^") else ""
        place = f"`{setting.path.removeprefix('^')}`{beside}" if setting.path else ""
        cells = (label, place, _values(setting), _default(setting), setting.effect, setting.help)
        yield "| " + " | ".join(_cell(text) for text in cells) + " |"


def _values(setting: Setting) -> str:
    if setting.kind == "secret":
        return f"credential `{setting.env}`"
    if setting.choices:
        choices = [str(choice.value) for choice in setting.choices]
        listed = (
            ", ".join(choices) if len(choices) <= _LISTED else f"{', '.join(choices[:_LISTED])} and {len(choices) - _LISTED} more"
        )
        return f"{listed}{', or another' if setting.open else ''}"
    if setting.columns:
        return "list of " + ", ".join(_inside(column.label) for column in setting.columns)
    kind, counted = _KINDS[setting.kind]
    counted = "entry" if counted == "entries" and setting.high == 1 else counted
    low, high = (f"{bound:,.10g}" if bound is not None else "" for bound in (setting.low, setting.high))
    limits = f", {low} to {high}" if low and high else f", up to {high}" if high else f", from {low}" if low else ""
    return f"{kind}{limits}{f' {setting.unit or counted}' if limits else ''}".strip()


def _inside(label: str) -> str:
    """A column's label in the middle of a sentence; abbreviations keep their capitals."""
    return label if label.isupper() else label.lower()


def _default(setting: Setting) -> str:
    if isinstance(setting.default, bool):
        return "on" if setting.default else "off"
    return "" if setting.default is None else str(setting.default)


def _cell(text: str) -> str:
    """Escape bars and line breaks, which would break the table."""
    return " ".join(text.replace("|", "\\|").split())
