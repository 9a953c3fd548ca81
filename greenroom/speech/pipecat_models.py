"""Finds model files inside the ``pipecat-ai`` wheel. The package itself is not imported: its files are used."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import onnxruntime


def session(model: str) -> onnxruntime.InferenceSession:
    """The model at this path in the package, run on the thread that calls it. Raises ImportError if it isn't installed."""
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(_file(model), options, providers=["CPUExecutionProvider"])


def _file(model: str) -> str:
    package = find_spec("pipecat")
    folders = list(package.submodule_search_locations or ()) if package else []
    if not folders or not (file := Path(folders[0]) / model).exists():
        raise ImportError("pipecat-ai is not installed")
    return str(file)
