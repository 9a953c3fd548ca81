"""The agent runtime: what Agora's cloud does with a join body, on this machine. A sound check uses its ear alone."""

from greenroom.twin.agent.ear import Ear, Utterance
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.hearing.base import HearingError
from greenroom.twin.agent.talk import Talk
from greenroom.twin.agent.turns import Timing

__all__ = ["Ear", "Engines", "HearingError", "Talk", "Timing", "Utterance"]
