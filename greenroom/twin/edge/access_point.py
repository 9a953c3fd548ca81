"""The access point: where Agora's SDK asks over HTTP which edge to join through, and for the number of a string uid."""

from __future__ import annotations

import logging
import zlib
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from greenroom.clock import Clock
from greenroom.outside_json import Shape, UnreadableJson, read
from greenroom.twin.edge.fields import Number
from greenroom.twin.edge.names import is_channel, is_uid, number_of
from greenroom.twin.edge.session_registry import SessionRegistry
from greenroom.twin.edge.tokens import TokenRefused

log = logging.getLogger(__name__)

#: Open to any page: the answer isn't secret, and the gateway checks the token again.
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*", "Access-Control-Allow-Methods": "POST"}
#: Service id: the flag that its answer must carry. 11 is the gateway; the others (TURN, cloud proxies) are not offered.
_FLAGS = {11: 4096, 18: 1048576, 20: 4194304, 26: 4194310}
_GATEWAY = 11
INVALID_CHANNEL_NAME = 2010007
INVALID_STRING_UID = 9010002
_LARGEST_BODY = 64 * 1024


class _EdgeQuestion(Shape, frozen=True):
    cname: str
    uid: Number = 0
    key: str = ""
    token: str = ""
    detail: dict[str, Any] = {}
    service_ids: tuple[int, ...] = (_GATEWAY,)


class _RequestBody(Shape, frozen=True):
    uri: Number
    buffer: _EdgeQuestion


class _AccessEnvelope(Shape, frozen=True):
    appid: str
    request_bodies: list[_RequestBody]
    opid: Any = None


class _NumberQuestion(Shape, frozen=True):
    string_uid: Any = None


class AccessPoint:
    """Answers for one :class:`SessionRegistry`."""

    def __init__(self, registry: SessionRegistry, clock: Clock) -> None:
        self._registry = registry
        self._clock = clock

    async def transpond(self, request: Request) -> Response:
        """``POST /api/v2/transpond/webrtc``: which edge."""
        if request.method == "OPTIONS":
            return Response(headers=CORS)
        try:
            envelope = read(await _field(request), _AccessEnvelope)
            port = _port(request.headers, request.scope.get("server"))
            blocks = [block for body in envelope.request_bodies for block in self._answer(envelope.appid, body, port)]
        except UnreadableJson as bad:
            return JSONResponse({"error": str(bad)}, 400, CORS)
        now = self._clock.now_ms()
        answer = {
            "opid": envelope.opid,
            "enter_ts": now,
            "leave_ts": now,
            "wan_ip": "127.0.0.1",
            "detail": {"502": "127.0.0.1"},
            "response_body": blocks,
        }
        return JSONResponse(answer, headers=CORS)

    async def string_uid(self, request: Request) -> Response:
        """``POST /api/v1?action=stringuid``: the number that goes with a string uid. Other actions are granted."""
        if request.method == "OPTIONS" or request.query_params.get("action") != "stringuid":
            return JSONResponse({"code": 0}, headers=CORS)
        try:
            account = read(await _body(request), _NumberQuestion).string_uid
        except UnreadableJson as bad:
            return JSONResponse({"error": str(bad)}, 400, CORS)
        if not isinstance(account, str) or not is_uid(account):
            return JSONResponse({"code": INVALID_STRING_UID}, headers=CORS)
        return JSONResponse({"code": 0, "uid": number_of(account)}, headers=CORS)

    def _answer(self, app_id: str, body: _RequestBody, port: int) -> list[dict[str, Any]]:
        """One block for each service that one request body asks for."""
        question = body.buffer
        number = question.uid or self._clock.uid()
        code = self._judge(app_id, number, question)
        return [
            {"uri": body.uri + 1, "buffer": _block(code, service, number, question.cname, port)}
            for service in question.service_ids
            if service in _FLAGS
        ]

    def _judge(self, app_id: str, number: int, question: _EdgeQuestion) -> int:
        """0, or the code that the SDK explains to its user."""
        if not is_channel(question.cname):
            return INVALID_CHANNEL_NAME
        account = question.detail.get("6")  # a string uid
        uid = account if isinstance(account, str) and account else number
        try:
            self._registry.admit(app_id, question.key or question.token, question.cname, uid)
        except TokenRefused as refused:
            log.info("access point: %s", refused.text)
            return int(refused.fault)
        return 0


def _block(code: int, service: int, number: int, channel: str, port: int) -> dict[str, Any]:
    # With a domain prefix the SDK takes the media addresses from the join answer instead of from here.
    edge = {"ip": "127.0.0.1", "port": port, "domain_prefix": "gw"}
    ticket = "" if code else "greenroom"
    return {
        "code": code,
        "flag": _FLAGS[service],
        "uid": number,
        "cid": zlib.crc32(channel.encode()),
        "cname": channel,
        "cert": ticket,
        "ticket": ticket,
        "detail": {"8": "1", "1": "127.0.0.1", "3": "XX", "23": ""},
        "edges_services": [edge] if service == _GATEWAY and not code else [],
    }


def _port(headers: Headers, server: tuple[str, int | None] | None) -> int:
    """The port the browser used, also through a port mapping; else the one we listen on."""
    port = headers.get("host", "").rpartition(":")[2]
    if port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536:
        return int(port)
    return (server[1] if server else None) or 80


async def _field(request: Request) -> bytes:
    """The form's one field, ``request``: JSON text."""
    try:
        async with request.form(max_files=1, max_fields=4, max_part_size=_LARGEST_BODY) as form:
            value = form.get("request")
            return value.encode() if isinstance(value, str) else await value.read(_LARGEST_BODY) if value else b""
    except HTTPException as error:  # a malformed form, or one that is too large
        raise UnreadableJson(f"request: {error.detail}") from None
    except ClientDisconnect:
        raise UnreadableJson("the form isn't complete") from None


async def _body(request: Request) -> bytes:
    """What was posted. Raises ``UnreadableJson`` when it is too large or not complete."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST_BODY:
                raise UnreadableJson("the body is too large")
    except ClientDisconnect:
        raise UnreadableJson("the body isn't complete") from None
    return bytes(body)
