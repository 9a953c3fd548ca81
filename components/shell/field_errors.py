"""Errors of typed values, each under its field, until the value changes or the form is sent again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.shell import fields, state
from components.shell.formatting import inline
from components.shell.reader import for_reader
from greenroom.errors import GreenroomError, InvalidInput
from greenroom.redaction import SECRETS

_NOT_DRAWN = object()


@dataclass(slots=True)
class _FieldError:
    """``value``: what the field held when the error was first drawn."""

    text: str
    value: Any = _NOT_DRAWN


#: Where a dialog, which hides the banner, draws errors that are about no field.
WHOLE = ""


def tell(form: str, error: GreenroomError, otherwise: str | None = None) -> None:
    """Keep an error of ``form`` for its field. One that is about no field goes to ``otherwise``; None = to the banner."""
    field = error.field if isinstance(error, InvalidInput) else otherwise
    if field is None:
        state.show_error(error)
    else:
        add(form, field, f"{SECRETS.text(str(error))} {for_reader(error.advice)}")


def add(form: str, field: str, text: str) -> None:
    """``text`` is the whole error with its advice; it replaces the one the field has."""
    fields.keep(_name(form), {**_of(form), field: _FieldError(text)})


def clear(form: str) -> None:
    """Call when the form is sent."""
    fields.let_go(_name(form))


def clear_all() -> None:
    """Call when a dialog opens: it shows no error of an earlier time."""
    fields.let_go_all(fields.ERRORS)


def draw(form: str, field: str, value: Any = None) -> None:
    """Right under the field. With its ``value``, the error goes as soon as that changes."""
    held = _of(form).get(field)
    if held is None:
        return
    if held.value is _NOT_DRAWN:
        held.value = value
    elif held.value != value:
        fields.keep(_name(form), {name: one for name, one in _of(form).items() if name != field})
        return
    st.caption(f":red[:material/error: {inline(held.text)}]")


def any_in(form: str) -> bool:
    """Whether a field of the form has an error, also one that wasn't drawn yet."""
    return bool(_of(form))


def _of(form: str) -> dict[str, _FieldError]:
    return fields.shown(_name(form), {})


def _name(form: str) -> str:
    return f"{fields.ERRORS}{form}"
