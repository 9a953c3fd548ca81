"""The twin's own endpoints: health, voice samples, fault injection, reset. Local requests only."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.catalog.voices import OFFLINE_VOICES
from greenroom.speech.synthesis import VoiceError
from greenroom.twin.loopback import local
from greenroom.twin.media_faults import MEDIA_FAULTS, MediaFaultTarget
from greenroom.twin.rest import ENDPOINTS, AgentRegistry, BodyField, RestFault, RestFaults, ServiceUnavailable, check, json_object

#: 300 characters of any script: a sample shares the voice's thread with the agents that are talking.
SAMPLE_MAX_BYTES, SAMPLE_TIMEOUT_S = 1200, 30.0

_SAMPLE = (
    BodyField("voice", "text", True, choices=tuple(voice.id for voice in OFFLINE_VOICES)),
    BodyField("text", "text", True, high=SAMPLE_MAX_BYTES),
    BodyField("speed", "number", low=0.5, high=2.0),
)

#: The body of ``POST /twin/faults`` for an endpoint of the API; see :class:`RestFault`. The others: :data:`MEDIA_FAULTS`.
_FAULT = (
    BodyField("endpoint", "text", True, choices=(*ENDPOINTS, *MEDIA_FAULTS)),
    BodyField("status", "whole", low=0, high=599),
    BodyField("reason", "text", high=100),
    BodyField("times", "whole", low=1, high=1000),
    BodyField("delay_s", "number", low=0, high=120),
    BodyField("performed", "switch"),
    BodyField("retry_after_s", "whole", low=0, high=3600),
)


class VoiceSampler(Protocol):
    """The part of ``greenroom.twin.agent.Engines`` that control uses."""

    @property
    def ready(self) -> bool:
        """Whether all models are loaded."""
        ...

    async def sample(self, voice_id: str, text: str, speed: float) -> bytes:
        """A WAV: 48 kHz, mono, 16 bit. Raises VoiceError, and RuntimeError when the models could not be loaded."""
        ...

    def describe(self) -> dict[str, str]:
        """What runs as ``hearing``, ``voice`` and ``brain``, or that it is loading."""
        ...


class Control:
    """The endpoints as methods. Each raises ``RequestRefused`` for a request it refuses."""

    def __init__(
        self, app_id: str, agents: AgentRegistry, faults: RestFaults, voices: VoiceSampler, edge: MediaFaultTarget
    ) -> None:
        self._app_id = app_id
        self._agents = agents
        self._faults = faults
        self._voices = voices
        self._edge = edge

    async def health(self, request: Request) -> Response:
        """``GET /health``: agents, channels, asyncio tasks and engines. ``ready`` is false until all models are loaded."""
        return JSONResponse(
            {
                "status": "ok",
                "app_id": self._app_id,
                "agents": self._agents.live_count,
                "channels": self._edge.channels,
                "tasks": len(asyncio.all_tasks()),
                "engines": self._voices.describe(),
                "ready": self._voices.ready,
            }
        )

    async def voices(self, request: Request) -> Response:
        """``GET /twin/voices``: the offline voices of the catalog."""
        return JSONResponse([asdict(voice) for voice in OFFLINE_VOICES])

    async def sample(self, request: Request) -> Response:
        """``POST /twin/voices/sample``: a WAV, 48 kHz. 503 when the voice fails or takes :data:`SAMPLE_TIMEOUT_S`."""
        body = await json_object(request)
        check(_SAMPLE, body)
        try:
            async with asyncio.timeout(SAMPLE_TIMEOUT_S):
                wav = await self._voices.sample(body["voice"], body["text"], float(body.get("speed") or 1.0))
        except TimeoutError:
            raise ServiceUnavailable("The voices aren't loaded yet. Try again in a few seconds.") from None
        except VoiceError:
            raise ServiceUnavailable("The voice couldn't speak this text.") from None
        except RuntimeError:
            raise ServiceUnavailable("The voices couldn't be loaded.") from None
        return Response(wav, media_type="audio/wav")

    async def agents(self, request: Request) -> Response:
        """``GET /twin/agents``: all agents still known, newest first; ``properties`` are those of the join, without keys."""
        return JSONResponse(
            [
                {
                    "agent_id": agent.id,
                    "name": agent.name,
                    "app_id": agent.app_id,
                    "channel": agent.channel,
                    "status": agent.status,
                    "message": agent.message,
                    "start_ts": agent.started_at,
                    "stop_ts": agent.stopped_at,
                    "properties": agent.asked,
                }
                for agent in self._agents
            ]
        )

    async def fault(self, request: Request) -> Response:
        """``POST /twin/faults``: 204. A fault of an API endpoint waits for its next requests, any other is carried out now.

        They are listed in ``docs/twin-faults.md``.
        """
        body = await json_object(request)
        if (media_fault := MEDIA_FAULTS.get(str(body.get("endpoint")))) is not None:
            check(media_fault.fields, body)
            if (done := media_fault.carry_out(self._edge, self._agents, body)) is not None:
                await done
            return Response(status_code=204)
        check(_FAULT, body)
        known = {field.path for field in _FAULT}
        self._faults.order(RestFault(**{name: value for name, value in body.items() if name in known and value is not None}))
        return Response(status_code=204)

    async def reset(self, request: Request) -> Response:
        """``POST /twin/reset``: 204 after all faults and agents have ended. The agents are forgotten."""
        self._faults.clear()
        self._edge.clear_faults()
        await self._agents.reset()
        return Response(status_code=204)

    def routes(self) -> list[BaseRoute]:
        """The routes, for programs on this machine."""
        return [
            Route("/health", local(self.health), methods=["GET"]),
            Route("/twin/voices", local(self.voices), methods=["GET"]),
            Route("/twin/voices/sample", local(self.sample), methods=["POST"]),
            Route("/twin/agents", local(self.agents), methods=["GET"]),
            Route("/twin/faults", local(self.fault), methods=["POST"]),
            Route("/twin/reset", local(self.reset), methods=["POST"]),
        ]
