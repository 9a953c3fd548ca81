"""Calls: launch, tokens, commands to the running agent, limits, the watchdog and the end."""

from greenroom.services.calls.backend_contract import BackendContract, ContractReply
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.guest_join import GuestJoin
from greenroom.services.calls.notifications import Notifications
from greenroom.services.calls.watchdog import Watchdog

__all__ = ["BackendContract", "Calls", "ContractReply", "GuestJoin", "Notifications", "Watchdog"]
