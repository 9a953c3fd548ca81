"""One media path of a session: its transport, what goes up it and what comes down. A session may replace it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenroom.twin.edge import ortc
from greenroom.twin.edge.join import MediaOffer
from greenroom.twin.edge.remote_streams import RemoteStreams
from greenroom.twin.edge.transport import EdgeResources, Transport
from greenroom.twin.edge.uplink import Uplink

#: A path on which nothing was heard for this long has lost its media, in seconds. (Browsers check it every few seconds.)
SILENT_S = 30.0
#: Even a muted browser asks whether we are still there every 2.5 s or so: after this long the network is very bad.
_WORRYING_S = 4.0
#: Beyond 1 the SDK shows "very bad".
_NO_MEDIA = 1.1


class MediaPath:
    """One transport with its uplink and remote streams.

    ``settled(path, up)`` is called once, unless the path is closed before: ``up`` when media can flow, else when the connection
    failed.
    """

    def __init__(
        self, resources: EdgeResources, media: MediaOffer, settled: Callable[[MediaPath, bool], None], *, with_pts: bool
    ) -> None:
        self.p2p_id = media.p2p_id
        self._resources = resources
        self._media = media
        self.transport = Transport(resources, media.fingerprints, lambda up: settled(self, up))
        self.uplink = Uplink(self.transport, resources.clock)
        self.remote_streams = RemoteStreams(self.transport, media.capabilities, resources.clock, with_pts=with_pts)

    def our_half(self) -> dict[str, Any]:
        """The ORTC object the browser needs to connect."""
        return ortc.our_half(
            self.credentials, self._resources.ports.candidates, self._resources.fingerprints, self._media.capabilities
        )

    @property
    def credentials(self) -> tuple[str, str]:
        """Our ICE user fragment and password, which a restart replaces."""
        return self.transport.ice.ufrag, self.transport.ice.password

    @property
    def heard_at(self) -> float:
        """When the last packet came, in the clock's monotonic seconds."""
        return self.transport.ice.heard_at

    @property
    def silent(self) -> bool:
        """Whether media flowed once and nothing comes any more."""
        return self.transport.up and self._resources.clock.monotonic() - self.heard_at > SILENT_S

    @property
    def quality(self) -> tuple[float, float]:
        """Up and down, as ``traffic_stats`` has it: 0 is perfect, below 0.17 excellent, 0.59 poor, above 1 very bad."""
        if not self.transport.up or self._resources.clock.monotonic() - self.heard_at > _WORRYING_S:
            return _NO_MEDIA, _NO_MEDIA
        forwarders = list(self.remote_streams.forwarders)
        down_loss = max((forwarder.loss for forwarder in forwarders), default=0.0)
        down_jitter_ms = max((forwarder.jitter_ms for forwarder in forwarders), default=0.0)
        return _grade(self.uplink.loss, self.uplink.jitter_ms), _grade(down_loss, down_jitter_ms)

    def beat(self) -> None:
        """Send the reports that are due."""
        self.uplink.report()
        self.remote_streams.report()
        self.transport.ice.prune()

    async def close(self) -> None:
        """Stop sending and close the transport; returns when its tasks have ended."""
        self.remote_streams.end()
        await self.transport.close()


def _grade(loss: float, jitter_ms: float) -> float:
    """3 % of loss or 30 ms of jitter are still good, 10 % are poor."""
    return min(1.0, 4 * loss + jitter_ms / 200)
