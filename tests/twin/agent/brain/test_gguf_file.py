"""The head of a model file says what it is and how large it becomes; what is no model is refused by name."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenroom.twin.agent.brain.gguf_file import BadModelFile, read_model_file
from tests.twin.agent.brain.conftest import _HEAD, head

pytestmark = pytest.mark.unit


def test_the_packaged_model_says_what_it_is(packaged_model):
    file = read_model_file(packaged_model)
    assert (file.quantization, file.context, file.layers) == ("Q4_1", 8192, 30)
    assert file.kv_bytes_a_token == 2 * 30 * 3 * (64 + 64)
    assert 90_000_000 < file.size < 110_000_000


def test_a_file_whose_download_was_cut_off_is_refused(packaged_model, tmp_path):
    cut = tmp_path / "cut.gguf"
    with open(packaged_model, "rb") as whole:
        cut.write_bytes(whole.read(40_000_000))
    with pytest.raises(BadModelFile, match=r"cut\.gguf is incomplete"):
        read_model_file(str(cut))


def test_grouped_heads_and_the_context_are_read(make_model):
    file = read_model_file(make_model(size=1_100_000_000))
    assert (file.name, file.size, file.context, file.quantization) == ("made", 1_100_000_000, 32768, "Q4_K_M")
    assert file.kv_bytes_a_token == 2 * 28 * 2 * 256


def test_a_mixture_of_experts_uses_a_part_of_its_weights(make_model):
    file = read_model_file(make_model(llama__expert_count=8, llama__expert_used_count=2))
    assert 0.25 <= file.active_share < 0.5


def test_a_model_in_parts_is_as_large_as_all_of_them(make_model):
    first = make_model("big-00001-of-00002", size=5_000)
    with pytest.raises(BadModelFile, match="can't be read"):
        read_model_file(first)
    make_model("big-00002-of-00002", size=7_000)
    assert read_model_file(first).size == 12_000


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGML" + bytes(99), b"GGUF" + b"\xff" * 60, b"PK\x03\x04" + bytes(99)])
def test_what_is_no_model_is_refused_by_name(tmp_path, content):
    file = tmp_path / "holiday.gguf"
    file.write_bytes(content)
    with pytest.raises(BadModelFile, match=r"holiday\.gguf"):
        read_model_file(str(file))


def test_a_file_that_is_missing_a_folder_and_a_model_that_writes_nothing_are_refused(tmp_path, make_model):
    for path in (str(tmp_path / "none.gguf"), str(tmp_path), make_model(general__architecture="")):
        with pytest.raises(BadModelFile):
            read_model_file(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(head(_HEAD))), st.binary(max_size=16))
def test_a_damaged_file_is_read_or_refused(tmp_path, at, bytes_there):
    whole = head(_HEAD)
    file = tmp_path / "damaged.gguf"
    file.write_bytes(whole[:at] + bytes_there + whole[at + len(bytes_there) :])
    with contextlib.suppress(BadModelFile):
        assert read_model_file(str(file)).layers > 0
