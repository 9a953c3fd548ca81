"""Comments on the versions of an agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from greenroom.model.agent import AgentId, VersionId

CommentId = NewType("CommentId", str)
COMMENT_MAX = 4000


@dataclass(frozen=True, slots=True)
class VersionComment:
    """``author``: the email of the account; "" without sign-in."""

    id: CommentId
    version_id: VersionId
    text: str
    at: datetime
    author: str = ""


@dataclass(frozen=True, slots=True)
class VersionMention:
    """A comment that mentions an account, and the version it is about."""

    agent_id: AgentId
    agent_name: str
    number: int
    comment: VersionComment
