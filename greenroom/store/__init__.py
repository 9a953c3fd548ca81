"""What is kept: agents with their drafts and versions, sessions with their turns and events. SQLite or PostgreSQL."""

from greenroom.store.agents import Agents
from greenroom.store.database import Database
from greenroom.store.drafts import DraftMoved
from greenroom.store.sessions import Sessions

__all__ = ["Agents", "Database", "DraftMoved", "Sessions"]
