"""What is kept: agents with their drafts and versions, sessions with their turns and events. SQLite or PostgreSQL."""

from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.drafts import DraftMoved
from greenroom.store.sessions import SessionStore

__all__ = ["AgentStore", "Database", "DraftMoved", "SessionStore"]
