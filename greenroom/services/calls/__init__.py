"""Calls: launch, tokens, commands to the running agent, limits, the watchdog and the end."""

from typing import TYPE_CHECKING

from greenroom.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from greenroom.services.calls.calls import Calls
    from greenroom.services.calls.client_keys import CLIENT_KEY_PREFIX, LONGEST_S, SHORTEST_S, USUAL_S, ClientKey, ClientKeys
    from greenroom.services.calls.costs import BRAIN_EVENT, brain_of, call_cost
    from greenroom.services.calls.external_calls import ChannelAccess, ExternalCall, ExternalCalls, ExternalRequest, SpeakPriority
    from greenroom.services.calls.guest_join import GuestJoin
    from greenroom.services.calls.held_greeting import can_hold
    from greenroom.services.calls.notifications import Notifications
    from greenroom.services.calls.recorded_calls import ToolCallReader
    from greenroom.services.calls.watchdog import Watchdog

__all__ = [
    "CLIENT_KEY_PREFIX",
    "LONGEST_S",
    "SHORTEST_S",
    "USUAL_S",
    "ClientKey",
    "ClientKeys",
    "Calls",
    "ChannelAccess",
    "ExternalCall",
    "ExternalCalls",
    "ExternalRequest",
    "GuestJoin",
    "Notifications",
    "SpeakPriority",
    "ToolCallReader",
    "Watchdog",
    "BRAIN_EVENT",
    "brain_of",
    "call_cost",
    "can_hold",
]

__getattr__ = lazy_exports(
    __name__,
    {
        "BRAIN_EVENT": "costs",
        "CLIENT_KEY_PREFIX": "client_keys",
        "LONGEST_S": "client_keys",
        "SHORTEST_S": "client_keys",
        "USUAL_S": "client_keys",
        "ClientKey": "client_keys",
        "ClientKeys": "client_keys",
        "Calls": "calls",
        "ChannelAccess": "external_calls",
        "ExternalCall": "external_calls",
        "ExternalCalls": "external_calls",
        "ExternalRequest": "external_calls",
        "GuestJoin": "guest_join",
        "Notifications": "notifications",
        "SpeakPriority": "external_calls",
        "ToolCallReader": "recorded_calls",
        "Watchdog": "watchdog",
        "brain_of": "costs",
        "call_cost": "costs",
        "can_hold": "held_greeting",
    },
)
