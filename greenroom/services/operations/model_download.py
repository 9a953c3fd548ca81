"""Downloads a language model for offline agents from the Hugging Face hub, or from the mirror in ``HF_ENDPOINT``."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from greenroom.byte_size import byte_size
from greenroom.catalog.offline_models import DownloadableModel
from greenroom.errors import DiskFull, GreenroomError

HUB = "https://huggingface.co"
#: Left free on the disk.
SPARE_BYTES = 500_000_000
_AT_ONCE = 1 << 22
#: The library's default headers report this computer's versions, and building them downloads a list of coding agents.
_HEADERS = {"user-agent": "greenroom"}


class DownloadFailed(GreenroomError):
    """The model isn't there. What was downloaded so far is kept and continued."""


def download_model(model: DownloadableModel, folder: Path, endpoint: str = "") -> tuple[Path, bool]:
    """The verified file, and whether it had to be downloaded. Shows its progress on standard error and continues a download that
    was interrupted. Raises DownloadFailed, DiskFull."""
    target, part = folder / model.file, folder / f"{model.file}.part"
    if target.exists() and _sha256(target) == model.sha256:
        return target, False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.touch()
    _require_room(model, part)
    _fetch(model, part, (endpoint or HUB).rstrip("/"))
    if _sha256(part) != model.sha256:
        part.unlink()
        raise DownloadFailed(
            f"{model.file} failed its SHA-256 check and was deleted.",
            advice="Run make brain again. If it keeps failing, the mirror in HF_ENDPOINT has a different file.",
        )
    part.replace(target)
    return target, True


def _fetch(model: DownloadableModel, part: Path, endpoint: str) -> None:
    """Never with a token: the models are public, and a mirror must not learn it.

    The library's own ``hf_hub_download`` begins anew after an interruption; the function below it can continue a file.
    """
    # Loaded here: nothing else needs the library.
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get

    begun = min(part.stat().st_size, model.size)
    url = hf_hub_url(model.repository, model.file, revision=model.revision, endpoint=endpoint)
    try:
        with part.open("r+b") as file:
            file.truncate(begun)
            file.seek(begun)
            http_get(url, file, resume_size=begun, expected_size=model.size, headers=_HEADERS, displayed_filename=model.file)
    except Exception as error:  # its own errors, those of its HTTP library, and of the file system
        raise DownloadFailed(
            f"Couldn't download {model.file} from {endpoint} ({type(error).__name__}).",
            advice=(
                f"Check the network, then run make brain again: it continues. Behind a firewall, set HF_ENDPOINT to a mirror, "
                f"or download {url} on another computer and put it into {part.parent}. "
                "Ollama, LM Studio and llama.cpp on this computer work, too."
            ),
        ) from error


def _require_room(model: DownloadableModel, part: Path) -> None:
    missing = max(0, model.size - part.stat().st_size) + SPARE_BYTES
    free = shutil.disk_usage(part.parent).free
    if free < missing:
        raise DiskFull(
            f"{model.label} needs {byte_size(missing)} on the disk, and {byte_size(free)} is free.",
            advice=f"Free some space on the disk of {part.parent}, then run make brain again.",
        )


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while piece := opened.read(_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()
