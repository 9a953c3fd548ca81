"""Serves Agora's Agent REST API: :func:`routes` over an :class:`AgentRegistry` behind a :class:`CredentialCheck`."""

from greenroom.twin.rest.agents import AgentRegistry, TalkMaker
from greenroom.twin.rest.api import PREFIXES, routes
from greenroom.twin.rest.credentials import CredentialCheck
from greenroom.twin.rest.faults import RestFaults
from greenroom.twin.rest.notices import Notifier
from greenroom.twin.rest.reasons import RequestRefused, on_bug, on_http_error, on_refused

__all__ = [
    "PREFIXES",
    "AgentRegistry",
    "RestFaults",
    "CredentialCheck",
    "Notifier",
    "RequestRefused",
    "TalkMaker",
    "on_bug",
    "on_http_error",
    "on_refused",
    "routes",
]
