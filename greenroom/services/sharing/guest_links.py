"""Create, list and end guest links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from urllib.parse import urlsplit

from greenroom.catalog.prices import cost_of
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import InvalidInput, NotFound, StoreUnavailable
from greenroom.model.agent import AgentId
from greenroom.model.guest_link import GUEST_LANGUAGES, GuestLink, GuestLinkId, GuestLinkOptions, GuestLinkUse
from greenroom.model.session import Session, SessionId
from greenroom.security_log import record
from greenroom.services.agents.agent_names import fitting_name
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.capabilities import GuestLinkKeys
from greenroom.services.sharing import passwords
from greenroom.store.guest_links import GuestLinkStore
from greenroom.store.sessions import SessionStore

WELCOME_MAX, ORIGINS_MAX, TOTAL_MIN_S, SENTENCE_MAX, COMPARED_MAX = 500, 20, 60, 300, 6
#: The page's path; the link's id and, as the fragment, its key follow.
PATH = "/g/"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


class InvalidGuestLink(InvalidInput):
    """An option of a new link that can't be used; the message names it."""

    advice = "Change this field, then create the link again."


class GuestLinks:
    """The owner's side. Every method may raise StoreUnavailable."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        agents: AgentService,
        calls: Calls,
        sessions: SessionStore,
        store: GuestLinkStore,
        keys: GuestLinkKeys,
        owner: str,
    ) -> None:
        self._config = config
        self._clock = clock
        self._agents = agents
        self._calls = calls
        self._sessions = sessions
        self._store = store
        self._keys = keys
        self._owner = owner

    def create(self, options: GuestLinkOptions, password: str = "") -> GuestLink:
        """Raises InvalidInput; InvalidAgent if there is no version yet and the draft cannot become one; NotFound."""
        name = fitting_name(options.name)
        self._require_sound(options, password)
        if options.version_id is None and not options.compared and not self._agents.versions.of(options.agent_id):
            self._agents.versions.freeze(options.agent_id)
        link_id = GuestLinkId(self._clock.new_id(12))
        values = {field.name: getattr(options, field.name) for field in fields(GuestLinkOptions)}
        values |= {"name": name, "welcome": options.welcome.strip()}
        link = GuestLink(
            **values,
            id=link_id,
            key_hash=self._keys.hashed(self._keys.issue(link_id)),
            password_hash=passwords.hashed(password) if password else "",
            created_at=self._clock.now(),
        )
        self._store.create(link)
        record("guest_link_created", link=link_id, agent=options.agent_id)
        return link

    def list(self) -> list[GuestLinkUse]:
        """All links with their use, newest first."""
        live = self._sessions.unfinished()
        return [self._use(link, live) for link in self._store.list()]

    def _use(self, link: GuestLink, live: Sequence[Session]) -> GuestLinkUse:
        guests = self._calls.limits.guests
        seconds = guests.seconds(link, live)
        return GuestLinkUse(
            link,
            self._agents.get(link.agent_id).name,
            talking=sum(session.guest_link == link.id for session in live),
            seconds=seconds,
            address=self.path(link),
            cost=cost_of(seconds) if self._config.on_cloud else 0.0,
            used_up=guests.used_up(link, live),
        )

    def still_open(self, agent_id: AgentId) -> tuple[int, int]:
        """The number of links by which guests can reach this agent, and of its running calls, a guest's or not."""
        versions, now = {version.id for version in self._agents.versions.of(agent_id)}, self._clock.now()
        links = [
            link
            for link in self._store.list()
            if link.state(now) == "active"
            and (any(option.version_id in versions for option in link.compared) if link.compared else link.agent_id == agent_id)
        ]
        return len(links), sum(session.agent_id == agent_id for session in self._sessions.unfinished())

    def path(self, link: GuestLink) -> str:
        """What follows the origin in the link's address; "" if another installation made it."""
        key = self._keys.issue(link.id)
        return f"{PATH}{link.id}#{key}" if self._keys.hashed(key) == link.key_hash else ""

    def end(self, link_id: GuestLinkId) -> int:
        """Let nobody in any more and end the link's calls; those that another process watches end within two seconds.

        Returns the number of calls that were running. Raises NotFound, and StoreUnavailable when the link couldn't be ended; its
        calls are ended then too.
        """
        try:
            self._store.end(link_id, self._clock.now())
        except StoreUnavailable:
            self._end_calls(link_id)
            raise
        record("guest_link_ended", link=link_id)
        return self._end_calls(link_id)

    def embed_origins(self, link_id: GuestLinkId) -> tuple[str, ...]:
        """The sites that may show the guest page in a frame; empty for a link that is over or doesn't exist."""
        try:
            link = self._store.get(link_id)
        except NotFound:
            return ()
        return link.embed_origins if link.state(self._clock.now()) == "active" else ()

    def _require_comparable(self, options: GuestLinkOptions) -> None:
        if options.language not in GUEST_LANGUAGES:
            raise InvalidGuestLink("The guest page isn't available in this language.", field="language")
        if len(options.sentence) > SENTENCE_MAX:
            raise InvalidGuestLink(f"The sentence is longer than {SENTENCE_MAX} characters.", field="sentence")
        if not options.compared:
            return
        if not 2 <= len(set(options.compared)) == len(options.compared) <= COMPARED_MAX:
            raise InvalidGuestLink(f"Choose from two to {COMPARED_MAX} different options to compare.", field="compared")
        if not options.sentence and any(option.version_id is None for option in options.compared):
            raise InvalidGuestLink("A voice alone needs a sentence to say.", field="sentence")
        for option in options.compared:
            if option.version_id is not None:
                self._agents.versions.launchable(option.version_id)

    def _end_calls(self, link_id: GuestLinkId) -> int:
        running = self._calls.limits.guests.guests_of(link_id)
        for session_id in running:
            self._end_here(session_id)
        return len(running)

    def _end_here(self, session_id: SessionId) -> None:
        """Its own process can reach the page, and offline the agent as well."""
        session = self._sessions.get(session_id)
        if session.owner in (self._owner, ""):
            self._calls.end(session_id, "stopped", "This guest link was turned off.")

    def _require_sound(self, options: GuestLinkOptions, password: str) -> None:
        if len(options.welcome) > WELCOME_MAX:
            raise InvalidGuestLink(f"The welcome text is longer than {WELCOME_MAX} characters.", field="welcome")
        if not 1 <= options.at_once <= self._config.max_agents:
            raise InvalidGuestLink(f"Guests at once must be from 1 to {self._config.max_agents}.", field="at_once")
        caps = {"visit": options.visit_s, "total": options.total_s, "cost": options.max_cost}
        if below := [name for name, cap in caps.items() if cap < 0]:
            raise InvalidGuestLink("A cap can't be negative.", field=below[0])
        if 0 < options.total_s < TOTAL_MIN_S:
            raise InvalidGuestLink("Talk time in all must be at least a minute, or 0 for no limit.", field="total")
        if options.expires_at is not None and options.expires_at <= self._clock.now():
            raise InvalidGuestLink("The link would expire before it is created.", field="expires")
        if password and len(password) < passwords.PASSWORD_MIN:
            raise InvalidGuestLink(f"The password needs at least {passwords.PASSWORD_MIN} characters.", field="password")
        if len(options.embed_origins) > ORIGINS_MAX:
            raise InvalidGuestLink(f"A link can be embedded on at most {ORIGINS_MAX} sites.", field="sites")
        self._require_comparable(options)
        for origin in options.embed_origins:
            if not is_origin(origin):
                raise InvalidGuestLink(f"{origin[:80]!r} isn't a site. Write it as in https://www.example.com.", field="sites")


def is_origin(text: str) -> bool:
    """Whether this is scheme, host and port of a site: nothing that could add to a header or allow more than one site."""
    if _ORIGIN.fullmatch(text) is None:
        return False
    host = urlsplit(text).hostname or ""
    return text.startswith("https:") or host == "localhost" or host.endswith(".localhost")
