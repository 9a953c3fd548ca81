"""A long text of a draft that saves while one types: a component with a route of its own (``greenroom.web.draft_text``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from streamlit.components.v2 import component

from components.call import loader
from components.shell import fields

_mount = component("greenroom_prose", js=loader("prose"))


@dataclass(frozen=True, slots=True)
class ProseField:
    """What the browser gets of one field: public, like everything in a component's data.

    ``tab`` and ``turn`` tell a text that the server replaced (undo, restore) from one that a run drew late.
    """

    name: str
    address: str
    key: str
    capability: str
    text: str
    revision: int
    tab: str
    turn: int
    label: str
    help: str = ""
    docs: str = ""
    placeholder: str = ""
    height: int = 90


@dataclass(frozen=True, slots=True)
class TypedText:
    """What stands in a field before it is saved, and what the draft said when it was typed."""

    text: str
    was: str


def draw_prose(field: ProseField, key: str, on_apply: Callable[[], None]) -> None:
    """Draw the field; ``on_apply`` is called when Ctrl+Enter is pressed in it."""
    _mount(
        key=key,
        data=asdict(field),
        default={"prose": None},
        width="stretch",
        height="content",
        on_prose_change=lambda: None,
        on_apply_change=on_apply,
    )


def typed_text(key: str) -> TypedText | None:
    """What a button that was just pressed must act on; None when everything is saved."""
    drawn = fields.value(key)
    told = None if drawn is None else drawn.get("prose")
    typed = None if told is None else told.get("typed")
    return None if not typed else TypedText(str(typed["text"]), str(typed["was"]))
