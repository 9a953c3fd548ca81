"""The choice of a face."""

from __future__ import annotations

import pytest

from components.studio.avatar_gallery import choosing
from greenroom.catalog import rules
from greenroom.catalog.avatar import AVATAR
from greenroom.catalog.avatar_rules import avatar_and_voice_rates_match

pytestmark = pytest.mark.unit

MANAGED = {"prompt.system": "You are terse.", "tts.vendor": "openai"}
ELEVEN = {"prompt.system": "You are terse.", "tts.vendor": "elevenlabs"}


@pytest.mark.parametrize("vendor", [v for v in AVATAR if v.needs_rate], ids=lambda vendor: vendor.id)
def test_choosing_a_vendor_sets_the_sample_rate_of_a_voice_that_can_change_it(vendor):
    changed = {**ELEVEN, **choosing(vendor, ELEVEN)}
    assert rules.vendor_of("avatar", changed).id == vendor.id
    assert rules.speech_rate(rules.vendor_of("tts", changed), changed) == vendor.needs_rate
    assert tuple(avatar_and_voice_rates_match(changed)) == ()


def test_a_voice_with_a_fixed_rate_is_left_alone_and_the_conflict_is_reported():
    akool = next(v for v in AVATAR if v.id == "akool")
    changes = choosing(akool, MANAGED)
    assert changes == {"avatar.vendor": "akool"}
    assert tuple(avatar_and_voice_rates_match({**MANAGED, **changes}))
