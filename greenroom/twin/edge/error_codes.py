"""The edge's error codes: Agora's own, which its SDK understands."""

from __future__ import annotations

from enum import Enum


class GatewayCode(Enum):
    """Error codes of the gateway, as ``agora-rtc-sdk-ng`` names them. What the SDK does is in the comment."""

    ERR_NO_AUTHORIZED = 110  # join(): rejects TOKEN_EXPIRE; elsewhere: the request fails
    ERR_REPEAT_JOIN = 2003  # quits, UID_BANNED
    ERR_NOT_JOINED = 2011  # the request fails
    ERR_INVALID_VENDOR_KEY = 2013
    ERR_INVALID_CHANNEL_NAME = 2014
    ERR_INVALID_STRINGUID = 2015
    ERR_SET_CLIENT_ROLE_NO_PERMISSION = 2018
    ERR_PUBLISH_REQUEST_INVALID = 2020  # undoes, and tries once more
    ERR_SUBSCRIBE_REQUEST_INVALID = 2021  # undoes, and tries once more
    ERR_NOT_SUPPORTED_MESSAGE = 2022
    ERR_REJOIN_TOKEN_INVALID = 2024  # makes a complete new join


class JoinRefused(Exception):
    """The edge refuses a request. ``code`` goes to the SDK; ``text`` goes to the log and contains no secret."""

    def __init__(self, code: GatewayCode, text: str = "") -> None:
        super().__init__(text or code.name)
        self.code = code
        self.text = text or code.name
