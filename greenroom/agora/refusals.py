"""What Agora's refusals mean to the person who pressed Launch: one line a reason, and the error made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenroom.errors import AgoraBusy, AgoraError, AgoraRefused, AgoraUnreachable


@dataclass(frozen=True, slots=True)
class Refusal:
    """What happened, and what to do now."""

    message: str
    advice: str


BY_REASON: Mapping[str, Refusal] = {
    "InvalidRequestBody": Refusal("Agora could not read the request.", "Check the extra JSON of the agent, then launch again."),
    "MissingRequiredField": Refusal(
        "A setting that Agora needs is missing.", "Fill in the setting that is named, then launch again."
    ),
    "InvalidFieldValue": Refusal(
        "Agora does not accept one of the settings.", "Correct the setting that is named, then launch again."
    ),
    "ServiceNotEnabled": Refusal(
        "Conversational AI is not enabled for this Agora project.",
        "Enable Conversational AI for the project in Agora Console, then launch again.",
    ),
    "AccountSuspended": Refusal("The Agora account is suspended.", "Settle the account in Agora Console, then launch again."),
    "InvalidPermission": Refusal(
        "These credentials may not start agents in this project.",
        "Check that AGORA_CUSTOMER_ID belongs to the account of AGORA_APP_ID.",
    ),
    "TaskConflict": Refusal("An agent of this name is already running.", "Stop the running agent, then launch again."),
    "ResourceQuotaLimitExceeded": Refusal(
        "As many agents run as the Agora project may have at once.",
        "End a running call, or ask Agora for a higher limit.",
    ),
    "ConcurrencyLimitExceeded": Refusal("Too many requests reached Agora at once.", "Wait a few seconds, then try again."),
    "ResourceAllocationFailed": Refusal("Agora found no room for the agent.", "Wait a few seconds, then press Launch again."),
}

BY_STATUS: Mapping[int, Refusal] = {
    400: Refusal("Agora does not accept the request.", "Correct what Agora names, then launch again."),
    401: Refusal(
        "Agora does not accept the credentials.",
        "Check AGORA_APP_ID and AGORA_APP_CERTIFICATE, or AGORA_CUSTOMER_ID and AGORA_CUSTOMER_SECRET, "
        "and that the clock of this machine is right.",
    ),
    403: Refusal("Agora does not allow this for the project.", "Check in Agora Console that the project is active."),
    404: Refusal("Agora does not know this agent, or it has already left.", "Press Launch for a new call."),
    409: Refusal("An agent of this name is already running.", "Stop the running agent, then launch again."),
    422: Refusal(
        "As many agents run as the Agora project may have at once.",
        "End a running call, or ask Agora for a higher limit.",
    ),
    429: Refusal("Too many requests reached Agora at once.", "Wait a few seconds, then try again."),
    500: Refusal("Agora had an error of its own.", "Wait a few seconds, then try again."),
    502: Refusal("Agora's gateway had no answer.", "Wait a few seconds, then try again."),
    503: Refusal("Agora could not start or reach the agent.", "Wait a few seconds, then try again."),
    504: Refusal("Agora took too long to answer.", "Wait a few seconds, then try again."),
}

_OTHER = Refusal("Agora refused the request.", "Correct what Agora names, then try again.")
_FOREIGN = Refusal(
    "Something other than Agora's API answered.",
    "Check AGORA_REST_BASE_URL, and whether a proxy or a sign-in page of this network stands in between.",
)

_DETAIL_MAX = 300


def refused(
    status: int,
    reason: str,
    detail: str,
    *,
    request_id: str = "",
    retry_after_s: float | None = None,
    maybe_started: bool = False,
) -> AgoraError:
    """The error for an answer of Agora's with ``status`` 400 or more. ``detail`` is Agora's own words, free of secrets."""
    busy = status == 429 or status >= 500
    refusal = BY_REASON.get(reason) or BY_STATUS.get(status) or _OTHER
    return (AgoraBusy if busy else AgoraRefused)(
        f"{refusal.message} Agora says: {_one_line(detail)}" if detail.strip() else refusal.message,
        status=status,
        reason=reason,
        request_id=request_id,
        retryable=busy,
        retry_after_s=retry_after_s,
        maybe_started=maybe_started,
        advice=refusal.advice if retry_after_s is None else f"Wait {max(1, round(retry_after_s))} s, then try again.",
    )


def foreign(status: int, why: str, *, maybe_started: bool = False) -> AgoraUnreachable:
    """The error for an answer that is not Agora's: a page, a redirect, JSON without the documented fields."""
    return AgoraUnreachable(
        f"{_FOREIGN.message} It sent {why} (HTTP {status}).",
        status=status,
        retryable=status >= 500,
        maybe_started=maybe_started,
        advice=_FOREIGN.advice,
    )


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _DETAIL_MAX else line[: _DETAIL_MAX - 1] + "…"
