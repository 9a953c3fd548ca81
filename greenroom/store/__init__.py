"""Persistence in SQLite or PostgreSQL: agents, drafts, versions, sessions, turns, events, recordings and reviews."""

from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.drafts import DraftMoved
from greenroom.store.sessions import SessionStore

__all__ = ["AgentStore", "Database", "DraftMoved", "SessionStore"]
