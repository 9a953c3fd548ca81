"""``greenroom brain …``: get a language model for offline agents."""

from __future__ import annotations

import argparse
import sys

from greenroom.byte_size import byte_size
from greenroom.catalog.offline_models import RECOMMENDED
from greenroom.cli.opening import options_set
from greenroom.cli.output import CliResult
from greenroom.config import environment
from greenroom.services.operations import download_model


def download(options: argparse.Namespace) -> CliResult:
    """The recommended model, into the data folder."""
    folder = options_set().data_dir / "models"
    size = byte_size(RECOMMENDED.size)
    print(f"Greenroom: {RECOMMENDED.label}, {RECOMMENDED.license}, {size}, into {folder}", file=sys.stderr)
    file, fresh = download_model(RECOMMENDED, folder, environment().get("HF_ENDPOINT", ""))
    done = "Downloaded and verified" if fresh else "Already there and verified"
    text = f"{done}: {file}\nGreenroom uses it from its next start, unless you chose another model in Settings → Offline brain."
    text += " If Greenroom is running, open that page to find it."
    return CliResult({"file": str(file), "downloaded": fresh, "sha256": RECOMMENDED.sha256}, text)
