"""The media path of one browser session, replaceable while the session runs."""

from __future__ import annotations

import logging

from greenroom.twin.edge.join import MediaOffer
from greenroom.twin.edge.media_path import MediaPath
from greenroom.twin.edge.session_link import SessionLink
from greenroom.twin.edge.transport import EdgeResources
from greenroom.twin.seat import Uid

log = logging.getLogger(__name__)


class SessionMedia:
    """Tells the browser over ``link`` when media can flow and when it is lost."""

    def __init__(self, uid: Uid, offer: MediaOffer, resources: EdgeResources, link: SessionLink, *, with_pts: bool) -> None:
        self._uid = uid
        self._resources = resources
        self._link = link
        self._with_pts = with_pts
        self._lost = False
        self.path = self._connect(offer)

    async def replace(self, offer: MediaOffer) -> None:
        """Open a new path and close the old one."""
        self._lost = False
        old, self.path = self.path, self._connect(offer)
        await old.close()

    def beat(self) -> None:
        """Send the reports that are due; report a path on which nothing arrives any more. Call it once a second."""
        self.path.beat()
        if self.path.silent:
            self._report_lost("no packet came")

    def _connect(self, offer: MediaOffer) -> MediaPath:
        return MediaPath(self._resources, offer, self._settled, with_pts=self._with_pts)

    def _settled(self, path: MediaPath, up: bool) -> None:
        if path is not self.path:
            return
        if up:
            self._link.event("on_p2p_ok", {"uid": self._uid, "proxy": False})
            path.remote_streams.want_key_frames()
        else:
            self._report_lost("the media path did not come up")

    def _report_lost(self, why: str) -> None:
        """The SDK answers this event with a new join."""
        if not self._lost:
            self._lost = True
            log.info("uid %s lost its media: %s", self._uid, why)
            lost = {"p2pid": self.path.p2p_id, "uid": self._uid, "error_code": 1, "error_str": why}
            self._link.event("on_p2p_lost", lost)
