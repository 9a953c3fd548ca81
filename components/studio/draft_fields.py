"""What stands in the widgets of an agent's form, each under a key that holds agent, setting and turn."""

from __future__ import annotations

from typing import Any, TypeVar

from components.shell import fields
from greenroom.model.agent import AgentId

T = TypeVar("T")


def field_name(of: AgentId, setting: str) -> str:
    """A widget's name: it holds agent and setting (with its vendor), or values would leak from one to the other."""
    return f"draft/{of}/{setting}"


def field_key(of: AgentId, setting: str) -> str:
    """A widget's key: another one after each change from elsewhere, so that what stood in it before cannot return."""
    return fields.key(field_name(of, setting), *_groups(of, setting))


def field_turn(of: AgentId, setting: str) -> int:
    """How often the setting changed from elsewhere: undo, restore, import, a button."""
    return fields.turn(field_name(of, setting), *_groups(of, setting))


def field(of: AgentId, setting: str) -> Any:
    """What stands in the widget now; None when it is not on the page."""
    return fields.value(field_key(of, setting))


def is_drawn(of: AgentId, setting: str) -> bool:
    """Whether the widget was on the page in the last run, so that what stands in it counts."""
    return fields.is_drawn(field_key(of, setting))


def shown_field(of: AgentId, setting: str, stored: T) -> T:
    """What the widget shows: what was typed, else what is ``stored``. To be given to it as its own default."""
    return fields.shown(field_name(of, setting), stored, groups=_groups(of, setting))


def follow_field(of: AgentId, setting: str, stored: T) -> T:
    """``stored``, whatever stood in the widget: for those whose callback stores what is typed."""
    return fields.follow(field_name(of, setting), stored, *_groups(of, setting))


def forget_fields(of: AgentId, *settings: str) -> None:
    """Let the widgets take their values from the draft again: those of these settings and of their rows, or all."""
    fields.renew(*(f"fields/{of}/{setting}" for setting in settings or ("",)))


def _groups(of: AgentId, setting: str) -> tuple[str, str]:
    """All fields of the agent; all fields of one setting, which may be rows."""
    return f"fields/{of}/", f"fields/{of}/{setting.partition('#')[0]}"
