"""Chooses the drawn character that plays a join body's avatar offline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.catalog.avatar import AVATAR
from greenroom.catalog.voices import stand_in
from greenroom.portraits.characters import Face, drawn_face, face_by_name

#: Where vendors keep the ID of the avatar or of its picture, inside ``avatar.params``.
_IDS = ("avatar_id", "agent_id", "spatius_avatar_id", "agent_image_url")


def offline_face(properties: Mapping[str, Any]) -> Face:
    """The character for the ``properties`` of a join body. Never fails; the same body always gets the same face.

    A character chosen by id is used. Any other avatar gets one of matching gender: the avatar's, if the catalog knows
    it, else the offline voice's.
    """
    avatar = _block(properties, "avatar")
    name = _avatar_id(avatar)
    chosen = drawn_face(name)
    if chosen is not None:
        return chosen
    gender = _avatar_gender(avatar, name) or stand_in(_voice_block(properties)).gender
    return face_by_name(f"{avatar.get('vendor') or ''}/{name}", gender)


def _avatar_id(avatar: Mapping[str, Any]) -> str:
    params = _block(avatar, "params")
    return next((str(params[name]) for name in _IDS if params.get(name)), "")


def _avatar_gender(avatar: Mapping[str, Any], avatar_id: str) -> str:
    vendors = (vendor for vendor in AVATAR if vendor.fixed.get("avatar.vendor") == avatar.get("vendor"))
    choices = (choice for vendor in vendors for setting in vendor.settings for choice in setting.choices)
    return next((choice.gender for choice in choices if choice.value == avatar_id and choice.gender in ("female", "male")), "")


def _voice_block(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """The ``tts`` block, or a realtime model's voice in the same form."""
    mllm = _block(properties, "mllm")
    if mllm.get("enable") is True:
        return {"vendor": mllm.get("vendor"), "params": {"voice": _block(mllm, "params").get("voice")}}
    return _block(properties, "tts")


def _block(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    block = parent.get(name)
    return block if isinstance(block, Mapping) else {}
