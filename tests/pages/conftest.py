"""The pages over real services and a real database, drawn by Streamlit's own AppTest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import greenroom.services as door
from greenroom.services import install
from tests.databases import backend, migrated_template, postgres, pytest_generate_tests  # noqa: F401 - fixtures
from tests.services.conftest import Harness, make_harness

#: Nothing listens there: what a page shows must not need a running agent.
APP = Path(__file__).parents[2] / "app.py"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    made = make_harness(NOBODY, tmp_path)
    install(made.services)
    yield made
    door._current.clear()


@pytest.fixture
def open_page(harness: Harness) -> Callable[..., AppTest]:
    """``open_page("pages/sessions.py")`` → the page as drawn, inside the shell; no exception may be on it."""

    def show(page: str = "", **query: str) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=30)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        if page:
            test.switch_page(page).run()
        assert [e.value for e in test.exception] == []
        return test

    return show
