"""Generate the catalog reference: every vendor and setting, with its path in Agora's JSON."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.list_prices import prices_of
from greenroom.catalog.spec import Setting, Vendor
from greenroom.catalog.vendors import ROLE_LABELS, VENDORS

_HEAD = ("| Setting | Field | Values | Default | Change during a call | What it does |", "|---|---|---|---|---|---|")
_MARKETS = {"cn": "Agora China only", "preview": "Agora's preview host"}
#: More options than these are counted, not listed.
_LISTED = 8


def settings_page() -> str:
    """The page of settings that are independent of the vendor."""
    lines = ["# Settings", "", "Generated from the catalog (`greenroom/catalog`); a test keeps it current."]
    for group in GROUPS:
        if group.settings:
            lines += ["", f"## {group.label}", "", group.help, "", *_table(group.settings)]
    return "\n".join(lines) + "\n"


def vendors_page() -> str:
    """The page of all vendors with their settings."""
    lines = ["# Vendors", "", "Generated from the catalog (`greenroom/catalog`); a test keeps it current."]
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
        place = f"`{setting.path}`" if setting.path else ""
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
        return "a list of: " + ", ".join(column.label.lower() for column in setting.columns)
    bounds = [f"{bound:g}" if bound is not None else "" for bound in (setting.low, setting.high)]
    limits = f" {bounds[0]} to {bounds[1]}" if all(bounds) else f" at most {bounds[1]}" if bounds[1] else ""
    return f"{setting.kind}{limits} {setting.unit}".strip()


def _default(setting: Setting) -> str:
    return "" if setting.default is None else str(setting.default)


def _cell(text: str) -> str:
    """Escape bars and line breaks, which would break the table."""
    return " ".join(text.replace("|", "\\|").split())
