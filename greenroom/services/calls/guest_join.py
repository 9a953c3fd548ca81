"""Join a channel: validate the form and create the address to join."""

from __future__ import annotations

import re

from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.model.guest_join import ChannelAddress, JoinRequest
from greenroom.services.calls.token_service import TokenService

DEFAULT_TITLE = "Visit"
_APP_ID = re.compile(r"[0-9a-f]{32}")
#: Agora's channel names: up to 64 bytes of these (docs.agora.io, Video SDK, join).
_CHANNEL = re.compile(r"[A-Za-z0-9 !#$%&()+\-:;<=.>?@\[\]^_{}|~,]{1,64}")
_TOKEN = re.compile(r"00[67][A-Za-z0-9+/=_-]{20,4000}")
_UID = re.compile(r"[0-9]{1,10}")
LARGEST_UID = 2**32 - 1
#: In a link, by the names of Agora's own samples. A token in the address is read once and then taken out.
APP_ID, CHANNEL, TOKEN, UID, TITLE = "appid", "channel", "token", "uid", "title"


def is_channel(name: str) -> bool:
    """Whether Agora accepts this channel name."""
    return _CHANNEL.fullmatch(name) is not None


class GuestJoin:
    """Creates guest joins. Generates a token for the project's own App ID if none is given."""

    def __init__(self, config: Config, clock: Clock, tokens: TokenService) -> None:
        self._config = config
        self._clock = clock
        self._tokens = tokens

    def read_link(self, query: dict[str, str]) -> JoinRequest:
        """Parse a link; the App ID defaults to the project's own."""
        return JoinRequest(
            app_id=query.get(APP_ID, self._config.app_id),
            channel=query.get(CHANNEL, ""),
            token=query.get(TOKEN, ""),
            uid=query.get(UID, ""),
            title=query.get(TITLE, ""),
        )

    def link(self, request: JoinRequest) -> dict[str, str]:
        """The query string of a link to this channel, without token and without the project's own App ID."""
        query = {CHANNEL: request.channel, UID: request.uid, TITLE: request.title}
        if request.app_id != self._config.app_id:
            query[APP_ID] = request.app_id
        return {name: text for name, text in query.items() if text}

    def faults(self, request: JoinRequest) -> dict[str, str]:
        """The form's errors by field; empty if the form is valid."""
        faults: dict[str, str] = {}
        if not _APP_ID.fullmatch(request.app_id):
            faults["app_id"] = "An App ID has 32 characters, 0–9 and a–f. Copy it from Agora Console."
        if request.channel and not is_channel(request.channel):
            faults["channel"] = "Use up to 64 letters, digits, spaces and !#$%&()+-:;<=.>?@[]^_{}|~,"
        if request.token and not _TOKEN.fullmatch(request.token):
            faults["token"] = "A token starts with 007 (or 006) and has no spaces. Copy all of it."
        if request.uid and not (_UID.fullmatch(request.uid) and 0 < int(request.uid) <= LARGEST_UID):
            faults["uid"] = f"Enter a whole number from 1 to {LARGEST_UID}, or leave empty."
        return faults

    def makes_token(self, request: JoinRequest) -> bool:
        """Whether a token is generated: the project is this installation's and none was entered."""
        return not request.token and request.app_id == self._config.app_id

    def address(self, request: JoinRequest) -> ChannelAddress:
        """Create the address for a form without :meth:`faults`. An empty channel name is generated. Raises TwinUnavailable."""
        channel = request.channel or self._clock.new_id(10)
        uid = int(request.uid) if request.uid else None
        # A token for uid 0 opens the channel for whatever uid Agora will choose.
        token = self._tokens.token(channel, uid or 0) if self.makes_token(request) else request.token
        title = request.title.strip()[:80] or DEFAULT_TITLE
        return ChannelAddress(
            app_id=request.app_id,
            channel=channel,
            token=token,
            uid=uid,
            title=title,
            edge=self._tokens.edge(),
            number=self._clock.new_id(8),
        )

    def issues_older_token(self, address: ChannelAddress) -> bool:
        """Whether :meth:`older_token` can be issued: the project is this installation's and has a certificate."""
        return address.app_id == self._config.app_id and bool(self._config.app_certificate)

    def older_token(self, address: ChannelAddress) -> str:
        """A "006" token for any user ID in the channel."""
        return self._tokens.older_token(address.channel)
