"""Which figures there are, what they should be, and who measures them; in the order in which they are taken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from bench import (
    answer_path,
    answering,
    archive,
    avatars,
    bundle,
    cloning,
    crowd,
    editing,
    end_of_turn,
    guesting,
    interrupting,
    launching,
    lightness,
    memory,
    processes,
    rehearsing,
    reruns,
    soaking,
    staying,
    studio,
    turn_taking,
    visitors,
    word_errors,
)
from bench.figures import Goal
from bench.scene import Scene


@dataclass(frozen=True, slots=True)
class BenchPart:
    """``measure`` returns one value for each key of ``goals``. What is not ``usual`` is taken only when asked for."""

    goals: dict[str, Goal]
    measure: Callable[[Scene], dict[str, Any]]
    usual: bool = True


#: Those without a browser first: Playwright's event loop, once started, stays in this thread.
PARTS = (
    BenchPart({"bundle_gzip_kb": bundle.GOAL}, lambda scene: {"bundle_gzip_kb": bundle.bundle_gzip_kb()}),
    BenchPart(
        {
            "sessions_page_ms": archive.PAGE_GOAL,
            "search_ms": archive.SEARCH_GOAL,
            "export_100k_s": archive.EXPORT_GOAL,
            "ingest_turns_per_s": archive.INGEST_GOAL,
        },
        archive.archive,
    ),
    BenchPart({"end_of_turn_ms": end_of_turn.GOAL}, end_of_turn.end_of_turn, usual=False),
    BenchPart({"word_errors_percent": word_errors.GOAL}, word_errors.word_errors, usual=False),
    BenchPart({"soak_200_calls": soaking.GOAL}, soaking.soak),
    BenchPart({"twin_rss_mb": memory.GOAL}, memory.twin_rss_mb),
    BenchPart(
        {"rehearse_text_40_s": rehearsing.TEXT_GOAL, "rehearse_1000_rss_growth_mb": rehearsing.MEMORY_GOAL},
        rehearsing.rehearsing,
    ),
    BenchPart({"rehearse_voice_8_s": rehearsing.VOICE_GOAL}, rehearsing.speaking),
    BenchPart({"rehearse_voice_v_browser_ms": rehearsing.APART_GOAL}, rehearsing.voices, usual=False),
    BenchPart({"calls_per_core": crowd.GOAL}, crowd.calls_per_core),
    BenchPart({"guests_8_calls_v2v_p90_ratio": guesting.RATIO_GOAL}, guesting.crowded),
    BenchPart({"visitors_100_p95_ms": visitors.HUNDRED_GOAL}, visitors.hundred),
    BenchPart({"visitors_300_p95_ms": visitors.THREE_HUNDRED_GOAL}, visitors.three_hundred),
    BenchPart({"processes_3_ratio": processes.GOAL}, processes.processes),
    BenchPart({"clone_to_studio_s": cloning.GOAL}, lambda scene: {"clone_to_studio_s": cloning.clone_to_studio_s()}, usual=False),
    BenchPart(
        {"launch_to_greeting_ms": launching.GREETING_GOAL, "sdk_join_ms": launching.JOIN_GOAL},
        launching.launching,
    ),
    BenchPart(
        {
            "guest_first_paint_ms": guesting.PAINT_GOAL,
            "guest_click_to_greeting_ms": guesting.GREETING_GOAL,
            "present_start_to_greeting_ms": guesting.START_GOAL,
        },
        guesting.guesting,
    ),
    BenchPart({"rerun_ms": reruns.GOAL}, reruns.reruns),
    BenchPart({"typing_to_saved_ms": editing.SAVED_GOAL, "click_to_page_ms": editing.CLICK_GOAL}, editing.editing),
    BenchPart({"studio_first_paint_ms": studio.PAINT_GOAL}, studio.first_paint),
    BenchPart({"studio_rerun_ms": studio.RERUN_GOAL, "studio_rerun_500_agents_ms": studio.FULL_GOAL}, studio.full_store),
    BenchPart({"stage_cpu_ratio": lightness.GOAL, "recording_cpu_share": lightness.RECORDING_GOAL}, lightness.lightness),
    BenchPart({"reconnect_ms": staying.RECONNECT_GOAL, "leak_after_20_calls": staying.LEAK_GOAL}, staying.staying),
    BenchPart({"voice_to_voice_ms": answering.GOAL}, answering.answering),
    BenchPart({"answer_path_ms": answer_path.GOAL}, answer_path.answer_path, usual=False),
    BenchPart({"turn_taking_ms": turn_taking.GOAL}, turn_taking.turn_taking, usual=False),
    BenchPart(
        {"avatar_first_frame_ms": avatars.FRAME_GOAL, "lip_offset_ms": avatars.LIPS_GOAL, "avatar_cpu_share": avatars.CPU_GOAL},
        avatars.avatars,
    ),
    BenchPart({"barge_in_ms": interrupting.GOAL}, interrupting.interrupting),
)
KEYS = tuple(key for part in PARTS for key in part.goals)


def chosen(only: Collection[str], clone: bool) -> Iterator[BenchPart]:
    """The parts that have a figure in ``only``; the usual ones when it is empty."""
    for part in PARTS:
        if only & part.goals.keys() if only else part.usual or (clone and "clone_to_studio_s" in part.goals):
            yield part
