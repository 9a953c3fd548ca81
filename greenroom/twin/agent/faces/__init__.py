"""The faces of offline agents: drawn, animated characters that lip-sync to the agent's voice. Exports Avatar."""

from greenroom.twin.agent.faces.avatar import Avatar

__all__ = ["Avatar"]
