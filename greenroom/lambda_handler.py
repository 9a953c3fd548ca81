"""The samples' backend as one AWS Lambda function: ``greenroom.lambda_handler.handler``.

Runs behind API Gateway (payload format 1 or 2). Options come from environment variables; GREENROOM_API_KEY is required.
"""

from __future__ import annotations

import base64
import functools
import hmac
import json
from collections.abc import Mapping
from typing import Any

from greenroom.composition import contract_alone
from greenroom.config import Config, read
from greenroom.services.calls import BackendContract, ContractReply


def handler(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Handle one request. Never raises for an invalid request; raises configuration errors on the first call."""
    config, contract = _composed()
    headers = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    given = headers.get("authorization", "").removeprefix("Bearer ")
    if not config.api_key or not hmac.compare_digest(given.encode(), config.api_key.encode()):
        return _answer(
            ContractReply(
                403, {"error": "The key is missing or wrong.", "advice": ("Send it in the Authorization: Bearer header.")}
            )
        )
    query = {str(name): str(value) for name, value in (event.get("queryStringParameters") or {}).items()}
    try:
        body = _body(event)
    except ValueError:
        return _answer(ContractReply(400, {"error": "The body isn't a JSON object.", "advice": "Send {agent_id, text}."}))
    return _answer(contract.lambda_form(query, body))


@functools.cache
def _composed() -> tuple[Config, BackendContract]:
    config = read()
    return config, contract_alone(config)


def _body(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    raw = event.get("body")
    if not raw:
        return None
    text = base64.b64decode(raw) if event.get("isBase64Encoded") else str(raw)
    body = json.loads(text)
    if not isinstance(body, dict):
        raise ValueError("no object")
    return body


def _answer(reply: ContractReply) -> dict[str, Any]:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": reply.status, "headers": headers, "body": json.dumps(reply.body)}
