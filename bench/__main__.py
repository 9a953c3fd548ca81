"""``python -m bench [--only a,b] [--clone]``: measure and print one JSON object; progress goes to standard error."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.cloning import clone_to_studio_s
from bench.figures import machine
from bench.reruns import rerun_ms
from bench.talking import answering, interrupting, launching
from bench.weight import bundle_gzip_kb, twin_rss_mb
from greenroom.twin.agent.voices.hibari import HibariVoices
from tests.studio_process import StudioProcess

#: Goals on a quiet machine with two cores, for the reader of the figures.
GOALS = {
    "launch_to_greeting_ms": "p50 ≤ 2000",
    "sdk_join_ms": "≤ 400",
    "voice_to_voice_ms": "p50 ≤ 700, p90 ≤ 1000",
    "barge_in_ms": "≤ 250",
    "rerun_ms": "in call ≤ 1.5 × alone (p95)",
    "bundle_gzip_kb": "≤ 600",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", default="", help="comma list of: bundle, launch, talk, barge, rerun")
    parser.add_argument("--clone", action="store_true", help="also time a clone with its installation")
    options = parser.parse_args()
    wanted = set(filter(None, options.only.split(","))) or {"bundle", "launch", "talk", "barge", "rerun"}
    result: dict[str, Any] = {"machine": machine(), "goals": GOALS}
    if "bundle" in wanted:
        result["bundle_gzip_kb"] = bundle_gzip_kb()
    if wanted - {"bundle"}:
        result |= in_the_studio(wanted)
    if options.clone:
        say("clone")
        result["clone_to_studio_s"] = clone_to_studio_s()
    result["machine"]["load_1min_after"] = machine()["load_1min"]
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 0


def in_the_studio(wanted: set[str]) -> dict[str, Any]:
    """Everything that needs a running studio and a browser; the keyless responder is the instant brain."""
    studio = StudioProcess(Path(tempfile.mkdtemp())).start()
    result: dict[str, Any] = {"twin_rss_mb": {"loaded": twin_rss_mb(studio)}}
    try:
        with sync_playwright() as playwright:
            voices = HibariVoices()
            steps: dict[str, Callable[[], dict[str, Any]]] = {
                "launch": lambda: launching(playwright, studio),
                "rerun": lambda: rerun_ms(playwright, studio),
                "barge": lambda: interrupting(playwright, studio, voices),
                "talk": lambda: answering(playwright, studio, voices),
            }
            for name, measure in steps.items():
                if name in wanted:
                    say(name)
                    result |= measure()
        result["twin_rss_mb"]["after_calls"] = twin_rss_mb(studio)
    finally:
        studio.stop()
    return result


def say(step: str) -> None:
    print(f"bench: {step} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
