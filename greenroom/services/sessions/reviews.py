"""Stars, tags and notes: what a person says of sessions, checked and stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.model.review import BEST, NOTE_MAX, TAG_MAX, WORST, NoteId, Review, ReviewNote
from greenroom.model.session import SessionId
from greenroom.store.reviews import ReviewStore


class ReviewService:
    """Methods that name a session raise NotFound for an unknown one."""

    def __init__(self, store: ReviewStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def of(self, session_id: SessionId) -> Review:
        return self._store.of(session_id)

    def rate(self, session_id: SessionId, rating: int | None) -> None:
        """1..5 stars; None takes them back."""
        if rating is not None and not WORST <= rating <= BEST:
            raise GreenroomError(f"A session has {WORST} to {BEST} stars, not {rating}.", advice="Choose the stars again.")
        self._store.rate(session_id, rating)

    def known_tags(self) -> list[str]:
        """What can be chosen, by letter."""
        return self._store.known_tags()

    def set_tags(self, session_id: SessionId, tags: Iterable[str]) -> None:
        """The session has exactly these afterwards."""
        had = set(self._store.of(session_id).tags)
        wanted = self._spelled(tags)
        self._store.tag([session_id], wanted - had, had - wanted)

    def tag_all(self, ids: Collection[SessionId], tags: Iterable[str]) -> frozenset[tuple[SessionId, str]]:
        """Give these tags to all of them; what is new, for :meth:`untag`."""
        wanted = self._spelled(tags)
        new = frozenset((one, tag) for one in ids for tag in wanted - set(self._store.of(one).tags))
        self._store.tag(ids, wanted)
        return new

    def untag(self, new: Collection[tuple[SessionId, str]]) -> None:
        """Take back what :meth:`tag_all` did, and no tag that was there before."""
        for tag in {tag for _, tag in new}:
            self._store.tag([one for one, other in new if other == tag], remove=[tag])

    def add_note(self, session_id: SessionId, text: str, at_ms: int | None = None) -> ReviewNote:
        """Raises GreenroomError for an empty or overlong one."""
        said = text.strip()
        if not said:
            raise GreenroomError("The note is empty.", advice="Write what you noticed, then add it.")
        if len(said) > NOTE_MAX:
            raise GreenroomError(f"The note is longer than {NOTE_MAX:,} characters.", advice="Shorten it, or make two of it.")
        note = ReviewNote(NoteId(self._clock.new_id(16)), said, at_ms, self._clock.now())
        self._store.add_note(session_id, note)
        return note

    def remove_note(self, note: ReviewNote) -> None:
        """:meth:`bring_back` undoes it."""
        self._store.remove_note(note.id)

    def bring_back(self, session_id: SessionId, note: ReviewNote) -> None:
        self._store.add_note(session_id, note)

    def _spelled(self, tags: Iterable[str]) -> set[str]:
        """As they are written already, so that "Good voice" and "good  voice" are one tag. Empty ones are none."""
        known = {tag.casefold(): tag for tag in self._store.known_tags()}
        spelled: set[str] = set()
        for tag in tags:
            plain = " ".join(tag.split())
            if len(plain) > TAG_MAX:
                raise GreenroomError(f"A tag has {TAG_MAX} characters at most.", advice="Make it shorter, or write a note.")
            if plain:
                spelled.add(known.setdefault(plain.casefold(), plain))
        return spelled
