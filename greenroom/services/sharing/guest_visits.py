"""A guest's side of a link: see the welcome, launch a call, return to it after a reload, and leave feedback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from greenroom.catalog import rules
from greenroom.clock import Clock
from greenroom.errors import GreenroomError, InvalidAgent, LimitReached, NotAllowed, NotFound, TextTooLong
from greenroom.model.agent import Version, VersionId
from greenroom.model.call import Ticket
from greenroom.model.guest_link import GuestFeedback, GuestLink, GuestLinkId, GuestPageWords, GuestTicket, GuestWelcome
from greenroom.model.launch import LaunchRequest
from greenroom.model.principal import Principal
from greenroom.model.review import BEST, WORST
from greenroom.model.session import GUEST, Session, SessionId
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.calls import Calls
from greenroom.services.sessions.reviews import ReviewService
from greenroom.services.sharing.admission import GuestAdmission
from greenroom.services.sharing.translations import translations_for

#: How long after its end a call may be rated, and how many comments it takes.
FEEDBACK_FOR = timedelta(hours=1)
COMMENT_MAX, COMMENTS_MAX = 2000, 3
THUMBS = {"up": "Thumbs up", "down": "Thumbs down"}
AUTHOR = "Guest"

log = logging.getLogger(__name__)


class ConsentNeeded(GreenroomError):
    """The link records its calls, and the guest hasn't agreed."""

    advice = "Agree to the recording, then start again."


