"""The RTC edge of the twin: the offline stand-in for Agora's network, to which the unmodified Agora Web SDK connects.

It handles channels, tokens and media and knows nothing about agents, which take seats (``greenroom.twin.seat``).
"""

from greenroom.twin.edge.candidates import Announcement
from greenroom.twin.edge.edge import PATHS, RtcEdge, routes
from greenroom.twin.edge.names import LARGEST_UID, is_channel, is_uid
from greenroom.twin.edge.tokens import TokenRefused

__all__ = ["LARGEST_UID", "PATHS", "Announcement", "RtcEdge", "TokenRefused", "is_channel", "is_uid", "routes"]
