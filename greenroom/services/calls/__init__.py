"""Calls: launch, tokens, commands to the running agent, limits, the watchdog and the end."""

from greenroom.services.calls.call_cost import call_cost
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.external_calls import ChannelAccess, ExternalCall, ExternalCalls, ExternalRequest, SpeakPriority
from greenroom.services.calls.guest_join import GuestJoin
from greenroom.services.calls.notifications import Notifications
from greenroom.services.calls.watchdog import Watchdog

__all__ = [
    "Calls",
    "ChannelAccess",
    "ExternalCall",
    "ExternalCalls",
    "ExternalRequest",
    "GuestJoin",
    "Notifications",
    "SpeakPriority",
    "Watchdog",
    "call_cost",
]
