"""Agora's error responses: one class per reason, with its HTTP status and ``{detail, reason}`` body."""

from __future__ import annotations

from typing import Any, ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class RequestRefused(Exception):
    """A request that is answered with an error. ``more`` goes into the body beside detail and reason."""

    status: ClassVar[int] = 400
    reason: ClassVar[str] = ""

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.body = {"detail": detail, "reason": self.reason or type(self).__name__, **more}

    def response(self) -> Response:
        """The body as JSON, under the class's status."""
        return JSONResponse(self.body, self.status)


class InvalidRequestBody(RequestRefused):
    """Not JSON, or not an object."""


class RequestBodyTooLarge(RequestRefused):
    """More than 1 MiB. Agora has no reason for it; the twin gives InvalidRequestBody."""

    status = 413
    reason = "InvalidRequestBody"


class MissingRequiredField(RequestRefused):
    """A required field is absent or null; ``path`` has dots (``properties.channel``)."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Missing required field: {path}.")


class InvalidFieldValue(RequestRefused):
    """``why`` goes on after the field's name, as in Agora's own messages."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"Invalid value at {path}: {why.removesuffix('.')}.")


class Unauthorized(RequestRefused):
    """No credentials, malformed ones, or wrong ones."""

    status = 401


class InvalidPermission(RequestRefused):
    """Credentials of another project; at ``/twin/…`` a request from another machine or origin."""

    status = 403


class TaskNotFound(RequestRefused):
    """No such agent in this project, or one that has ended."""

    status = 404


class TaskConflict(RequestRefused):
    """An agent of this name runs already; the body names it, with ``agent_id``, ``create_ts`` and ``status``."""

    status = 409


class ResourceQuotaLimitExceeded(RequestRefused):
    """The project runs as many agents as it may."""

    status = 422


class InternalError(RequestRefused):
    """A bug of the twin. The body says nothing of it; the log does."""

    status = 500


class TaskOperationTimeout(RequestRefused):
    """The agent did not carry out a command within 10 s."""

    status = 500


class ServiceUnavailable(RequestRefused):
    """The models are still loading, or failed."""

    status = 503


class NotSupported(RequestRefused):
    """Agora does not offer this for an agent of this kind."""

    reason = "NotImplemented"


class NotImplementedOffline(RequestRefused):
    """Agora has it, the twin does not."""

    status = 501
    reason = "NotImplemented"


async def on_refused(request: Request, error: Exception) -> Response:
    """Exception handler of the application for :class:`RequestRefused`."""
    assert isinstance(error, RequestRefused)
    return error.response()


async def on_http_error(request: Request, error: Exception) -> Response:
    """Exception handler for what the router refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)
    reason = "NotFound" if error.status_code == 404 else "MethodNotAllowed" if error.status_code == 405 else "Refused"
    return JSONResponse({"detail": error.detail, "reason": reason}, error.status_code, headers=error.headers)


async def on_bug(request: Request, error: Exception) -> Response:
    """Exception handler for everything else: Agora's InternalError, without internals."""
    return InternalError("Internal error.").response()
