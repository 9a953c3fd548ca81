"""No error on a page or in a response shows a key, and none goes around the place that masks it."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.shell import error_text
from greenroom.errors import GreenroomError, Problem
from greenroom.redaction import MASK, SECRETS
from greenroom.startup import refuse_start
from greenroom.web.error_responses import error_body

pytestmark = pytest.mark.unit

KEY = "sk-canary-in-an-error"
FAILED = GreenroomError(f"Refused {KEY}.", advice=f"Replace {KEY}. ![x](https://evil.example/p.png)")
#: The modules that write errors for pages and for responses.
MASKING = {"components/shell/error_text.py", "greenroom/web/error_responses.py"}
SOURCES = [path for folder in ("components", "pages", "greenroom/web") for path in Path(folder).rglob("*.py")]


@pytest.fixture(autouse=True)
def known_key() -> None:
    SECRETS.learn([KEY])


@pytest.mark.parametrize("words", [error_text.sentence, error_text.inline_sentence, error_text.as_markdown, error_body])
def test_an_error_shows_no_known_key(words):
    shown = str(words(FAILED))
    assert shown.count(MASK) == 2
    assert "canary" not in shown


def test_a_problem_of_a_draft_shows_no_known_key():
    assert error_text.sentence(Problem("llm.key", f"{KEY} is no name.", "Add it.")) == f"{MASK} is no name. Add it."


def test_a_start_that_fails_shows_no_known_key(capsys, monkeypatch):
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "disabled", False)  # what the refusal changes
    with pytest.raises(SystemExit):
        refuse_start(FAILED)
    assert "canary" not in capsys.readouterr().err


def page_with_an_error() -> None:
    from components.shell import error_text
    from tests.components.shell.test_error_text import FAILED

    error_text.draw(FAILED)


def test_an_error_in_the_page_is_text_without_the_key():
    (shown,) = AppTest.from_function(page_with_an_error, default_timeout=30).run().error
    assert shown.value.startswith(f"**Refused {MASK}.** Replace {MASK}.")
    assert "![x](" not in shown.value


def page_with_a_banner() -> None:
    from components.shell import state
    from components.shell.layout import notice
    from tests.components.shell.test_error_text import KEY

    state.show(state.Banner(f"Couldn't stop {KEY}.", f"Remove {KEY}."))
    notice("")


def test_a_banner_shows_no_known_key():
    (shown,) = AppTest.from_function(page_with_a_banner, default_timeout=30).run().error
    assert shown.value == f"**Couldn't stop {MASK}.** Remove {MASK}."


def test_no_module_writes_the_words_of_an_error_by_itself():
    wrong = [f"{path}:{line}" for path in SOURCES if str(path) not in MASKING for line in unmasked(ast.parse(path.read_text()))]
    assert wrong == []


def unmasked(tree: ast.AST) -> Iterator[int]:
    """The lines in which a caught exception becomes text, or gives its advice; what is logged or raised is masked later."""
    for handler in (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name):
        calls = [node for node in ast.walk(handler) if isinstance(node, ast.Call)]
        raised = [node for node in ast.walk(handler) if isinstance(node, ast.Raise)]
        logged = [call for call in calls if ast.unparse(call.func) in ("record", "log.warning", "log.error")]
        allowed = {inner for node in (*raised, *logged) for inner in ast.walk(node)}
        for node in (node for node in ast.walk(handler) if isinstance(node, ast.expr)):
            match node:
                case ast.Attribute(value=ast.Name(id=handler.name), attr="advice" | "message"):
                    found = True
                case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=handler.name)]):
                    found = True
                case ast.FormattedValue(value=ast.Name(id=handler.name)):
                    found = True
                case _:
                    found = False
            if found and node not in allowed:
                yield node.lineno
