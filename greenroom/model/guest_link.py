"""Guest links: an address under which guests talk to one agent, and nothing else, within its caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from greenroom.model.agent import AgentId, VersionId
from greenroom.model.blind_comparison import ComparedOption, ComparisonKind
from greenroom.model.call import Ticket

GuestLinkId = NewType("GuestLinkId", str)
GuestLinkState = Literal["active", "expired", "ended"]
Thumb = Literal["up", "down"]
#: Languages of the guest page, by their code and their own name.
GUEST_LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
    "zh": "中文",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestLinkOptions:
    """A guest link's options, chosen by its owner. Lengths in seconds; 0 = no limit, also for ``max_cost`` (dollars, counted on
    Agora's cloud).

    ``version_id`` None: the newest version at each call. ``name``: what guests see instead of the agent's name, "" = that.
    ``embed_origins``: the sites whose pages may show the guest page in a frame, as in ``https://www.example.com``.
    ``compared``: the options of a blind comparison, at least two; empty = guests talk to this agent. With a ``sentence`` guests
    don't talk, but hear each voice say it. ``language``: of the guest page, one of :data:`GUEST_LANGUAGES`.
    """

    agent_id: AgentId
    version_id: VersionId | None = None
    name: str = ""
    welcome: str = ""
    expires_at: datetime | None = None
    at_once: int = 3
    visit_s: int = 600
    total_s: int = 3600
    max_cost: float = 0.0
    record: bool = False
    captions: bool = True
    embed_origins: tuple[str, ...] = ()
    compared: tuple[ComparedOption, ...] = ()
    sentence: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestLink(GuestLinkOptions):
    """``key_hash`` and ``password_hash`` ("" = no password) are all that is stored of its secrets. ``visits`` and ``used_s``
    count calls that were launched and seconds of calls that ended, also of sessions that were deleted since."""

    id: GuestLinkId
    key_hash: str
    password_hash: str = ""
    created_at: datetime
    ended_at: datetime | None = None
    visits: int = 0
    used_s: int = 0

    def state(self, now: datetime) -> GuestLinkState:
        """Ended wins over expired. What its caps leave is another matter."""
        if self.ended_at is not None:
            return "ended"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "active"


@dataclass(frozen=True, slots=True)
class GuestLinkUse:
    """A link in the studio's list. ``talking``: calls that run now; ``seconds`` and ``cost`` (dollars, 0 offline) include them.
    ``address``: what guests open, "" if another installation made the link which alone can show it. ``used_up``: the cap that is
    used up, in words; "" = none."""

    link: GuestLink
    agent_name: str
    talking: int
    seconds: int
    address: str
    cost: float = 0.0
    used_up: str = ""


@dataclass(frozen=True, slots=True)
class GuestPageWords:
    """The language of a guest page and its words in it; none for English."""

    page_language: str = "en"
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuestWelcome:
    """What a guest sees before the call. ``picture`` is a data URI or None; ``language`` and its code are ""
    if the agent's isn't known.
    ``compares``: what the link compares blindly, None = nothing; ``page_language``: of the page itself,
    with its ``words``."""

    name: str
    welcome: str
    picture: str | None
    language: str
    record: bool
    captions: bool
    max_s: int
    language_code: str = ""
    page_language: str = "en"
    words: Mapping[str, str] = field(default_factory=dict)
    compares: ComparisonKind | None = None


@dataclass(frozen=True, slots=True)
class GuestFeedback:
    """What a guest says after a call; None and "" change nothing."""

    thumb: Thumb | None = None
    stars: int | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class GuestTicket:
    """The call ticket with what guests need besides."""

    ticket: Ticket
    record: bool
