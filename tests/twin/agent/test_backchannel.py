"""Signs of listening and words that want the floor."""

from __future__ import annotations

import pytest

from greenroom.twin.agent.backchannel import is_backchannel

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ["", "Mm-hm.", "Mmm", "Yeah.", "Uh-huh, yeah.", "I see.", "Oh, really?", "Hmm...", "Them."])
def test_signs_of_listening_pass(text):
    assert is_backchannel(text)


@pytest.mark.parametrize("text", ["Stop.", "Yeah, but how much is it?", "No.", "Wait", "Yes yes yes yes", "Right, and the dog?"])
def test_words_that_want_the_floor_do_not(text):
    assert not is_backchannel(text)
