"""Watch along: links by which colleagues hear a running call, read along and leave notes, without being heard."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import Conflict, NotAllowed, TextTooLong
from greenroom.model.guest_link import GuestLinkId
from greenroom.model.session import Session, SessionId
from greenroom.model.watching import WatchedNow, WatchLink, WatchLinkId, WatchTicket
from greenroom.security_log import record
from greenroom.services.agents.agent_names import one_line
from greenroom.services.calls.capabilities import GuestLinkKeys
from greenroom.services.calls.token_service import TokenService
from greenroom.services.sessions.reviews import ReviewService
from greenroom.store.sessions import SessionStore
from greenroom.store.watch_links import WatchLinkStore

#: The page's path; the link's id and, as the fragment, its key follow.
PATH = "/w/"
NOTE_MAX, AUTHOR_MAX, NOTES_MAX = 1000, 60, 200
#: How long after its end a call's watchers may still write what they have to say, and see how it went.
NOTES_FOR = timedelta(hours=1)


class WatchLinks:
    """Creating and ending is the owner's side; the other methods check the link's key and raise NotAllowed."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        sessions: SessionStore,
        reviews: ReviewService,
        tokens: TokenService,
        store: WatchLinkStore,
        keys: GuestLinkKeys,
    ) -> None:
        self._config = config
        self._clock = clock
        self._sessions = sessions
        self._reviews = reviews
        self._tokens = tokens
        self._store = store
        self._keys = keys

    def create(self, session_id: SessionId) -> str:
        """What follows the origin in the address of a new link to this call. Raises NotFound, Conflict when it is over."""
        if self._sessions.get(session_id).state == "ended":
            raise Conflict("The call is over.", advice="Open its session instead.")
        link_id = WatchLinkId(self._clock.new_id(12))
        key = self._key(link_id)
        now = self._clock.now()
        self._store.create(WatchLink(id=link_id, session_id=session_id, key_hash=self._keys.hashed(key), created_at=now))
        record("watch_link_created", link=link_id, session=session_id)
        return f"{PATH}{link_id}#{key}"

    def address(self, session_id: SessionId) -> str:
        """What follows the origin in the address of this call's newest link; "" if there is none that this installation made."""
        for link in self._store.open_of(session_id):
            if self._keys.hashed(key := self._key(link.id)) == link.key_hash:
                return f"{PATH}{link.id}#{key}"
        return ""

    def end(self, session_id: SessionId) -> int:
        """Let nobody in any more. Watchers who are in the channel leave with their next look, within two seconds."""
        record("watch_links_ended", session=session_id)
        return self._store.end(session_id, self._clock.now())

    def enter(self, link_id: WatchLinkId, key: object) -> WatchTicket:
        """A seat in the channel that can't be heard. Raises Conflict when the call is over."""
        session = self._watched(link_id, key)
        if session.state == "ended":
            raise Conflict("This call is over.", advice="Ask for a link to the next one.")
        uid = self._clock.uid(frozenset({session.user_uid, session.agent_uid, session.avatar_uid}))
        return WatchTicket(
            app_id=self._config.app_id,
            channel=session.channel,
            token=self._tokens.listener_token(session.channel, uid),
            uid=uid,
            agent_uid=session.agent_uid,
            user_uid=session.user_uid,
            agent_name=session.agent_name,
            place=session.place,
            edge=self._tokens.edge(),
            number=self._clock.new_id(8),
            title=session.agent_name,
            said=tuple(self._sessions.transcript.turns(session.id)),
            elapsed_ms=int((self._clock.now() - (session.started_at or session.created_at)).total_seconds() * 1000),
        )

    def look(self, link_id: WatchLinkId, key: object) -> WatchedNow:
        """How the call is doing now."""
        session = self._watched(link_id, key)
        measured = [turn.latency_ms for turn in self._sessions.transcript.turns(session.id) if turn.latency_ms is not None]
        return WatchedNow(
            live=session.state != "ended",
            channel=session.channel,
            elapsed_s=self._elapsed_s(session),
            turns=session.turn_count,
            latency_ms=measured[-1] if measured else None,
            median_ms=round(median(measured)) if measured else None,
            notes=len(self._reviews.of(session.id).notes),
        )

    def note(self, link_id: WatchLinkId, key: object, text: str, author: str) -> WatchedNow:
        """Leave a note at the present moment of the call, or at its end until an hour later. Its author can't pass for a member.

        Raises NotAllowed, TextTooLong.
        """
        session = self._watched(link_id, key)
        if len(self._reviews.of(session.id).notes) >= NOTES_MAX:
            raise NotAllowed("This call has enough notes.", advice="Tell whoever sent you the link.")
        if len(text := text.strip()) > NOTE_MAX:
            raise TextTooLong(text, NOTE_MAX, field="text", what="note")
        if len(given := one_line(author)) > AUTHOR_MAX:
            raise TextTooLong(given, AUTHOR_MAX, field="author", what="name")
        name = f"{given} (watcher)" if given else "Watcher"
        self._reviews.add_note(session.id, text, self._elapsed_s(session) * 1000, author=name)
        return self.look(link_id, key)

    # ── inside

    def _watched(self, link_id: WatchLinkId, key: object) -> Session:
        link = self._keys.opened(lambda: self._store.get(link_id), key)
        if link.ended_at is not None:
            raise NotAllowed("This link was turned off.", advice="Ask whoever sent it for a new one.")
        session = self._sessions.get(link.session_id)
        if session.ended_at is not None and self._clock.now() - session.ended_at > NOTES_FOR:
            raise NotAllowed("This call is over.", advice="Tell whoever sent you the link.")
        return session

    def _elapsed_s(self, session: Session) -> int:
        """Seconds since the session was created, as turns count them."""
        return max(0, int(((session.ended_at or self._clock.now()) - session.created_at).total_seconds()))

    def _key(self, link_id: WatchLinkId) -> str:
        """Of its own: no guest link's id can lead to it."""
        return self._keys.issue(GuestLinkId(f"watch:{link_id}"))
