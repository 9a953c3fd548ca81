"""Figures before a model is loaded: enough memory, about how fast."""

from __future__ import annotations

import pytest

from greenroom.twin.agent.brain import fit
from greenroom.twin.agent.brain.gguf_file import read_model_file

pytestmark = pytest.mark.unit


def test_a_model_too_large_is_refused_with_both_figures(make_model):
    huge = read_model_file(make_model("huge", size=900_000_000_000))
    why = fit.refusal(fit.need_bytes(huge))
    assert why.startswith("Needs 900.")
    assert "is free" in why


def test_a_small_model_fits_and_needs_more_than_its_file(make_model):
    small = read_model_file(make_model("small", size=1_000_000))
    assert fit.refusal(fit.need_bytes(small)) == ""
    assert fit.need_bytes(small) > small.size + fit.context_of(small) * small.kv_bytes_a_token


def test_a_larger_model_is_slower_and_one_of_experts_faster(make_model):
    sizes = {"half": 1_000_000_000, "whole": 2_000_000_000}
    half, whole = (fit.tokens_per_second(read_model_file(make_model(name, size=size))) for name, size in sizes.items())
    experts = make_model("experts", size=2_000_000_000, llama__expert_count=8, llama__expert_used_count=1)
    assert half > whole
    assert fit.tokens_per_second(read_model_file(experts)) > whole


def test_a_container_with_less_memory_than_the_machine_counts(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text("500000000\n")
    (tmp_path / "memory.current").write_text("100000000\n")
    monkeypatch.setattr(fit, "_CGROUP", tmp_path)
    assert fit.available_bytes() == 400_000_000
    (tmp_path / "memory.stat").write_text("anon 10000000\ninactive_file 60000000\nactive_file 30000000\n")
    assert fit.available_bytes() == 460_000_000, "files that were read, a model for instance, make room"
    (tmp_path / "memory.max").write_text("max\n")
    assert fit.available_bytes() > 0
