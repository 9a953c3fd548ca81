"""The tester's name in this tab, which is stored with the tester's sessions."""

from __future__ import annotations

from urllib.parse import unquote

import streamlit as st

from components.shell import fields
from greenroom.errors import TextTooLong

#: The name under which the tab keeps it.
PERSON = "tester"
NAME_MAX = 80
#: Written by the stage (frontend/src/tester.ts).
TESTER_COOKIE = "greenroom_tester"


def person() -> str:
    """The tester: the signed-in account, else the name from the Settings page, which this browser remembers; "" = not set."""
    if st.user.get("is_logged_in"):
        return str(st.user.get("name") or st.user.get("email") or "")[:NAME_MAX]
    typed, remembered = typed_person(), st.context.cookies.get(TESTER_COOKIE)
    if typed is not None:
        return typed
    return unquote(remembered)[:NAME_MAX] if isinstance(remembered, str) else ""


def typed_person() -> str | None:
    """The name as it was typed in this tab, for the browser to remember; None = not typed since the page was loaded."""
    typed = fields.shown(PERSON, None)
    return None if typed is None else " ".join(str(typed).split())


def keep_person(typed: str) -> None:
    """Set the tester's name in this tab; the stage stores it in the browser. Raises InvalidInput for one that is too long."""
    if len(name := " ".join(typed.split())) > NAME_MAX:
        raise TextTooLong(name, NAME_MAX, field="name", what="name")
    fields.keep(PERSON, typed)
