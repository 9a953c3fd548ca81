"""Widget values of this tab, protected from being cleared or overwritten by Streamlit.

Streamlit sends a value from session state just in the run in which the widget is new. If that message is lost, or the browser
recreates the widget, the widget falls back to its default and reports it as user input. Therefore:

- a widget's default is always the value it shows (:func:`shown`), and
- code doesn't write to a widget's key, except to empty a password field: a value set by code gets a new key (:func:`put`,
  :func:`renew`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from components.shell import run_scope

T = TypeVar("T")

#: The prefix of fields whose text isn't stored on the server. The browser restores it after a reload (frontend/src/unsent).
TAB = "tab/"
#: The prefix of names under which field_errors.py keeps the errors of forms.
ERRORS = "errors/"


@dataclass(slots=True)
class _Fields:
    """``turns``: name → how often code set the value. ``firsts``: widget key → the widget's default."""

    turns: dict[str, int] = field(default_factory=dict)
    firsts: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class DrawnForm:
    """The keys of a form's widgets: ``before`` of the last complete drawing, ``now`` of the present or an interrupted one.

    To ask session state for each of a hundred settings would cost more than to draw the twenty that are on the page.
    """

    before: set[str] = field(default_factory=set)
    now: set[str] = field(default_factory=set)
    #: What the page around the form showed when it was drawn last.
    around: Any = None


def drawn_form() -> DrawnForm:
    """The widgets of the Studio's form in this tab."""
    return run_scope.once("drawn_form", lambda: st.session_state.setdefault("drawn_form", DrawnForm()))


def key(name: str, *groups: str) -> str:
    """The widget's key: its name, until code sets its value or that of one of its ``groups``."""
    number = turn(name, *groups)
    return f"{name}@t{number}" if number else name  # read by the keeper of unsent input (frontend/src/unsent)


def turn(name: str, *groups: str) -> int:
    """How often code set the value."""
    turns = _held().turns
    return sum(turns.get(key, 0) for key in (name, *groups))


def shown(name: str, first: T, options: Collection[Any] | None = None, groups: Collection[str] = ()) -> T:
    """The widget's value: the user's input, else the value set by code, else ``first``.

    A value that is no longer among ``options`` is ignored.
    """
    at = key(name, *groups)
    value = st.session_state.get(at, _held().firsts.get(at, first))
    return first if options is not None and value not in options else value


def value(widget_key: str) -> Any:
    """The widget's current value, for callbacks; a component's state object. None if it isn't on the page."""
    return st.session_state.get(widget_key)


def is_drawn(widget_key: str) -> bool:
    """Whether the widget was on the page in the last run, so that its value counts."""
    return widget_key in st.session_state


def take_secret(widget_key: str) -> str:
    """The value of a password field, which is emptied, so that nothing of it stays in the tab. For callbacks."""
    typed = str(st.session_state.get(widget_key) or "")
    st.session_state[widget_key] = ""
    return typed


@contextmanager
def secret(widget_key: str) -> Iterator[str]:
    """The value of a password field. It is cleared at the end of the block, unless that raises: then the user may try again."""
    yield str(st.session_state[widget_key] or "")
    st.session_state[widget_key] = ""


def put(name: str, value: Any) -> None:
    """Set the widget's value for the next run."""
    renew(name)
    keep(name, value)


def keep(name: str, value: Any, groups: Collection[str] = ()) -> None:
    """Keep the widget's value while it isn't drawn, until code sets another."""
    _held().firsts[key(name, *groups)] = value


def let_go(name: str, groups: Collection[str] = ()) -> None:
    """Undo :func:`keep`."""
    _held().firsts.pop(key(name, *groups), None)


def let_go_all(prefix: str) -> None:
    """Undo :func:`keep` for every name with this prefix."""
    firsts = _held().firsts
    for name in [name for name in firsts if name.startswith(prefix)]:
        del firsts[name]


def follow(name: str, stored: T, *groups: str) -> T:
    """The ``stored`` value, which the widget shows even if it changed elsewhere. For widgets whose callback stores."""
    if st.session_state.get(key(name, *groups), stored) != stored:
        renew(name)
    return stored


def clear(*names: str) -> None:
    """Reset the widgets to their defaults."""
    for name in names:
        let_go(name)
    renew(*names)


def renew(*names: str) -> None:
    """Give these widgets, or groups of widgets, new keys, which discards their input."""
    turns = _held().turns
    for name in names:
        turns[name] = turns.get(name, 0) + 1


def relabel(name: str, chosen: object, label: str) -> None:
    """Give a choice a new key when the ``label`` of what is ``chosen`` has changed: the browser goes on showing the old one."""
    remembered = f"{name}/label/{chosen}"
    if shown(remembered, label) != label:
        renew(name)
    keep(remembered, label)


def _held() -> _Fields:
    """The values of this tab. Looked up once per run, because a lookup in session state costs as much as drawing a caption."""
    return run_scope.once("fields", _of_tab)


def _of_tab() -> _Fields:
    if "fields" not in st.session_state:
        st.session_state["fields"] = _Fields()
    return st.session_state["fields"]
