"""Simulated callers: they join a channel as any client does, with a ticket."""

from greenroom.callers.channel_client import CallerLost, ChannelClient
from greenroom.callers.child_process import until_ended
from greenroom.callers.headless_browser import NO_BROWSER, find_browser
from greenroom.callers.transcript_reader import AgentMessage

__all__ = ["NO_BROWSER", "AgentMessage", "CallerLost", "ChannelClient", "find_browser", "until_ended"]
