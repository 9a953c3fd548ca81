"""The parts of a recording become one file whose clock is the session's."""

from __future__ import annotations

import av
import pytest

from greenroom.recording import join, read_waveform, waveform_of, write_waveform
from greenroom.recording.joining import NotPlayable
from greenroom.recording.waveform import PER_SECOND, NoWaveform
from tests.recording.sound import loud, webm

pytestmark = pytest.mark.unit


def test_parts_stand_at_their_time_with_silence_between_them(tmp_path):
    first, second = webm(tmp_path / "a", 2.0), webm(tmp_path / "b", 1.5, 0.0, 500.0)
    joined = join([(5000, second), (1000, first)], tmp_path / "whole.webm")
    assert abs(joined.length_ms - 6500) < 60
    heard = loud(tmp_path / "whole.webm") > 500
    assert not heard[:9].any()
    assert heard[11:29, 0].all()
    assert not heard[31:49].any()
    assert heard[51:64, 1].all()
    assert not heard[51:64, 0].any()


def test_the_file_has_a_length_and_can_be_entered_anywhere(tmp_path):
    part = webm(tmp_path / "a", 8.0)
    with av.open(str(part)) as raw:
        assert raw.duration is None or raw.duration <= 0
    join([(0, part)], tmp_path / "whole.webm")
    with av.open(str(tmp_path / "whole.webm")) as whole:
        assert whole.duration is not None
        assert abs(whole.duration / 1_000_000 - 8.0) < 0.1
        whole.seek(6_000_000)
        frame = next(whole.decode(audio=0))
        assert 4.0 < (frame.time or 0) <= 6.1


def test_a_part_that_was_cut_off_in_the_middle_of_a_packet_is_kept_up_to_there(tmp_path):
    part = webm(tmp_path / "a", 4.0)
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    joined = join([(0, part)], tmp_path / "whole.webm")
    assert 1000 < joined.length_ms < 3000
    assert (loud(tmp_path / "whole.webm")[2:-2, 0] > 500).all()


def test_a_broken_part_does_not_take_the_others_along(tmp_path):
    (tmp_path / "broken").write_bytes(b"no sound at all")
    joined = join([(0, tmp_path / "broken"), (500, webm(tmp_path / "a", 1.0))], tmp_path / "whole.webm")
    assert abs(joined.length_ms - 1500) < 60


@pytest.mark.parametrize("content", [b"", b"no sound at all"])
def test_nothing_to_hear_is_said_and_leaves_no_file(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(NotPlayable):
        join([(0, tmp_path / "a")], tmp_path / "whole.webm")
    assert not (tmp_path / "whole.webm").exists()


def test_parts_that_overlap_follow_each_other(tmp_path):
    joined = join([(0, webm(tmp_path / "a", 2.0)), (1000, webm(tmp_path / "b", 1.0))], tmp_path / "whole.webm")
    assert abs(joined.length_ms - 3000) < 80


def test_the_outline_tells_the_voices_apart_and_comes_back_from_its_file(tmp_path):
    join([(1000, webm(tmp_path / "a", 2.0, 300.0, 0.0))], tmp_path / "whole.webm")
    outline = waveform_of(tmp_path / "whole.webm")
    assert abs(len(outline.person) - 3 * PER_SECOND) <= 1
    assert max(outline.person[: PER_SECOND - 2]) < 10
    assert min(outline.person[PER_SECOND + 2 : 3 * PER_SECOND - 2]) > 100
    assert max(outline.agent) < 10
    write_waveform(outline, tmp_path / "outline")
    assert read_waveform(tmp_path / "outline") == outline
    assert max(outline.fewer(10).person) == max(outline.person)
    assert len(outline.fewer(10).agent) == 10


@pytest.mark.parametrize("content", [None, b"", b"GRW1\x00", b"other"])
def test_an_outline_that_is_none_is_said_so(tmp_path, content):
    if content is not None:
        (tmp_path / "outline").write_bytes(content)
    with pytest.raises(NoWaveform):
        read_waveform(tmp_path / "outline")
