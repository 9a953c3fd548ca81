"""A long text field that saves while typing, as a component with its own route (``greenroom.web.draft_text``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from streamlit.components.v2 import component

from components.call import loader
from components.shell import fields

_mount = component("greenroom_prose", js=loader("prose"))


@dataclass(frozen=True, slots=True)
class ProseField:
    """The data of a field sent to the browser.

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
    """A field's unsaved input and the draft's text it is based on."""

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
    """Unsaved text that the pressed button must include; None if everything is saved."""
    drawn = fields.value(key)
    reported = None if drawn is None else drawn.get("prose")
    typed = None if reported is None else reported.get("typed")
    return None if not typed else TypedText(str(typed["text"]), str(typed["was"]))
