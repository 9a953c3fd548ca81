"""Names of a package that are loaded at their first use."""

from __future__ import annotations

import sys

import pytest

from greenroom.lazy_exports import lazy_exports

pytestmark = pytest.mark.unit


def test_a_name_is_found_in_the_module_that_defines_it() -> None:
    find = lazy_exports("json", {"JSONDecoder": "decoder", "scanner": ""})
    assert find("JSONDecoder").__name__ == "JSONDecoder"
    assert find("scanner") is sys.modules["json.scanner"]
    with pytest.raises(AttributeError, match="no attribute 'other'"):
        find("other")


def test_a_module_that_would_hide_what_it_exports_is_refused() -> None:
    """A page once called the module ``call_cost`` instead of the function in it, once anything had imported the module."""
    with pytest.raises(ValueError, match="rename the module"):
        lazy_exports("json", {"decoder": "decoder"})
