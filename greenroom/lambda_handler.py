"""The backend of Agora's samples as one AWS Lambda function: ``greenroom.lambda_handler.handler``.

Runs behind API Gateway (payload format 1 or 2). Options come from environment variables; GREENROOM_API_KEY is required.
Its sessions belong to no process: a studio on the same database watches them, and each call of the function runs one round of
the watchdog.
"""

from __future__ import annotations

import base64
import functools
import json
import logging
from collections.abc import Mapping
from typing import Any

from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.errors import GreenroomError
from greenroom.model.session import LAMBDA
from greenroom.redaction import SECRETS
from greenroom.services import Services
from greenroom.web.error_responses import CHALLENGE, error_body, status_of
from greenroom.web.messages import InvalidMessage, json_object
from greenroom.web.sample_backend import SampleBackend, SampleReply, require_key

log = logging.getLogger(__name__)


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Handle one request. Never raises for an invalid request; raises configuration errors on the first call."""
    services = _composed()
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    query = {str(name): str(value) for name, value in (event.get("queryStringParameters") or {}).items()}
    try:
        caller = require_key(services.config.api_key, headers.get("authorization", ""), None, services.api_keys)
        body = _body(event)
    except GreenroomError as error:
        return _answer(SampleReply(status_of(error), error_body(error)))
    reply = SampleBackend(services.external, LAMBDA).lambda_form(query, body, caller)
    _look_after(services)
    return _answer(reply)


@functools.cache
def _composed() -> Services:
    return services_alone(read())


def _look_after(services: Services) -> None:
    """One round of the watchdog, because a function doesn't run between requests."""
    try:
        services.watchdog.tick()
    except GreenroomError as error:
        log.warning("watchdog: %s", error)


def _body(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    raw = event.get("body")
    if not raw:
        return None
    try:
        return json_object(base64.b64decode(raw) if event.get("isBase64Encoded") else str(raw).encode())
    except ValueError:
        raise InvalidMessage("The body isn't base64.") from None


def _answer(reply: SampleReply) -> dict[str, Any]:
    headers = {"content-type": "application/json", "cache-control": "no-store", **(CHALLENGE if reply.status == 401 else {})}
    return {"statusCode": reply.status, "headers": headers, "body": json.dumps(SECRETS.json(reply.body))}
