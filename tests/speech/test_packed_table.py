"""The packed tables of the voice's lexicon: equal to the dicts they replace, in a fraction of their memory."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.speech.packed_table import PackedTable

pytestmark = pytest.mark.unit

keys = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6)
values = st.text(max_size=5) | st.dictionaries(st.text(max_size=3), st.floats(-9, 9), max_size=3)


@given(entries=st.dictionaries(keys, values, max_size=12), other=keys)
def test_a_packed_table_answers_as_its_dict_does(entries, other):
    packed = PackedTable(entries)
    assert dict(packed) == entries
    assert packed.get(other) == entries.get(other)
    assert (other in packed) == (other in entries)


def test_many_small_entries_take_a_fraction_of_a_dicts_memory():
    tracemalloc.start()
    try:
        entries = {f"word {n}": {"NN": n / 10, "VB": -n / 10} for n in range(3000)}
        as_dict = tracemalloc.get_traced_memory()[0]
        packed = PackedTable(entries)
        as_table = tracemalloc.get_traced_memory()[0] - as_dict
    finally:
        tracemalloc.stop()
    assert packed["word 7"] == {"NN": 0.7, "VB": -0.7}
    assert as_table < as_dict / 4
