"""What is not about time: the size of the bundle and the memory of the twin."""

from __future__ import annotations

import gzip

import psutil

from components.call import BUILD_DIR
from tests.studio_process import StudioProcess


def bundle_gzip_kb() -> dict[str, int]:
    """All scripts of the stage, gzip level 9: what is loaded with the page, and the SDK and toolkit loaded at the first call."""
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in BUILD_DIR.glob("*.js")}
    first = sum(size for name, size in sizes.items() if name == "index.js" or "runtime" in name or "helper" in name)
    return {"with_the_page": round(first / 1024), "in_all": round(sum(sizes.values()) / 1024)}


def twin_rss_mb(studio: StudioProcess) -> int:
    """Resident memory of the twin's process now."""
    assert studio.process is not None
    children = psutil.Process(studio.process.pid).children(recursive=True)
    return round(max(child.memory_info().rss for child in children) / 2**20)
