"""User-facing messages for Agora's error responses, by reason and status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from greenroom.errors import AgoraBusy, AgoraError, AgoraRefused, AgoraUnreachable


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error message and its advice."""

    message: str
    advice: str


BY_REASON: Mapping[str, Refusal] = {
    "InvalidRequestBody": Refusal("Agora couldn't read the request.", "Check the agent's additional JSON, then launch again."),
    "MissingRequiredField": Refusal(
        "A setting that Agora requires is missing.", "Fill in the setting named below, then launch again."
    ),
    "InvalidFieldValue": Refusal("Agora rejected a setting.", "Fix the setting that Agora names, then launch again."),
    "ServiceNotEnabled": Refusal(
        "Conversational AI isn't enabled for this Agora project.",
        "Enable Conversational AI for the project in Agora Console, then launch again.",
    ),
    "AccountSuspended": Refusal("The Agora account is suspended.", "Resolve it in Agora Console, then launch again."),
    "InvalidPermission": Refusal(
        "These credentials aren't allowed to start agents in this project.",
        "Check that AGORA_CUSTOMER_ID belongs to the account of AGORA_APP_ID.",
    ),
    "TaskConflict": Refusal(
        "An agent with this name is already running.", "Stop it on the Running agents page, then launch again."
    ),
    "ResourceQuotaLimitExceeded": Refusal(
        "The Agora project has reached its limit of concurrent agents.",
        "End a running call, or ask Agora for a higher limit.",
    ),
    "ConcurrencyLimitExceeded": Refusal("Agora received too many requests at once.", "Wait a few seconds, then try again."),
    "ResourceAllocationFailed": Refusal(
        "Agora has no capacity for the agent right now.", "Wait a few seconds, then launch again."
    ),
}

BY_STATUS: Mapping[int, Refusal] = {
    400: Refusal("Agora rejected the request.", "Fix what Agora reports, then launch again."),
    401: Refusal(
        "Agora rejected the credentials.",
        "Check AGORA_APP_ID and AGORA_APP_CERTIFICATE, or AGORA_CUSTOMER_ID and AGORA_CUSTOMER_SECRET, "
        "and this computer's clock.",
    ),
    403: Refusal("Agora doesn't allow this for the project.", "Check in Agora Console that the project is active."),
    404: Refusal("Agora can't find this agent; it may have left.", "Launch a new call."),
    409: Refusal("An agent with this name is already running.", "Stop it on the Running agents page, then launch again."),
    422: Refusal(
        "The Agora project has reached its limit of concurrent agents.",
        "End a running call, or ask Agora for a higher limit.",
    ),
    429: Refusal("Agora received too many requests at once.", "Wait a few seconds, then try again."),
    500: Refusal("Agora had an internal error.", "Wait a few seconds, then try again."),
    502: Refusal("Agora's gateway didn't respond.", "Wait a few seconds, then try again."),
    503: Refusal("Agora couldn't start or reach the agent.", "Wait a few seconds, then try again."),
    504: Refusal("Agora took too long to respond.", "Wait a few seconds, then try again."),
}

#: Messages for wordings of Agora that say more than the reason; the first pattern found in the detail wins.
BY_DETAIL: tuple[tuple[re.Pattern[str], Refusal], ...] = (
    (
        re.compile(r"allocat\w* fail.*app ?id|check the app ?id|app ?id.*(invalid|not found|not exist)", re.IGNORECASE),
        Refusal(
            "Agora couldn't place the agent because it doesn't accept the App ID, the token or a user ID.",
            "Check that AGORA_APP_ID is complete, that AGORA_APP_CERTIFICATE belongs to it, and that a user ID is set.",
        ),
    ),
    (
        re.compile(r"(missing|required|empty|no)\b.*(?<!u)uids?\b|(?<!u)uids?\b.*(missing|required|empty)", re.IGNORECASE),
        Refusal(
            "Agora needs the user IDs of the agent and the caller.",
            "If the agent's additional JSON sets agent_rtc_uid or remote_rtc_uids, remove them, then launch again.",
        ),
    ),
    (
        re.compile(
            r"(missing|required|empty|invalid|expired|no)\b.*\btoken\b|\btoken\b.*(missing|required|empty|invalid|expired)", re.I
        ),
        Refusal(
            "Agora needs a valid token for the channel.",
            "Set AGORA_APP_CERTIFICATE to the certificate of AGORA_APP_ID, and check this computer's clock.",
        ),
    ),
)

_OTHER = Refusal("Agora rejected the request.", "Fix what Agora reports, then try again.")
_FOREIGN = Refusal(
    "The response didn't come from Agora's API.",
    "Check AGORA_REST_BASE_URL, and whether a proxy or network sign-in page intercepts requests.",
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
    """The error for an Agora response with ``status`` 400 or more. ``detail`` is Agora's message, without secrets."""
    busy = status == 429 or status >= 500
    about_credentials = status in (401, 403)  # their wording is about the request's token, not the channel's
    explained = None if about_credentials else next((text for pattern, text in BY_DETAIL if pattern.search(detail)), None)
    refusal = explained or BY_REASON.get(reason) or BY_STATUS.get(status) or _OTHER
    waits = retry_after_s is not None and explained is None
    return (AgoraBusy if busy else AgoraRefused)(
        f"{refusal.message} Agora says: {_one_line(detail)}" if detail.strip() else refusal.message,
        status=status,
        reason=reason,
        request_id=request_id,
        retryable=busy,
        retry_after_s=retry_after_s,
        maybe_started=maybe_started,
        advice=f"Wait {max(1, round(retry_after_s or 0))} s, then try again." if waits else refusal.advice,
    )


def foreign(status: int, why: str, *, maybe_started: bool = False) -> AgoraUnreachable:
    """The error for a response that is not from Agora: a web page, a redirect, or JSON without the documented fields."""
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
