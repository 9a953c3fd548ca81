"""The widget values of an agent's form, keyed by agent, setting and reset count."""

from __future__ import annotations

from typing import Any, TypeVar

from components.shell import fields
from greenroom.model.agent import AgentId

T = TypeVar("T")


def field_name(of: AgentId, setting: str) -> str:
    """A widget's name; contains agent and setting (with vendor) to keep their values apart."""
    return f"draft/{of}/{setting}"


def field_key(of: AgentId, setting: str) -> str:
    """A widget's key; changes after each outside change, which discards its previous input."""
    return fields.key(field_name(of, setting), *_groups(of, setting))


def field_turn(of: AgentId, setting: str) -> int:
    """The number of outside changes of the setting: undo, restore, import, buttons."""
    return fields.turn(field_name(of, setting), *_groups(of, setting))


def field(of: AgentId, setting: str) -> Any:
    """The widget's current value; None if it is not on the page."""
    return fields.value(field_key(of, setting))


def form_is_drawn() -> None:
    """Note that the form was drawn completely. Widgets that it no longer has are then forgotten."""
    drawn = fields.drawn_form()
    drawn.before, drawn.now = drawn.now, set()


def is_drawn(of: AgentId, setting: str) -> bool:
    """Whether the widget was on the page in the last run, which makes its value current."""
    drawn, key = fields.drawn_form(), field_key(of, setting)
    return (key in drawn.before or key in drawn.now) and fields.is_drawn(key)


def shown_field(of: AgentId, setting: str, stored: T) -> T:
    """The widget's value: the user's input, else ``stored``. Pass it as the widget's default."""
    fields.drawn_form().now.add(field_key(of, setting))
    return fields.shown(field_name(of, setting), stored, groups=_groups(of, setting))


def keep_field(of: AgentId, setting: str, typed: Any) -> None:
    """Keep what was typed while another tab or page is shown, until the setting changes elsewhere."""
    fields.keep(field_name(of, setting), typed, _groups(of, setting))


def let_go(of: AgentId, setting: str) -> None:
    """Undo :func:`keep_field`, because the draft has the value now."""
    fields.let_go(field_name(of, setting), _groups(of, setting))


def follow_field(of: AgentId, setting: str, stored: T) -> T:
    """``stored``, ignoring the widget's input, for widgets whose callback saves."""
    return fields.follow(field_name(of, setting), stored, *_groups(of, setting))


def forget_fields(of: AgentId, *settings: str) -> None:
    """Reset widgets to the draft's values: those of these settings and their rows, or all."""
    fields.renew(*(f"fields/{of}/{setting}" for setting in settings or ("",)))


def _groups(of: AgentId, setting: str) -> tuple[str, str]:
    """All fields of the agent; all fields of one setting, which may be rows."""
    return f"fields/{of}/", f"fields/{of}/{setting.partition('#')[0]}"
