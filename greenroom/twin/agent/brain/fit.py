"""Estimates whether a model fits this computer's memory, and how fast it would answer, before it is loaded."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path

import numpy as np

from greenroom.byte_size import byte_size
from greenroom.twin.agent.brain.gguf_file import ModelFile

#: Tokens of the conversation that are kept: more would slow answers down and take memory.
CONTEXT_TOKENS = 8192
#: The runtime itself, what it computes in, and the prompts it keeps (see gguf_process).
RUNTIME_BYTES = 350 << 20
#: Left to the rest of this computer.
SPARE_BYTES = 300 << 20
#: Each layer costs this much a token beside reading its weights.
_LAYER_S = 0.0002
#: The share of the plain memory speed that a model reaches when it reads its weights.
_EFFICIENCY = 0.6
_MEMINFO, _CGROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")


def context_of(model: ModelFile) -> int:
    """How many tokens it is loaded with."""
    return max(512, min(model.context, CONTEXT_TOKENS))


def need_bytes(model: ModelFile) -> int:
    """Memory that the loaded model takes, at most."""
    return model.size + context_of(model) * model.kv_bytes_a_token + RUNTIME_BYTES


def available_bytes() -> int:
    """Memory that can be used without pushing other programs out; in a container, what its limit leaves.

    Cached files count as free, as ``MemAvailable`` and Kubernetes count them.
    """
    return min(_of_machine(), _of_container())


def refusal(need: int) -> str:
    """Why a model of this size is not loaded; "" when it fits."""
    left = available_bytes() - SPARE_BYTES
    if need <= left:
        return ""
    figures = f"Needs {byte_size(need)} of memory, and {byte_size(max(0, left))} is free."
    return f"{figures} Close other programs or choose a smaller model."


def tokens_per_second(model: ModelFile) -> float:
    """An estimate: writing a token reads all active weights once."""
    return 1 / (model.size * model.active_share / (_bytes_per_second() * _EFFICIENCY) + model.layers * _LAYER_S)


def threads() -> int:
    """Half the cores, two at least: the model's threads wait for each other, and ears and voice need one, too."""
    cores = os.cpu_count() or 1
    return max(min(2, cores), cores // 2)


def _of_machine() -> int:
    try:
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass  # not Linux, or a kernel that doesn't say: half of the memory is the guess
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def _of_container() -> int:
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return 1 << 62
    return max(0, limit - max(0, used - _cached()))


def _cached() -> int:
    """File contents that the container's ``memory.current`` counts and the kernel drops when memory is wanted."""
    try:
        stat = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
        return int(stat.get("inactive_file", 0))
    except (OSError, ValueError):
        return 0


@cache
def _bytes_per_second() -> float:
    """How fast this computer reads memory: measured once, in some 20 ms. The best of a few, as others use it, too."""
    data = np.ones(1 << 23, np.int64)
    took = []
    for _ in range(4):
        began = time.perf_counter()
        data.sum()
        took.append(time.perf_counter() - began)
    return data.nbytes / max(min(took), 1e-6)
