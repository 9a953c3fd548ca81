"""The RTC edge of the twin: the offline stand-in for Agora's network, to which the unmodified Agora Web SDK connects.

It knows channels, tokens and media; what an agent is, it does not know: agents take seats (``greenroom.twin.seat``).
"""

from greenroom.twin.edge.edge import RtcEdge, routes

__all__ = ["RtcEdge", "routes"]