class GuestVisits:
    """Every method checks the link's key first and raises NotAllowed, which also stands for a link that is over."""

    def __init__(
        self,
        *,
        clock: Clock,
        agents: AgentService,
        calls: Calls,
        reviews: ReviewService,
        admission: GuestAdmission,
        picture: Callable[[Mapping[str, Any]], str | None],
    ) -> None:
        """``picture`` draws the face of an agent with these settings, as a data URI; None = no face."""
        self._clock = clock
        self._agents = agents
        self._calls = calls
        self._reviews = reviews
        self._admission = admission
        self._picture = picture

    def welcome(self, link_id: GuestLinkId, key: object, password: object = "") -> GuestWelcome:
        """Raises NotAllowed, PasswordNeeded; LimitReached if the link is used up, unless it compares: guests may still vote."""
        link = self._admission.admitted(link_id, key, password)
        if not link.compared:
            self._calls.limits.guests.require_something_left(link)
        common = GuestWelcome(
            name=link.name,
            welcome=link.welcome,
            picture=None,
            language="",
            record=link.record and not link.sentence,
            captions=link.captions,
            max_s=link.visit_s,
            page_language=link.language,
            words=translations_for(link.language),
        )
        if link.compared:  # nothing of any one option
            return replace(common, compares="listen" if link.sentence else "talk")
        settings = self._version(link).settings
        code, language = language_of(settings)
        return replace(common, name=self._name(link), picture=self._picture(settings), language=language, language_code=code)

    def page_words(self, link_id: GuestLinkId, key: object) -> GuestPageWords:
        """What a visitor reads who isn't let in, also when the link is over. Raises NotAllowed."""
        language = self._admission.with_key(link_id, key).language
        return GuestPageWords(language, translations_for(language))

    def launch(
        self,
        link_id: GuestLinkId,
        key: object,
        password: object,
        consent: bool,
        blind: tuple[VersionId, str] | None = None,
    ) -> GuestTicket:
        """Start a call. Raises NotAllowed, PasswordNeeded, ConsentNeeded, LimitReached, TwinUnavailable.

        ``blind``: the version of a blind comparison, and the name under which the guest meets it.
        """
        link = self._admission.admitted(link_id, key, password)
        if link.record and not consent:
            raise ConsentNeeded("This call is recorded, and you haven't agreed to that.")
        if link.compared and blind is None:
            raise NotAllowed("This link compares agents.", advice="Reload the page.")
        version, name = blind or (self._version(link).id, self._name(link))
        request = LaunchRequest(version=version, origin=GUEST, principal=Principal("guest", link.id))
        try:
            return _for_guest(self._calls.launch(request), link, name)
        except InvalidAgent as error:  # its problems name keys and servers
            log.warning("guests of link %s can't start the agent: %s", link.id, error)
            advice = "Tell whoever sent you the link."
            raise NotAllowed("This agent can't be started right now.", advice=advice) from None
        except LimitReached as error:
            if error.advice != type(error).advice:  # of the link, said to guests
                raise
            log.warning("guests of link %s can't start the agent: %s", link.id, error)
            raise LimitReached("All lines are busy right now.", advice="Try again in a few minutes.") from None

    def resume(self, link_id: GuestLinkId, key: object, session_id: SessionId, capability: str) -> GuestTicket:
        """A new ticket for a page that was loaded again. Raises NotAllowed, Conflict when the call is over."""
        link = self._admission.with_key(link_id, key)
        self._session_of(link, session_id, capability)
        if link.compared:
            raise NotAllowed("A call of a comparison can't be resumed.", advice="Talk to it again.")
        return _for_guest(self._calls.ticket_again(session_id, capability), link, self._name(link))

    def rate(self, link_id: GuestLinkId, key: object, session_id: SessionId, capability: object, feedback: GuestFeedback) -> None:
        """Store a guest's feedback in the session, until an hour after its end. Raises NotAllowed, GreenroomError."""
        link = self._admission.with_key(link_id, key)
        session = self._session_of(link, session_id, capability)
        if session.ended_at is not None and self._clock.now() - session.ended_at > FEEDBACK_FOR:
            raise NotAllowed("It's too late to rate this call.", advice="Tell whoever sent you the link.")
        if len(comment := feedback.comment.strip()) > COMMENT_MAX:
            raise TextTooLong(comment, COMMENT_MAX, field="comment")
        if feedback.stars is not None and WORST <= feedback.stars <= BEST:
            self._reviews.rate(session_id, feedback.stars)
        if feedback.thumb is not None:
            tags = set(self._reviews.of(session_id).tags) - set(THUMBS.values())
            self._reviews.set_tags(session_id, {*tags, THUMBS[feedback.thumb]})
        if comment:
            written = sum(note.author == AUTHOR for note in self._reviews.of(session_id).notes)
            if written >= COMMENTS_MAX:
                raise NotAllowed("This call has enough comments.", advice="Tell whoever sent you the link.")
            self._reviews.add_note(session_id, comment, author=AUTHOR)

    def talked(self, session_id: SessionId) -> bool:
        """Whether an agent was there to talk to; a ticket alone is no talk."""
        try:
            return self._calls.get(session_id).started_at is not None
        except NotFound:  # deleted since
            return True

    # ── inside

    def _session_of(self, link: GuestLink, session_id: SessionId, capability: object) -> Session:
        """The session, if it is this link's and the capability is the session's."""
        self._calls.require(session_id, capability)
        session = self._calls.get(session_id)
        if session.guest_link != link.id:
            raise NotAllowed("This call doesn't belong to this link.", advice="Open the link again.")
        return session

    def _version(self, link: GuestLink) -> Version:
        if link.version_id is not None:
            return self._agents.versions.get(link.version_id)
        newest = self._agents.versions.newest(link.agent_id)
        if newest is None:
            raise NotFound("This agent has no version.", advice="Ask for a new link.")
        return newest

    def _name(self, link: GuestLink) -> str:
        return link.name or self._agents.get(link.agent_id).name


def _for_guest(ticket: Ticket, link: GuestLink, name: str) -> GuestTicket:
    """Without vendors and prices, and under the name that the link gives."""
    return GuestTicket(replace(ticket, cost=None, agent_name=name, realtime=False), link.record)


def language_of(settings: Mapping[str, Any]) -> tuple[str, str]:
    """The code and the name of the language the agent listens for; "" if the settings name none."""
    for field in rules.fields(settings):
        if field.vendor is not None and field.vendor.role in ("asr", "mllm") and field.setting.name.endswith("language"):
            value = rules.value_of(field, settings)
            return next(((str(value), choice.label) for choice in field.setting.choices if choice.value == value), ("", ""))
    return "", ""
