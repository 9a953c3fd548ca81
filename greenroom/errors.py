"""The tree of errors that Greenroom shows to users. Errors of httpx, sqlalchemy and aiortc are translated to these.

GreenroomError               .advice: what the user can do
├─ InvalidAgent              .problems: each tied to a setting
├─ InvalidInput              .field: of a form, whose value is missing or wrong
│  └─ TextTooLong            refused instead of cut
├─ NotFound
├─ Conflict                  a concurrent change, or a step that the state does not allow
├─ LimitReached              a usage limit is reached
│  └─ DailyLimitReached      the minutes or the money of 24 hours are used up
├─ NotAllowed                missing or wrong capability, foreign origin
│  └─ NotAuthenticated       missing, wrong, expired or revoked API key
├─ AgoraError                .status .reason .request_id .retryable
│  ├─ AgoraRefused           400 401 403 404 409 422
│  ├─ AgoraBusy              429 500 502 503 504
│  └─ AgoraUnreachable       timeout, DNS, TLS, or a response that is not from Agora
├─ StoreUnavailable          the database cannot be reached or written
│  └─ DiskFull               a file cannot be written
├─ TwinUnavailable           the offline twin is not running
└─ CannotServe               an address, port, certificate or config file that the server can't use
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class GreenroomError(Exception):
    """Base of all errors shown to users.

    ``str(error)`` says what happened and why; ``advice`` says what to do.
    """

    advice: str = "Try again. If it keeps failing, see the session's event log for details."

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a draft, tied to the setting to change.

    ``fix``: the settings that solve it, offered as a button named ``fix_label``; empty if there is no automatic fix.
    """

    setting: str
    message: str
    advice: str = ""
    fix_label: str = ""
    fix: tuple[tuple[str, Any], ...] = ()


class InvalidAgent(GreenroomError):
    """The draft breaks a rule of the catalog."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(p.message for p in problems), advice="Fix the highlighted settings, then launch again.")


class InvalidInput(GreenroomError):
    """A value that was typed or chosen is missing or wrong. ``field`` is its name in the form."""

    def __init__(self, message: str, *, field: str, advice: str | None = None) -> None:
        super().__init__(message, advice=advice)
        self.field = field


class TextTooLong(InvalidInput):
    """More characters than the field takes; the stage and guests' pages use the same words (frontend/src/parts/TooLong.tsx)."""

    def __init__(self, text: str, most: int, *, field: str, what: str = "text") -> None:
        super().__init__(
            f"The {what} is longer than {most:,} characters.", field=field, advice=f"Shorten it by {len(text) - most:,}."
        )


class NotFound(GreenroomError):
    """An id, a name or a cursor that leads nowhere, also because the record was deleted."""

    advice = "It may have been deleted in another tab. Reload the page."


class Conflict(GreenroomError):
    """The state moved on: it was saved elsewhere in between, the call is over, or there is nothing to undo."""

    advice = "Reload the page, then repeat your change."


class LimitReached(GreenroomError):
    """A cap on agents, minutes, cost, size or requests. The message names it."""

    advice = "End a running call, or raise the limit (see Options in Settings)."


class DailyLimitReached(LimitReached):
    """The minutes or the money of 24 hours are used up: waiting for a free place doesn't help."""

    advice = "Wait until earlier calls are more than 24 hours old, or raise the limit in Greenroom's options."


class NotAllowed(GreenroomError):
    """Refused by role, key, capability, origin or link. HTTP routes answer 403."""

    advice = "Reload the page, then try again."


class NotAuthenticated(NotAllowed):
    """A missing, wrong, expired or revoked API or client key. HTTP routes answer 401 (RFC 9110), which says: send a good one."""

    advice = "Send it in the Authorization: Bearer header."


class StoreUnavailable(GreenroomError):
    """A database, or a file of the data folder, that can't be read or written now. A repeat may succeed."""

    advice = "Check that the database is running and its disk isn't full, then try again."


class DiskFull(StoreUnavailable):
    """A recording, or a model that is downloaded, can't be written."""

    advice = "Free some disk space, then try again."


class TwinUnavailable(GreenroomError):
    """The twin didn't start, doesn't respond, or answered with something unexpected."""

    advice = "Restart Greenroom. If the port is in use, set GREENROOM_TWIN_PORT to a free one."


class CannotServe(GreenroomError):
    """The server can't start with this address, port, certificate or config file. Raised before it tries."""


class AgoraError(GreenroomError):
    """A failed request to the Agent REST API, of Agora or the twin.

    ``status`` is the HTTP status, 0 without a response; ``reason`` is Agora's ``reason`` code. ``retry_after_s`` is the
    wait Agora asked for, if any. ``maybe_started`` is True when a failed start may have left an agent running: find it by
    name and stop it.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        reason: str = "",
        request_id: str = "",
        retryable: bool = False,
        retry_after_s: float | None = None,
        maybe_started: bool = False,
        advice: str | None = None,
    ) -> None:
        super().__init__(message, advice=advice)
        self.status = status
        self.reason = reason
        self.request_id = request_id
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.maybe_started = maybe_started


class AgoraRefused(AgoraError):
    """A request that stays refused until something in it changes."""

    advice = "Fix what Agora reports, then launch again."


class AgoraBusy(AgoraError):
    """A request that may succeed if it is repeated; see ``maybe_started`` for a start."""

    advice = "Agora is busy. Wait a few seconds, then launch again."


class AgoraUnreachable(AgoraError):
    """``status`` is 0, or that of a response that isn't from Agora."""

    advice = "Check the network connection and AGORA_REST_BASE_URL, then launch again."
