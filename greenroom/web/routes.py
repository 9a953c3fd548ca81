"""All of Greenroom's routes, as a list for ``st.App``."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.http_security.same_origin import require_same_origin
from greenroom.model.session import API, SessionId
from greenroom.services import Services
from greenroom.web import notifications
from greenroom.web.contract import Team, contract_routes
from greenroom.web.description import description
from greenroom.web.draft_text import draft_text_routes
from greenroom.web.edge_proxy import EdgeProxy
from greenroom.web.error_responses import refused, small_body
from greenroom.web.guest import guest_routes
from greenroom.web.health import HealthCheckup, for_strangers
from greenroom.web.messages import end_reason, json_object
from greenroom.web.recordings import recording_routes
from greenroom.web.route_access import ReadAccount, RouteAccess, no_account
from greenroom.web.sample_backend import SampleBackend
from greenroom.web.session_quota import StageLimits
from greenroom.web.stage import StageSocket
from greenroom.web.stages import Stages
from greenroom.web.watch import watch_routes
from greenroom.web.work_at_once import AgoraThreads

BEACON_MAX_BYTES = 4096


def routes(
    services: Services,
    stages: Stages,
    clock: Clock,
    guest_html: str = "",
    account: ReadAccount = no_account,
    watch_html: str = "",
) -> list[BaseRoute]:
    """``/api/calls/{id}/stage`` (WebSocket), ``/api/calls/{id}/end`` (a closing page's beacon), ``/api/agora/notifications``,
    ``/api/health``, the recordings, the texts of drafts, guest links, and the samples' backend.

    ``guest_html``: the page of guests, ``watch_html`` of those who watch. ``account`` reads who is signed in.
    """

    limits = StageLimits(clock, agora := AgoraThreads())

    async def stage(socket: WebSocket) -> None:
        await StageSocket(socket, services.calls, services.watchdog, clock, limits).serve(stages)

    async def end(request: Request) -> Response:
        session_id = SessionId(request.path_params["session_id"])
        try:
            require_same_origin(request)
            body = json_object(await small_body(request, BEACON_MAX_BYTES))
            services.calls.require(session_id, body.get("capability"))
            reason = end_reason(body)
            if reason == "tab_closed":
                services.watchdog.page_left(session_id)
                return JSONResponse({"ended": False}, status_code=202)
            ended = await run_in_threadpool(services.calls.end, session_id, reason)
        except GreenroomError as error:
            return refused(request, error)
        return JSONResponse({"ended": ended})

    team = Team(services.api_keys, services.audit)
    access = RouteAccess(services.config.members, account, services.calls.get, services.audit.note)
    return access.guard(
        [
            *(EdgeProxy(lambda: services.twin.url).routes() if services.config.on_twin and services.config.public_url else ()),
            WebSocketRoute("/api/calls/{session_id}/stage", stage),
            Route("/api/calls/{session_id}/end", end, methods=["POST"]),
            *_health_routes(services, clock),
            *recording_routes(services),
            *draft_text_routes(services.texts),
            *guest_routes(services, guest_html),
            *watch_routes(services, watch_html),
            *contract_routes(
                SampleBackend(services.external, API), services.config.api_key, clock, services.client_keys, team, agora
            ),
            Route(notifications.PATH, notifications.receiver(services.notifications), methods=["POST"]),
            # Streamlit returns its page with 200 for every unknown path; a mistyped API path must not look like success.
            Route("/api/{path:path}", _nowhere, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
    )


def _health_routes(services: Services, clock: Clock) -> list[BaseRoute]:
    checkup = HealthCheckup(services.twin.health, services.watchdog.storage_problem, services.config.on_cloud, clock)

    async def health(request: Request) -> Response:
        answer = await checkup.answer()
        if services.config.members.configured:
            answer = for_strangers(answer)
        return JSONResponse(answer, status_code=503 if answer["status"] == "down" else 200)

    return [Route("/api/health", health), Route("/api/openapi.json", _described)]


async def _described(request: Request) -> Response:
    return JSONResponse(description())


async def _nowhere(request: Request) -> Response:
    return JSONResponse({"error": "Not found."}, status_code=404)
