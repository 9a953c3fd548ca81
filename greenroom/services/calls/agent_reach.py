"""Which agents this process can reach: an offline one lives in the twin of the process that launched it, unless all share one."""

from __future__ import annotations

from greenroom.config import Config
from greenroom.errors import Conflict
from greenroom.model.session import Session


class AgentReach:
    """``owner``: this process, as sessions name it; "" = none that watches calls."""

    def __init__(self, config: Config, owner: str) -> None:
        self.own_twin = config.on_twin and not config.twin_url
        self._owner = owner

    def includes(self, session: Session) -> bool:
        """Whether the session's agent, if it runs, can be asked here. In the cloud and with a shared twin each can be."""
        return not self.own_twin or session.owner in (self._owner, "")

    def require(self, session: Session) -> None:
        """Raise Conflict for a call of another process's twin."""
        if not self.includes(session):
            raise Conflict(
                "This call runs in another process of Greenroom, with its own offline twin.",
                advice="Use the page in which it was started, or end it.",
            )
