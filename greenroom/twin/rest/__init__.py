"""Serves Agora's Agent REST API: :func:`routes` over an :class:`AgentRegistry` behind a :class:`CredentialCheck`."""

from greenroom.twin.rest.agents import AgentRegistry, TalkMaker
from greenroom.twin.rest.api import PREFIXES, routes
from greenroom.twin.rest.checks import BodyField, check
from greenroom.twin.rest.credentials import CredentialCheck
from greenroom.twin.rest.faults import ENDPOINTS, Endpoint, RestFault, RestFaults
from greenroom.twin.rest.notifications import Notifier
from greenroom.twin.rest.reading import json_object
from greenroom.twin.rest.reasons import (
    InvalidFieldValue,
    InvalidPermission,
    RequestRefused,
    ServiceUnavailable,
    on_bug,
    on_http_error,
    on_refused,
)

__all__ = [
    "ENDPOINTS",
    "PREFIXES",
    "AgentRegistry",
    "BodyField",
    "CredentialCheck",
    "Endpoint",
    "InvalidFieldValue",
    "InvalidPermission",
    "Notifier",
    "RequestRefused",
    "RestFault",
    "RestFaults",
    "ServiceUnavailable",
    "TalkMaker",
    "check",
    "json_object",
    "on_bug",
    "on_http_error",
    "on_refused",
    "routes",
]
