"""The words of errors, problems and hints on a page. All that pages and components show pass here.

Known keys are masked. Advice that points to Settings says who can open it, if the reader can't.
"""

from __future__ import annotations

from typing import Protocol

import streamlit as st

from components.shell.formatting import inline
from components.shell.reader import for_reader
from greenroom.errors import GreenroomError
from greenroom.redaction import SECRETS


class Explained(Protocol):
    """A problem of a draft, a hint, or the result of a test: what is wrong, and what to do."""

    @property
    def message(self) -> str: ...

    @property
    def advice(self) -> str: ...


def message(error: Exception | Explained) -> str:
    """What happened, and why."""
    return SECRETS.text(str(error) if isinstance(error, Exception) else error.message)


def advice(error: Exception | Explained) -> str:
    """What to do; "" for an exception that isn't ours."""
    if isinstance(error, Exception) and not isinstance(error, GreenroomError):
        return ""
    return for_reader(SECRETS.text(error.advice))


def masked(text: str) -> str:
    """An error that a service has put into words, without known keys."""
    return SECRETS.text(text)


def sentence(error: Exception | Explained) -> str:
    """The message, then the advice, as plain text."""
    return f"{message(error)} {advice(error)}".strip()


def inline_sentence(error: Exception | Explained) -> str:
    """:func:`sentence` as Markdown for the middle of a line."""
    return inline(sentence(error))


def as_markdown(error: GreenroomError) -> str:
    """The message in bold, then the advice."""
    return f"**{inline(message(error))}** {inline(advice(error))}"


def draw(error: GreenroomError, icon: str = ":material/error:") -> None:
    """Draw the error as a box in the page."""
    st.error(as_markdown(error), icon=icon)
