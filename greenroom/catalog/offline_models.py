"""The model that ``make brain`` downloads: where it is, and how to tell that it is the right one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DownloadableModel:
    """``revision`` and ``sha256`` name one file for all time; ``size`` in bytes."""

    label: str
    repository: str
    revision: str
    file: str
    size: int
    sha256: str
    license: str


#: Small enough for two cores, and good enough to hold a conversation and to answer from the prompt.
RECOMMENDED = DownloadableModel(
    label="Qwen2.5 1.5B Instruct (Q4_K_M)",
    repository="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    revision="91cad51170dc346986eccefdc2dd33a9da36ead9",
    file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_736,
    sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
    license="Apache-2.0",
)
