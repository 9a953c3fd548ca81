"""Comments on the versions of an agent, and the mentions in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from greenroom.access.members import Member, may_remove
from greenroom.clock import Clock
from greenroom.errors import InvalidInput, NotAllowed, TextTooLong
from greenroom.model.agent import VersionId
from greenroom.model.review import MENTIONS_FOR, MENTIONS_MAX, mentions
from greenroom.model.version_comment import COMMENT_MAX, CommentId, VersionComment, VersionMention
from greenroom.store.version_comments import VersionCommentStore


class VersionComments:
    """Validates and stores comments. Every method may raise StoreUnavailable."""

    def __init__(self, store: VersionCommentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, version_id: VersionId) -> list[VersionComment]:
        """The comments on a version, oldest first."""
        return self._store.of(version_id)

    def counts(self, ids: Collection[VersionId]) -> Mapping[VersionId, int]:
        """How many comments each of these versions has; those without any are left out."""
        return self._store.counts(ids) if ids else {}

    def add(self, version_id: VersionId, text: str, author: str = "") -> VersionComment:
        """Add a comment. Raises InvalidInput for an empty or too long text, NotFound for an unknown version."""
        cleaned = text.strip()
        if not cleaned:
            raise InvalidInput("The comment is empty.", field="text", advice="Enter a text, then add the comment.")
        if len(cleaned) > COMMENT_MAX:
            raise TextTooLong(cleaned, COMMENT_MAX, field="text", what="comment")
        comment = VersionComment(CommentId(self._clock.new_id(16)), version_id, cleaned, self._clock.now(), author)
        self._store.add(comment)
        return comment

    def remove(self, comment_id: CommentId, by: Member | None = None) -> None:
        """Delete a comment; idempotent. Raises NotAllowed for a viewer and another account's comment."""
        comment = self._store.find(comment_id)
        if comment is None:
            return
        if not may_remove(comment.author, by):
            raise NotAllowed("Another account wrote this comment.", advice="Ask its author or an editor to delete it.")
        self._store.remove(comment_id)

    def mentions_of(self, member: Member) -> list[VersionMention]:
        """Comments of the last weeks that mention the member, newest first, but the member's own."""
        name, since = member.email.partition("@")[0], self._clock.now() - MENTIONS_FOR
        comments = self._store.comments_with(name, since, MENTIONS_MAX)
        return [one for one in comments if mentions(one.comment.text, member.email) and one.comment.author != member.email]
