"""Errors of form fields. Each is drawn under its field until the value changes or the form is sent again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.shell import error_text, fields, state
from components.shell.formatting import inline
from greenroom.errors import GreenroomError, InvalidInput

_NOT_DRAWN = object()


@dataclass(slots=True)
class _FieldError:
    """An error of a field. ``key``: of this error alone. ``value``: the field's value when the error was first drawn."""

    text: str
    key: str
    value: Any = _NOT_DRAWN


#: The name under which the page whose errors are kept is remembered.
_PAGE = "page_of_errors"
#: The field name for errors about no single field. Dialogs draw it themselves, because they hide the banner.
WHOLE = ""
#: Begins the key of each error, by which a popover that opens again hides earlier ones (frontend/src/streamlit).
_KEY = "field_error-"


def tell(form: str, error: GreenroomError, otherwise: str | None = None) -> None:
    """Keep an error of ``form`` for its field. One about no field is kept for ``otherwise``, or shown as a banner if None."""
    field = error.field if isinstance(error, InvalidInput) else otherwise
    if field is None:
        state.show_error(error)
    else:
        add(form, field, error_text.sentence(error))


def add(form: str, field: str, text: str) -> None:
    """Set the error of a field, in place of the one it has. ``text``: the error with its advice."""
    error = _FieldError(text, key=f"{_KEY}{secrets.token_hex(4)}")
    fields.keep(_name(form), {**_of(form), field: error})


def clear(form: str) -> None:
    """Remove the form's errors. Call it when the form is sent."""
    fields.let_go(_name(form))


def clear_all() -> None:
    """Remove all errors. Call it when a dialog opens."""
    fields.let_go_all(fields.ERRORS)


def enter(page: str) -> None:
    """Remove the errors of another page. Call it with the page that is drawn."""
    if fields.shown(_PAGE, page) != page:
        clear_all()
    fields.keep(_PAGE, page)


def draw(form: str, field: str, value: Any = None, *, unsaved: bool = False) -> None:
    """Draw a field's error, if it has one. With the field's ``value``, the error is removed when that changes.

    ``unsaved``: the field saves itself and shows what was refused. Its error is also shown when its popover opens again.
    """
    held = _of(form).get(field)
    if held is None:
        return
    if held.value is _NOT_DRAWN:
        held.value = value
    elif held.value != value:
        fields.keep(_name(form), {name: one for name, one in _of(form).items() if name != field})
        return
    with st.container(key=None if unsaved else held.key):
        st.caption(f":red[:material/error: {inline(held.text)}]")


def any_in(form: str) -> bool:
    """Whether a field of the form has an error, also one that wasn't drawn yet."""
    return bool(_of(form))


def _of(form: str) -> dict[str, _FieldError]:
    return fields.shown(_name(form), {})


def _name(form: str) -> str:
    return f"{fields.ERRORS}{form}"
