"""``python -m greenroom.twin.gguf_process``: runs one model file, in a process of its own, so that its crash ends no call.

Reads one line of JSON from standard input (``path``, ``context``, ``threads``, ``key``), prints one with the address where it
answers in OpenAI's API, and ends when standard input closes. The key keeps other programs and web pages of this computer out.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any

#: How many tokens of a prompt are read before it checks whether the answer was cancelled.
_READ_AT_ONCE = 128
_CACHE_MIB = 256
_SLOTS = 2


def main() -> int:
    """Serve until standard input closes; the process ends in here, with 0."""
    asked = json.loads(sys.stdin.readline())
    llama_cpp: Any = import_module("xllamacpp")
    params = llama_cpp.CommonParams()
    params.model.path = asked["path"]
    params.n_ctx = asked["context"]
    params.n_batch = params.n_ubatch = _READ_AT_ONCE
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = asked["threads"]
    params.n_parallel, params.kv_unified = _SLOTS, True
    params.cache_ram_mib = _CACHE_MIB
    params.fit_params = False  # it is checked before
    params.verbosity = -1
    params.api_keys = [asked["key"]]
    params.endpoint_slots = False
    params.ui = False
    params.default_template_kwargs = {"enable_thinking": "false"}  # nobody waits for thoughts on the phone
    server = llama_cpp.Server(params)
    print(json.dumps({"address": server.listening_address}), flush=True)
    while os.read(0, 4096):
        pass
    os._exit(0)  # without the runtime's own farewell, which may take seconds


if __name__ == "__main__":
    sys.exit(main())
