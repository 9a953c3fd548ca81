"""Persistence in SQLite or PostgreSQL: agents, drafts, versions, sessions, turns, events, recordings, reviews and rehearsals."""

from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.drafts import DraftMoved
from greenroom.store.rehearsals import RehearsalStore
from greenroom.store.sessions import SessionStore
from greenroom.store.suites import SuiteStore

__all__ = ["AgentStore", "Database", "DraftMoved", "RehearsalStore", "SessionStore", "SuiteStore"]
