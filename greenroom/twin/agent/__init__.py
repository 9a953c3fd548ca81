"""The agent runtime: what Agora's cloud does with a join body, on this machine. A sound check uses its ear alone."""

from greenroom.speech.hearing import HearingError
from greenroom.twin.agent.brain.assigned import AssignedBrains, Assignment
from greenroom.twin.agent.brain.base import Brain, BrainError
from greenroom.twin.agent.brain.offers import BrainOffer
from greenroom.twin.agent.brain.trial import chat, try_brain
from greenroom.twin.agent.ear import Ear
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.talk import Talk
from greenroom.twin.agent.tools.toolbox import Toolbox, ToolSettings, ToolSetupError
from greenroom.twin.agent.turns import Timing
from greenroom.twin.agent.utterance import Utterance

__all__ = [
    "AssignedBrains",
    "Assignment",
    "Brain",
    "BrainError",
    "BrainOffer",
    "Ear",
    "Engines",
    "HearingError",
    "Talk",
    "Timing",
    "ToolSettings",
    "ToolSetupError",
    "Toolbox",
    "Utterance",
    "chat",
    "try_brain",
]
