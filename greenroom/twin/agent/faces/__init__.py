"""The faces of offline agents: drawn characters that live a little and speak with the agent's voice. The door: Avatar."""

from greenroom.twin.agent.faces.avatar import Avatar

__all__ = ["Avatar"]
