"""The twin's application: edge, agents and control on one port, and their lifespan."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, WebSocketRoute

from greenroom.clock import Clock
from greenroom.http_security.allowed_hosts import AllowedHosts
from greenroom.http_security.host_guard import HostGuard
from greenroom.http_security.security_headers import SecurityHeaders
from greenroom.http_security.socket_limits import ControlFrames
from greenroom.redaction import SECRETS, no_core_files, redact_logs
from greenroom.twin import edge as rtc
from greenroom.twin import rest
from greenroom.twin.agent import Engines, Talk
from greenroom.twin.brain_control import BrainControl
from greenroom.twin.config import TwinConfig
from greenroom.twin.control import Control
from greenroom.twin.listening import SoundCheck
from greenroom.twin.tool_trials import ToolTrials

log = logging.getLogger(__name__)


def build(config: TwinConfig) -> Starlette:
    """The application. Nothing runs before its lifespan begins; everything has ended when it is over."""
    _keep_secrets(config)
    clock = Clock()
    announcement = rtc.Announcement.read(config.media_announce, clock)
    edge = rtc.RtcEdge(config.app_id, config.app_certificate, clock, config.media_port, announcement=announcement)
    engines = Engines.build(config.brain, config.models)
    notifier = rest.Notifier(config.webhook_url, config.webhook_secret, clock) if config.webhook_url else None
    agents = rest.AgentRegistry(
        lambda *who: Talk(*who, take_seat=edge.take_seat, engines=engines, clock=clock),
        clock,
        limit=config.max_agents,
        notifications=notifier,
    )
    gate = rest.CredentialCheck(clock, config.app_id, config.app_certificate, config.customer_id, config.customer_secret)
    faults = rest.RestFaults()
    control = Control(config.app_id, agents, faults, engines, edge)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        await _open(edge, config.media_port)
        if notifier is not None:
            notifier.open()
        loading = _load(engines)
        try:
            yield
        finally:
            await agents.close()
            if notifier is not None:
                await notifier.close()
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)
            await engines.close()
            await edge.close()

    return Starlette(
        routes=[*_studio_routes(control, engines, clock), *rest.routes(agents, gate, faults, clock), *rtc.routes(edge)],
        exception_handlers={rest.RequestRefused: rest.on_refused, HTTPException: rest.on_http_error, Exception: rest.on_bug},
        middleware=_middleware(config.public_url),
        lifespan=life,
    )


def _studio_routes(control: Control, engines: Engines, clock: Clock) -> list[BaseRoute]:
    """What the studio asks beside Agora's API."""
    ears = WebSocketRoute("/twin/ears", SoundCheck(engines, clock).listen)
    return [*control.routes(), *BrainControl(engines.brains, clock).routes(), *ToolTrials().routes(), ears]


def _middleware(public_url: str) -> list[Middleware]:
    """Everything is for programs on this computer; the edge is for pages of the studio, too."""
    pages = AllowedHosts(public_url, loopback_pages=True)
    return [Middleware(ControlFrames), Middleware(SecurityHeaders), Middleware(HostGuard, AllowedHosts(), pages, rtc.PATHS)]


async def _open(edge: rtc.RtcEdge, port: int) -> None:
    try:
        await edge.open()
    except OSError as error:
        print(
            f"The twin can't use port {port} for media: {error.strerror}. Set GREENROOM_MEDIA_PORT to a free one.",
            file=sys.stderr,
        )
        logging.getLogger("uvicorn.error").disabled = True  # it would add the traceback
        raise SystemExit(1) from None


def _loaded(loading: asyncio.Task[None]) -> None:
    """Without its models the twin still serves the API; /health reports that it is not ready.

    The objects that exist now are frozen: the collection at the end of each agent then takes
    milliseconds. Python schedules collections by what the last one left, hence the second call.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    if not loading.cancelled() and (error := loading.exception()):
        log.error("the engines could not be loaded", exc_info=error)


def _keep_secrets(config: TwinConfig) -> None:
    """From here on no log of this process shows them, nor the keys of joins, which are learned as they come."""
    no_core_files()
    redact_logs()
    SECRETS.learn((config.app_certificate, config.customer_secret, config.webhook_secret))


def _load(engines: Engines) -> asyncio.Task[None]:
    loading = asyncio.create_task(engines.load(), name="engines load")
    loading.add_done_callback(_loaded)
    return loading
