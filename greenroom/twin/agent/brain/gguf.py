"""A GGUF model file as a brain. It runs in its own process: if that crashes, the agent apologizes and continues."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from greenroom.twin.agent.brain import fit
from greenroom.twin.agent.brain.base import BrainError, Message, Token
from greenroom.twin.agent.brain.gguf_file import BadModelFile, ModelFile, read_model_file
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible

log = logging.getLogger(__name__)

LOAD_TIMEOUT_S = 180.0
#: Time limit for reading a long prompt on a slow computer.
_READ_TIMEOUT_S = 120.0
_SIGN_OF_LIFE_S = 1.0
_STOP_TIMEOUT_S = 3.0
#: The model's threads wait for each other after every step. Awake, they keep the cores from whom they wait for: beside a browser
#: on two cores, 5 tokens a second instead of 80.
_SLEEP_WHILE_WAITING = {"OMP_WAIT_POLICY": "PASSIVE"}


class UnloadableModel(BrainError):
    """The runtime can't load this file, now or later."""


class ModelProcess:
    """The process of one loaded model."""

    def __init__(self, child: asyncio.subprocess.Process, client: OpenAICompatible) -> None:
        self.child = child
        self.client = client

    @property
    def alive(self) -> bool:
        """Whether the process still runs, as far as asyncio has noticed."""
        return self.child.returncode is None

    async def end(self) -> None:
        """Close the connection and standard input, which ends the process; killed after :data:`_STOP_TIMEOUT_S` (3 s)."""
        await self.client.close()
        if self.child.stdin is not None:
            self.child.stdin.close()
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await self.child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.child.kill()
            await self.child.wait()


class GgufBrain:
    """Loads its model at the first question, or by :meth:`load`; after a crash again at the next question."""

    def __init__(self, path: str, unloadable: set[ModelFile] | None = None) -> None:
        """``unloadable`` gets the file if the runtime can't load it. Raises BadModelFile for a file that is no model."""
        self.file = read_model_file(path)
        self._unloadable = set[ModelFile]() if unloadable is None else unloadable
        self.label = f"{self.file.name} (model file)"
        self._running: ModelProcess | None = None
        self._loading: asyncio.Task[ModelProcess] | None = None

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory and its process runs."""
        return self._running is not None and self._running.alive

    @property
    def unloadable(self) -> bool:
        """Whether the runtime has failed to load the file."""
        return self.file in self._unloadable

    async def load(self) -> None:
        """Load the model, unless it is loaded. Raises BrainError: too large for the free memory, or not loadable."""
        await asyncio.shield(self._begin_loading())

    async def prepare(self, messages: Sequence[Message]) -> None:
        """Read a prompt into the model's cache before the first question."""
        with contextlib.suppress(BrainError):  # the first question fails again, and says so
            async with aclosing(self.stream([*messages, {"role": "user", "content": "Hello"}], {"max_tokens": 1})) as tokens:
                async for _ in tokens:
                    pass

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[Token, None]:
        """See :meth:`greenroom.twin.agent.brain.base.Brain.stream`. Loads the model if need be: a "" every second meanwhile."""
        loading = self._begin_loading()
        while not loading.done():
            yield ""
            await asyncio.wait({loading}, timeout=_SIGN_OF_LIFE_S)
        running = await loading
        try:
            async with aclosing(_with_signs_of_life(running.client.stream(messages, params))) as tokens:
                async for token in tokens:
                    yield token
        except BrainError as error:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.5):  # the connection breaks a moment before the process is gone
                    await running.child.wait()
            if running.alive:
                raise
            raise BrainError(f"the model stopped working (exit code {running.child.returncode})") from error

    async def close(self) -> None:
        """Stop loading and end the process. A later question loads the model again."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)
        self._loading = None
        if self._running is not None:
            running, self._running = self._running, None
            await running.end()

    def _begin_loading(self) -> asyncio.Task[ModelProcess]:
        done = self._loading is not None and self._loading.done()
        if self._loading is None or (done and not self.loaded):
            self._loading = asyncio.create_task(self._load(), name="load model")
        return self._loading

    async def _load(self) -> ModelProcess:
        if self._running is not None:
            gone, self._running = self._running, None
            await gone.end()
        if why := fit.refusal(fit.need_bytes(self.file)):
            raise BrainError(why)
        try:
            self._running = await _start_process(self.file)
        except UnloadableModel:
            self._unloadable.add(self.file)
            raise
        return self._running


async def _start_process(file: ModelFile) -> ModelProcess:
    """Start the process and wait until it answers. Raises BrainError, UnloadableModel."""
    command, env = (sys.executable, "-m", "greenroom.twin.gguf_process"), {**os.environ, **_SLEEP_WHILE_WAITING}
    pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=null, env=env)
    except OSError as error:  # no memory, or too many processes
        raise BrainError(f"the model couldn't be started ({error.strerror})") from None
    assert child.stdin is not None
    assert child.stdout is not None
    key = secrets.token_urlsafe(32)
    asked = {"path": file.path, "context": fit.context_of(file), "threads": fit.threads(), "key": key}
    try:
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        async with asyncio.timeout(LOAD_TIMEOUT_S):
            line = await child.stdout.readline()
        address = str(json.loads(line)["address"])
    except (OSError, ValueError, KeyError, TypeError, TimeoutError, RecursionError):
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        code = await child.wait()
        log.warning("the model %s could not be loaded (code %s)", file.name, code)
        if code == -signal.SIGKILL:  # took too long, or the system ended it for want of memory
            raise BrainError("the model could not be loaded: it took too long, or the memory ran out") from None
        raise UnloadableModel(
            "the model could not be loaded: the file is damaged, or the runtime doesn't know its kind"
        ) from None
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        raise
    url = f"{address}/v1/chat/completions"
    client = OpenAICompatible(url, api_key=key, model=file.name, timeout_s=_READ_TIMEOUT_S)
    return ModelProcess(child, client)


async def _with_signs_of_life(tokens: AsyncGenerator[Token, None]) -> AsyncGenerator[Token, None]:
    """The tokens, with "" every second while none comes: reading a long prompt may take longer than :func:`in_time` allows."""
    async with aclosing(tokens):
        while True:
            coming = asyncio.ensure_future(anext(tokens, None))
            try:
                while not (await asyncio.wait({coming}, timeout=_SIGN_OF_LIFE_S))[0]:
                    yield ""
            finally:
                if not coming.done():
                    coming.cancel()
                    await asyncio.gather(coming, return_exceptions=True)
            token = coming.result()
            if token is None:
                return
            yield token


__all__ = ["BadModelFile", "GgufBrain"]
