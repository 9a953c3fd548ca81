"""Session reviews: ratings, tags and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from greenroom.access.members import Member, may_remove
from greenroom.clock import Clock
from greenroom.errors import GreenroomError, InvalidInput, NotAllowed, TextTooLong
from greenroom.model.review import (
    BEST,
    MENTIONS_FOR,
    MENTIONS_MAX,
    NOTE_MAX,
    TAG_MAX,
    WORST,
    Mention,
    NoteId,
    Review,
    ReviewNote,
    mentions,
)
from greenroom.model.session import SessionId
from greenroom.store.reviews import ReviewStore


class ReviewService:
    """Validates and stores reviews. Methods that name a session raise NotFound for an unknown one."""

    def __init__(self, store: ReviewStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, session_id: SessionId) -> Review:
        """Rating, tags and notes; empty ones for a session without a review."""
        return self._store.of(session_id)

    def rate(self, session_id: SessionId, rating: int | None) -> None:
        """Set a rating of 1..5 stars; None removes it."""
        if rating is not None and not WORST <= rating <= BEST:
            raise GreenroomError(f"A rating must be {WORST} to {BEST} stars, not {rating}.", advice="Choose the rating again.")
        self._store.rate(session_id, rating)

    def known_tags(self) -> list[str]:
        """All tags in use, alphabetically."""
        return self._store.known_tags()

    def set_tags(self, session_id: SessionId, tags: Iterable[str]) -> None:
        """Replace the session's tags."""
        had = set(self._store.of(session_id).tags)
        wanted = self._spelled(tags)
        self._store.tag([session_id], wanted - had, had - wanted)

    def tag_all(self, ids: Collection[SessionId], tags: Iterable[str]) -> frozenset[tuple[SessionId, str]]:
        """Add tags to several sessions and return what was added, for :meth:`untag`."""
        wanted = self._spelled(tags)
        new = frozenset((session_id, tag) for session_id in ids for tag in wanted - set(self._store.of(session_id).tags))
        self._store.tag(ids, wanted)
        return new

    def untag(self, new: Collection[tuple[SessionId, str]]) -> None:
        """Undo :meth:`tag_all`, keeping tags that existed before."""
        for tag in {tag for _, tag in new}:
            self._store.tag([one for one, other in new if other == tag], remove=[tag])

    def add_note(self, session_id: SessionId, text: str, at_ms: int | None = None, author: str = "") -> ReviewNote:
        """Add a note. Raises GreenroomError if it is empty or too long."""
        cleaned = text.strip()
        if not cleaned:
            raise InvalidInput("The note is empty.", field="text", advice="Enter a text, then add the note.")
        if len(cleaned) > NOTE_MAX:
            raise TextTooLong(cleaned, NOTE_MAX, field="text", what="note")
        note = ReviewNote(NoteId(self._clock.new_id(16)), cleaned, at_ms, self._clock.now(), author)
        self._store.add_note(session_id, note)
        return note

    def remove_note(self, note: ReviewNote, by: Member | None = None) -> None:
        """:meth:`restore_note` undoes it. Raises NotAllowed for a viewer and another account's note."""
        if not may_remove(note.author, by):
            raise NotAllowed("Another account wrote this note.", advice="Ask its author or an editor to delete it.")
        self._store.remove_note(note.id)

    def mentions_of(self, member: Member) -> list[Mention]:
        """Notes of the last weeks that mention the member as ``@name`` or ``@email``, newest first, but the member's own."""
        name, since = member.email.partition("@")[0], self._clock.now() - MENTIONS_FOR
        notes = self._store.notes_with(name, since, MENTIONS_MAX)
        return [one for one in notes if mentions(one.note.text, member.email) and one.note.author != member.email]

    def restore_note(self, session_id: SessionId, note: ReviewNote) -> None:
        """Undo :meth:`remove_note`; the note keeps its id, time and author."""
        self._store.add_note(session_id, note)

    def _spelled(self, tags: Iterable[str]) -> set[str]:
        """Normalize tags to existing spellings: "Good voice" and "good  voice" are the same tag. Drops empty ones."""
        spellings = {tag.casefold(): tag for tag in self._store.known_tags()}
        spelled: set[str] = set()
        for tag in tags:
            plain = " ".join(tag.split())
            if len(plain) > TAG_MAX:
                raise InvalidInput(
                    f"A tag can have at most {TAG_MAX} characters.", field="tags", advice="Shorten it, or write a note."
                )
            if plain:
                spelled.add(spellings.setdefault(plain.casefold(), plain))
        return spelled
