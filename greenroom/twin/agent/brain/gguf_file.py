"""Reads the head of a GGUF model file: what it is, how large it becomes in memory, whether its weights are all there.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

_MAGIC, _VERSIONS = b"GGUF", (2, 3)
_MOST_ENTRIES, _LONGEST_TEXT = 4096, 1 << 22
_MOST_TENSORS, _MOST_DIMENSIONS = 100_000, 8
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_SPLIT = re.compile(r"-00001-of-(\d{5})\.gguf$")
_QUANTIZATIONS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 30: "IQ4_XS", 32: "BF16",
}  # fmt: skip


#: By the number of a kind of weights: how many stand in a block, and its bytes.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84), 11: (256, 110),
    12: (256, 144), 13: (256, 176), 14: (256, 210), 20: (32, 18), 23: (256, 136), 30: (1, 2),
}  # fmt: skip


class BadModelFile(ValueError):
    """No model that can be run; the message says why."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """``size``: bytes on disk, of all its parts. ``kv_bytes_a_token``: what a token of the conversation takes in memory.
    ``active_share``: the part of the weights that one token uses, below 1 for a mixture of experts. ``changed_ns``: when the
    file was last written, so that a file replaced by another isn't taken for the same."""

    path: str
    name: str
    quantization: str
    size: int
    context: int
    layers: int
    kv_bytes_a_token: int
    active_share: float = 1.0
    changed_ns: int = 0


def read_model_file(path: str) -> ModelFile:
    """What the file says of itself. ``path`` may begin with ``~``; of several files it is the first. Raises BadModelFile."""
    file = Path(path).expanduser()
    try:
        size = sum(part.stat().st_size for part in _parts(file))
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
            head, at, tensors = _head(data)
            if _weights_end(data, head, at, tensors) > len(data):
                raise BadModelFile(f"{file.name} is incomplete: its download was cut off. Download it again.")
    except OSError as error:
        raise BadModelFile(f"{file.name} can't be read: {error.strerror or 'not a file'}.") from None
    except BadModelFile:
        raise
    except (struct.error, ValueError, OverflowError):
        raise BadModelFile(f"{file.name} isn't a GGUF model file, or it is incomplete.") from None
    return _described(file, size, head)


def _described(file: Path, size: int, head: Mapping[str, Any]) -> ModelFile:
    kind = str(head.get("general.architecture", ""))

    def whole(name: str, default: int = 0) -> int:
        found = head.get(f"{kind}.{name}", default)
        found = max(found, default=default) if isinstance(found, list) else found
        return found if isinstance(found, int) and 0 <= found < 1 << 31 else default

    layers, heads = whole("block_count"), whole("attention.head_count")
    if not (kind and layers and heads):
        raise BadModelFile(f"{file.name} isn't a language model.")
    kv_heads = whole("attention.head_count_kv", heads)
    each = whole("embedding_length") // heads
    key, value = whole("attention.key_length", each), whole("attention.value_length", each)
    experts, used = whole("expert_count"), whole("expert_used_count")
    return ModelFile(
        path=str(file),
        name=file.stem,
        quantization=_QUANTIZATIONS.get(head.get("general.file_type", -1), ""),
        size=size,
        context=whole("context_length", 2048),
        layers=layers,
        kv_bytes_a_token=2 * layers * kv_heads * (key + value),
        active_share=min(1.0, used / experts + 0.1) if experts and used else 1.0,
        changed_ns=file.stat().st_mtime_ns,
    )


def _parts(file: Path) -> list[Path]:
    """A model in several files is opened by its first."""
    found = _SPLIT.search(file.name)
    count = int(found[1]) if found else 1
    if found is None or not 1 < count <= 999:
        return [file]
    stem = file.name[: found.start()]
    return [file.with_name(f"{stem}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1)]


def _head(data: mmap.mmap) -> tuple[dict[str, Any], int, int]:
    """Names and values, where they end, and how many tensors follow. Of a list of texts how many there are, of numbers all."""
    if data[:4] != _MAGIC:
        raise ValueError
    version, tensors, count = struct.unpack_from("<IQQ", data, 4)
    if version not in _VERSIONS or count > _MOST_ENTRIES or tensors > _MOST_TENSORS:
        raise ValueError
    at = 24
    found: dict[str, Any] = {}
    for _ in range(count):
        name, at = _text(data, at)
        (kind,) = struct.unpack_from("<I", data, at)
        found[name], at = _value(data, at + 4, kind)
    return found, at, tensors


def _weights_end(data: mmap.mmap, head: Mapping[str, Any], at: int, tensors: int) -> int:
    """Where the last weights end, at least: a kind of weights that isn't known counts as empty."""
    last = 0
    for _ in range(tensors):
        _, at = _text(data, at)
        (dimensions,) = struct.unpack_from("<I", data, at)
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError
        *shape, kind, offset = struct.unpack_from(f"<{dimensions}QIQ", data, at + 4)
        at += 4 + 8 * dimensions + 12
        block, size = _BLOCKS.get(kind, (1, 0))
        last = max(last, offset + prod(shape) // block * size)
    if not tensors:
        return at
    alignment = head.get("general.alignment", 32)
    alignment = alignment if isinstance(alignment, int) and alignment > 0 else 32
    return -(-at // alignment) * alignment + last


def _value(data: mmap.mmap, at: int, kind: int) -> tuple[Any, int]:
    if kind == _TEXT:
        return _text(data, at)
    if kind == _LIST:
        inner, count = struct.unpack_from("<IQ", data, at)
        return _list(data, at + 12, inner, count)
    letter = _NUMBERS.get(kind)
    if letter is None:
        raise ValueError
    (value,) = struct.unpack_from(f"<{letter}", data, at)
    return value, at + struct.calcsize(f"<{letter}")


def _list(data: mmap.mmap, at: int, kind: int, count: int) -> tuple[Any, int]:
    if count > len(data):
        raise ValueError
    if kind != _TEXT:
        form = f"<{count}{_NUMBERS.get(kind, '')}"
        if kind not in _NUMBERS:
            raise ValueError
        return list(struct.unpack_from(form, data, at)), at + struct.calcsize(form)
    for _ in range(count):
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8 + length
        if at > len(data):
            raise ValueError
    return count, at


def _text(data: mmap.mmap, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<Q", data, at)
    if length > _LONGEST_TEXT or at + 8 + length > len(data):
        raise ValueError
    return data[at + 8 : at + 8 + length].decode(errors="replace"), at + 8 + length
