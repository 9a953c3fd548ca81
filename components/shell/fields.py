"""Widget values of this tab, protected from being cleared or overwritten by Streamlit.

Streamlit sends a value that the script put into session state only in the run in which a widget is new. When that message is
lost, or the browser draws the widget anew, the widget falls back on its default, and sends that as if it had been typed.
Therefore

- a widget's own default is always what it shows (:func:`shown`), and
- nothing writes to a widget's key: a value from elsewhere gets a new key (:func:`put`, :func:`renew`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


@dataclass(slots=True)
class _Fields:
    """By name how often the value came from elsewhere; by key what the widget begins with."""

    turns: dict[str, int] = field(default_factory=dict)
    firsts: dict[str, Any] = field(default_factory=dict)


def key(name: str, *groups: str) -> str:
    """The widget's key: its name, until its value or that of one of its ``groups`` came from elsewhere."""
    number = turn(name, *groups)
    return f"{name}@t{number}" if number else name  # read by the keeper of unsent input (frontend/src/unsent)


def turn(name: str, *groups: str) -> int:
    """How often the value came from elsewhere."""
    turns = _held().turns
    return sum(turns.get(one, 0) for one in (name, *groups))


def shown(name: str, first: T, options: Collection[Any] | None = None, groups: Collection[str] = ()) -> T:
    """The widget's value: the user's input, else a value that was set, else ``first``.

    With ``options`` a value that is no longer among them counts as none.
    """
    at = key(name, *groups)
    value = st.session_state.get(at, _held().firsts.get(at, first))
    return first if options is not None and value not in options else value


def value(widget_key: str) -> Any:
    """What a widget holds now, for callbacks; of a component the object with its state. None when it is not on the page."""
    return st.session_state.get(widget_key)


def is_drawn(widget_key: str) -> bool:
    """Whether the widget was on the page in the last run, so that what it holds counts."""
    return widget_key in st.session_state


def take_secret(widget_key: str) -> str:
    """Read and clear a password field."""
    typed, st.session_state[widget_key] = st.session_state[widget_key], ""
    return typed


def put(name: str, value: Any) -> None:
    """Set the widget's value for the next run."""
    renew(name)
    keep(name, value)


def keep(name: str, value: Any, groups: Collection[str] = ()) -> None:
    """Keep the widget's value while it is not drawn, until it comes from elsewhere."""
    _held().firsts[key(name, *groups)] = value


def let_go(name: str, groups: Collection[str] = ()) -> None:
    """The opposite of :func:`keep`."""
    _held().firsts.pop(key(name, *groups), None)


def follow(name: str, stored: T, *groups: str) -> T:
    """``stored``, which the widget then shows, also when it changed in another place. For widgets whose callback stores."""
    if st.session_state.get(key(name, *groups), stored) != stored:
        renew(name)
    return stored


def clear(*names: str) -> None:
    """Let the widgets show what they begin with."""
    for name in names:
        let_go(name)
    renew(*names)


def renew(*names: str) -> None:
    """Give these widgets, or groups of widgets, new keys: what stood in them counts no longer."""
    turns = _held().turns
    for name in names:
        turns[name] = turns.get(name, 0) + 1


def _held() -> _Fields:
    if "fields" not in st.session_state:
        st.session_state["fields"] = _Fields()
    return st.session_state["fields"]
