"""That the proof would notice: a changed body, a misspelled field, a missing one."""

from __future__ import annotations

import pytest
from agora_agent.types import tts as sdk
from pydantic import ValidationError

from greenroom.catalog import rules
from tests.catalog import goldens

pytestmark = pytest.mark.unit


def test_a_changed_body_is_noticed_and_written_only_when_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(goldens, "FOLDER", tmp_path)
    monkeypatch.delenv(goldens.RENEW, raising=False)
    with pytest.raises(AssertionError, match="missing"):
        goldens.assert_golden("x", {"a": 1})
    monkeypatch.setenv(goldens.RENEW, "1")
    goldens.assert_golden("x", {"a": 1})
    monkeypatch.delenv(goldens.RENEW)
    goldens.assert_golden("x", {"a": 1})
    with pytest.raises(AssertionError, match=goldens.RENEW):
        goldens.assert_golden("x", {"a": 2})


def test_a_misspelled_field_is_seen_at_any_depth_and_a_missing_one_refused():
    block = {"vendor": "cartesia", "params": {"api_key": "k", "model_id": "m", "voice": {"mode": "id", "id": "v", "idd": "v"}}}
    assert goldens.unknown_to(sdk.Tts_Cartesia, block) == ["params.voice.idd"]
    with pytest.raises(ValidationError, match="model_id"):
        goldens.unknown_to(
            sdk.Tts_Cartesia, {"vendor": "cartesia", "params": {"api_key": "k", "voice": {"mode": "id", "id": "v"}}}
        )


def test_all_fields_of_a_nested_type_are_known():
    assert {"params.voice.id", "params.output_format.sample_rate", "skip_patterns"} <= goldens.known_to(sdk.Tts_Cartesia)


def test_a_filled_draft_leaves_no_active_setting_out():
    values = goldens.filled_values("tts", "elevenlabs")
    own = [f for f in rules.fields(values) if f.vendor is not None and f.vendor.role == "tts" and f.setting.kind != "secret"]
    own = [f for f in own if f.setting.name not in goldens.INSTEAD]
    assert len(own) > 8
    assert all(f.key in values for f in own)
