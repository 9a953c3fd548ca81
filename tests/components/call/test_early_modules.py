"""What the stage and the prompt's editor import is asked for with the page."""

from __future__ import annotations

import re

import pytest

from components.call import ASSETS_PATH, BUILD_DIR, asset_address, early_modules, loader

pytestmark = pytest.mark.unit


def test_each_bundle_has_the_address_that_its_component_imports():
    assert early_modules("index", "prose")[:2] == [asset_address("index"), asset_address("prose")]
    assert asset_address("prose") in loader("prose")


def test_whatever_a_bundle_imports_at_once_is_there_and_asked_for_once():
    names = [address.removeprefix(f"{ASSETS_PATH}/").partition("?")[0] for address in early_modules("index", "prose")]
    assert len(names) == len(set(names))
    code = [(BUILD_DIR / name).read_text(encoding="utf8") for name in names]
    assert {chunk for text in code for chunk in re.findall(r'from"\./([^"]+)"', text)} <= set(names)


def test_what_is_loaded_later_is_not_asked_for_early():
    """The real Agora Web SDK comes with the first launch."""
    assert not [address for address in early_modules("index", "prose") if "AgoraRTC" in address]
