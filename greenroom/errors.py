"""Every error Greenroom shows a person, drawn as one tree. Nothing outside knows httpx, sqlalchemy or aiortc errors.

GreenroomError               .advice: what the reader can do now
├─ InvalidAgent              .problems: each tied to a setting
├─ NotFound
├─ Conflict                  someone saved in between, or the step does not fit the state
├─ LimitReached              the guard refused
├─ NotAllowed                missing or wrong capability, foreign origin
├─ AgoraError                .status .reason .request_id .retryable
│  ├─ AgoraRefused           400 401 403 404 409 422
│  ├─ AgoraBusy              429 500 502 503 504
│  └─ AgoraUnreachable       time-out, DNS, TLS, or an answer that is not Agora's
├─ StoreUnavailable          the database cannot be reached or written
└─ TwinUnavailable           the offline twin is not up
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class GreenroomError(Exception):
    """Base of all errors that are shown to a person.

    ``str(error)`` says what happened and why; ``advice`` says what to press or change.
    """

    advice: str = "Try again. If it happens again, the event log of the session has the details."

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a draft, tied to the setting that must change.

    ``fix``: what to set so that it is right, offered as a button named ``fix_label``; empty when only a person can know.
    """

    setting: str
    message: str
    advice: str = ""
    fix_label: str = ""
    fix: tuple[tuple[str, Any], ...] = ()


class InvalidAgent(GreenroomError):
    """The draft breaks a rule of the catalogue."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(p.message for p in problems), advice="Correct the marked settings, then launch again.")


class NotFound(GreenroomError):
    advice = "It may have been deleted in another tab. Reload the page."


class Conflict(GreenroomError):
    advice = "Reload to see the newer state, then repeat your change."


class LimitReached(GreenroomError):
    advice = "End a running call, or raise the limit in Settings."


class NotAllowed(GreenroomError):
    advice = "Reload the page to get a fresh call ticket."


class StoreUnavailable(GreenroomError):
    advice = "Check that the database is running and its disk is not full, then try again."


class TwinUnavailable(GreenroomError):
    advice = "Restart Greenroom. If the port is taken, set GREENROOM_TWIN_PORT to a free one."


class AgoraError(GreenroomError):
    """An answer (or none) of the Agent REST API, from Agora or from the twin.

    ``status`` is the HTTP status, 0 when no answer came; ``reason`` is Agora's ``reason`` code. ``retry_after_s`` is how
    long Agora asked to wait, if it did. ``maybe_started`` is True when a start failed in a way that may have left an agent
    running: look for it by its name and stop it.
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
    advice = "Correct what Agora names, then launch again."


class AgoraBusy(AgoraError):
    advice = "Agora is busy. Wait a few seconds, then press Launch again."


class AgoraUnreachable(AgoraError):
    advice = "Check the network connection and AGORA_REST_BASE_URL, then press Launch again."
