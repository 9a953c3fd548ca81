"""What a face does by itself, in a time that the test makes."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from greenroom.portraits.portrait import Mouth
from greenroom.twin.agent.faces.motion import BLINK_EVERY_S, BLINK_S, IdleMotion
from greenroom.twin.agent.faces.pacing import FramePacer
from greenroom.twin.agent.faces.pose import Pose

pytestmark = pytest.mark.unit


def life(seconds: float, seed: str = "one") -> list[Pose]:
    """25 poses a second."""
    lived = IdleMotion(Random(seed))
    return [lived.pose(number / 25, Mouth()) for number in range(round(seconds * 25))]


def blinks(poses: list[Pose]) -> list[float]:
    """When the eyes began to close."""
    return [n / 25 for n, (a, b) in enumerate(itertools.pairwise(poses), 1) if a.look.open == 1 and b.look.open < 1]


def test_it_blinks_every_two_to_six_seconds_or_twice_in_a_row():
    gaps = [b - a for a, b in itertools.pairwise(blinks(life(300)))]
    assert len(gaps) > 40
    single = [gap for gap in gaps if gap > 1]
    assert all(BLINK_EVERY_S[0] <= gap <= BLINK_EVERY_S[1] + BLINK_S + 0.1 for gap in single)
    assert len(single) > 0.7 * len(gaps)


def test_in_a_blink_the_eyes_are_shut_for_a_moment_and_soon_open_again():
    poses = life(60)
    for start in blinks(poses):
        lids = [pose.look.open for pose in poses[round(start * 25) : round(start * 25) + 6]]
        assert min(lids) <= 0.25
        assert lids[-1] == 1 or len(lids) < 6


def test_it_breathes_and_looks_about_a_little_and_mostly_at_you():
    poses = life(120)
    assert len({pose.body for pose in poses}) > 5
    assert max(abs(pose.body) for pose in poses) <= 8  # two pixels
    ahead = sum(pose.look.right == pose.look.down == 0 for pose in poses) / len(poses)
    assert 0.25 < ahead < 0.9


def test_the_same_chance_makes_the_same_life_and_another_one_another():
    assert life(20) == life(20)
    assert life(20) != life(20, "two")


def test_a_breath_has_few_pictures_so_that_each_is_drawn_only_once():
    assert len({(pose.head, pose.body) for pose in life(60)}) <= 44


def test_pictures_are_due_25_times_a_second_and_missed_ones_are_left_out():
    pace, now, shown = FramePacer(25, 100.0), 100.0, []
    for _ in range(50):
        now += pace.wait_s(now) + 0.003  # drawing takes its time
        shown.append(now)
    assert shown[-1] - shown[0] == pytest.approx(49 / 25)
    now += 0.5
    waits = []
    for _ in range(3):
        waits.append(pace.wait_s(now))
        now += waits[-1] + 0.003
    assert sum(wait == 0 for wait in waits) == 1
