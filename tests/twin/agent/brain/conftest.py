"""The packaged model as a file, and model files made up for the tests."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from greenroom.twin.agent.brain.builtin import model_file

MakeModel = Callable[..., str]


@pytest.fixture(scope="session")
def packaged_model() -> str:
    pytest.importorskip("xllamacpp")
    return model_file()


@pytest.fixture
def make_model(tmp_path: Path) -> MakeModel:
    """``make_model("name", **entries)`` → the path of a file with this head and without weights."""

    def make(name: str = "made", size: int = 0, **entries: Any) -> str:
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(head({**_HEAD, **{key.replace("__", "."): value for key, value in entries.items()}}))
        if size:
            with path.open("r+b") as file:
                file.truncate(size)  # without taking room on the disk
        return str(path)

    return make


_HEAD: Mapping[str, Any] = {
    "general.architecture": "llama",
    "general.file_type": 15,
    "llama.block_count": 28,
    "llama.embedding_length": 1536,
    "llama.attention.head_count": 12,
    "llama.attention.head_count_kv": 2,
    "llama.context_length": 32768,
    "tokenizer.ggml.tokens": ["a", "b"],
}


def head(entries: Mapping[str, Any]) -> bytes:
    data = b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries))
    for name, value in entries.items():
        data += _text(name)
        if isinstance(value, list):
            data += struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_text(one) for one in value)
        elif isinstance(value, str):
            data += struct.pack("<I", 8) + _text(value)
        else:
            data += struct.pack("<II", 4, value)
    return data


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()
