"""``python -m greenroom.callers``: plays simulated callers, as many at once as are asked for.

One JSON object a line. On standard input ``{"id", "op", "call", …}``: join, begin, listen, say, leave, here. On standard output
the answer to each, ``{"id", "ok": …}`` or ``{"id", "error": …}``, and ``{"call", "message", "fields"}`` for what the agent sends.
The process leaves all calls and ends when its input ends, as it does when the run that started it is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import stat
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from greenroom.callers.browser_voice import BrowserVoice
from greenroom.callers.caller_speech import SpeechEngines, UnusableRecording, read_recording
from greenroom.callers.channel_client import CallerLost
from greenroom.callers.edge_voice import EdgeVoice
from greenroom.callers.headless_browser import HeadlessBrowser
from greenroom.callers.media_path import CallerCertificate
from greenroom.callers.voice_caller import VoiceCaller
from greenroom.callers.voice_path import OnHeard, OnSent, VoicePath
from greenroom.model.call import EdgeAddress, Ticket
from greenroom.speech.hearing import HearingError
from greenroom.speech.synthesis import VoiceError

log = logging.getLogger(__name__)

LONGEST_ORDER = 1 << 22
ADVICE = "Run tests with `python -m greenroom rehearse run`, which starts them; if that fails, install the requirements again."
Json = Mapping[str, Any]


class CallerHost:
    """Carries out orders; each in a task of its own."""

    def __init__(self, tell: Callable[[Json], None]) -> None:
        self._tell = tell
        self._engines = SpeechEngines()
        self._certificate = CallerCertificate()
        self._browser = HeadlessBrowser()
        self._callers: dict[str, VoiceCaller] = {}
        self._voices: dict[str, Json] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Load the speech models; takes seconds. Raises what loading them raises."""
        await self._engines.load()

    def order(self, order: Json) -> None:
        """Carry one out in a task of its own. Its answer goes to ``tell``, with the order's ``id``."""
        self._start(self._carry_out(order))

    async def close(self) -> None:
        """Cancel the orders in progress, leave all calls and end the speech threads."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*(caller.leave(None) for caller in self._callers.values()), return_exceptions=True)
        await self._browser.close()
        self._engines.close()

    async def _carry_out(self, order: Json) -> None:
        try:
            self._tell({"id": order["id"], "ok": await _ORDERS[order["op"]](self, order)})
        except HearingError:
            self._tell({"id": order["id"], "error": "The caller's speech recognition failed."})
        except (CallerLost, UnusableRecording, VoiceError) as error:
            self._tell({"id": order["id"], "error": str(error)})
        except Exception as error:
            log.exception("an order failed")
            self._tell({"id": order.get("id"), "error": f"The caller failed ({type(error).__name__})."})

    async def _join(self, order: Json) -> Json:
        call, voice = order["call"], order["voice"]
        self._voices[call] = voice
        for text in order.get("lines", ()):
            self._start(self._prepare(call, text))
        ticket, seed = _ticket(order["ticket"]), int(order["seed"])
        room = await self._engines.room(voice["noise"], voice["snr_db"], seed)

        def tell(kind: str, fields: Mapping[str, Any]) -> None:
            self._tell({"call": call, "message": kind, "fields": fields})

        def path(heard: OnHeard, sent: OnSent) -> VoicePath:
            if order["client"] == "browser":
                return BrowserVoice(ticket, self._browser, room, heard, sent)
            return EdgeVoice(ticket, self._certificate, room, loss=voice["loss"], seed=seed, heard=heard, sent=sent)

        caller = VoiceCaller(path, self._engines, tell)
        self._callers[call] = caller
        await caller.join()
        return {}

    async def _prepare(self, call: str, text: str) -> None:
        """Render a line before it is said. A failure is raised when it is said."""
        with contextlib.suppress(VoiceError, KeyError):
            await self._line({"call": call, "text": text})

    async def _here(self, order: Json) -> Json:
        """The answer shows that the process isn't stuck."""
        return {}

    async def _begin(self, order: Json) -> Json:
        self._callers[order["call"]].begin()
        return {}

    async def _listen(self, order: Json) -> Json:
        return asdict(await self._callers[order["call"]].listen(order["barge_in_ms"], order["silence_s"]))

    async def _say(self, order: Json) -> Json:
        line = await self._line(order)
        return asdict(await self._callers[order["call"]].say(line, order["barge_in_ms"], order["silence_s"]))

    async def _leave(self, order: Json) -> Json:
        caller = self._callers.pop(order["call"], None)
        self._voices.pop(order["call"], None)
        recording = Path(order["recording"]) if order.get("recording") else None
        return {"recorded": caller is not None and await caller.leave(recording)}

    async def _line(self, order: Json) -> Any:
        if order.get("wav"):
            return await asyncio.to_thread(read_recording, Path(order["wav"]))
        voice = self._voices[order["call"]]
        return await self._engines.line(order["text"], voice["name"], voice["speed"])

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


_ORDERS = {
    "join": CallerHost._join,
    "begin": CallerHost._begin,
    "here": CallerHost._here,
    "listen": CallerHost._listen,
    "say": CallerHost._say,
    "leave": CallerHost._leave,
}


def _ticket(fields: Json) -> Ticket:
    edge = fields["edge"]
    return Ticket(**{**fields, "edge": EdgeAddress(**{**edge, "relays": ()}) if edge else None})


async def main() -> int:
    """Serve orders until the input ends; 1 when the process can't start, or for an order that is too long."""
    if not _can_be_awaited(sys.stdin.fileno()):
        print(f"Simulated callers can't start: standard input isn't a pipe. {ADVICE}", file=sys.stderr)
        return 1
    reader = asyncio.StreamReader(limit=LONGEST_ORDER)
    host = CallerHost(_print)
    try:
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await host.open()
    except Exception as error:  # a model that is missing or damaged, a library that isn't there
        print(f"Simulated callers can't start: {type(error).__name__}: {error}. {ADVICE}", file=sys.stderr)
        return 1
    _print({"ready": True})
    try:
        while line := await reader.readline():
            order = _order(line)
            if order is None:
                _print({"error": "This line isn't a request: send a JSON object with an id and an op."})
            else:
                host.order(order)
    except ValueError:
        print(f"An order is longer than {LONGEST_ORDER:,} bytes. {ADVICE}", file=sys.stderr)
        return 1
    finally:
        await host.close()
    return 0


def _can_be_awaited(file: int) -> bool:
    """A pipe, a socket or a terminal; no file, and not ``/dev/null``."""
    mode = os.fstat(file).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(file)


def _order(line: bytes) -> Json | None:
    try:
        order = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return order if isinstance(order, dict) and "id" in order and order.get("op") in _ORDERS else None


def _print(message: Json) -> None:
    with contextlib.suppress(BrokenPipeError):  # the run is gone; the end of the input follows
        print(json.dumps(message, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if len(sys.argv) > 1:
        print(f"python -m greenroom.callers takes no options: it reads orders from a pipe. {ADVICE}", file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(asyncio.run(main()))
    except KeyboardInterrupt:  # Ctrl+C reaches the run and its callers alike
        sys.exit(130)
