"""Agora's Agent REST API, as the twin serves it. Door: :func:`routes` over a registry :class:`Agents` behind a :class:`Gate`."""

from greenroom.twin.rest.agents import Agents, TalkMaker
from greenroom.twin.rest.api import PREFIXES, routes
from greenroom.twin.rest.credentials import Gate
from greenroom.twin.rest.faults import Faults
from greenroom.twin.rest.notices import Notifier
from greenroom.twin.rest.reasons import Refused, on_bug, on_http_error, on_refused

__all__ = [
    "PREFIXES",
    "Agents",
    "Faults",
    "Gate",
    "Notifier",
    "Refused",
    "TalkMaker",
    "on_bug",
    "on_http_error",
    "on_refused",
    "routes",
]
