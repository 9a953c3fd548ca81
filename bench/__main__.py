"""``python -m bench [--only key,key] [--quick] [--clone]``: measure, print one JSON object; progress to standard error."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
import traceback
from collections.abc import Sequence
from typing import Any

from bench.figures import load, machine
from bench.plan import KEYS, BenchPart, chosen
from bench.scene import Scene


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 1 when a figure could not be taken: the others are printed all the same."""
    options = _options(arguments)
    started, result = time.monotonic(), {"machine": machine()}
    failed, goals = {}, {}
    with contextlib.redirect_stdout(sys.stderr), Scene(options.quick) as scene:  # standard output is the figures' alone
        for part in chosen(options.only, options.clone):
            taken = _take(part, scene, failed)
            result |= taken
            goals |= {key: part.goals[key].judged(figure) for key, figure in taken.items()}
    result["machine"] |= {"load_after": load(), "took_s": round(time.monotonic() - started), "quick": options.quick}
    result["goals"] = goals
    if failed:
        result["failed"] = failed
    print(json.dumps(result, indent=2, ensure_ascii=False))
    return 1 if failed else 0


def _take(part: BenchPart, scene: Scene, failed: dict[str, str]) -> dict[str, Any]:
    keys = ", ".join(part.goals)
    started = time.monotonic()
    print(f"bench: {keys} …", file=sys.stderr, flush=True)
    try:
        taken = part.measure(scene)
    except Exception as error:  # one broken figure must not cost the others
        traceback.print_exc()
        failed |= {key: f"{type(error).__name__}: {error}"[:500] for key in part.goals}
        taken = {}
    print(f"bench: {keys} took {time.monotonic() - started:.0f} s, load {load()}", file=sys.stderr, flush=True)
    return taken


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure; one JSON object on standard output.")
    parser.add_argument("--only", type=_keys, default=frozenset(), help=f"comma list of: {', '.join(KEYS)}")
    parser.add_argument("--quick", action="store_true", help="few samples: shows that it works, not how fast it is")
    parser.add_argument("--clone", action="store_true", help="also time a clone of the repository with its installation")
    return parser.parse_args(arguments)


def _keys(text: str) -> frozenset[str]:
    keys = frozenset(filter(None, text.split(",")))
    if unknown := keys - set(KEYS):
        raise argparse.ArgumentTypeError(f"no such figure: {', '.join(sorted(unknown))}")
    return keys


if __name__ == "__main__":
    sys.exit(main())
