"""The agent runtime: what Agora's cloud does with a join body, on this machine. The door: Talk and Engines."""

from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.talk import Talk

__all__ = ["Engines", "Talk"]
