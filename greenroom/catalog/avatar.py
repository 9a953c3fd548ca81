"""Vendors of avatars (Agora's ``avatar`` block)."""

from greenroom.catalog.spec import Vendor

AVATAR: tuple[Vendor, ...] = (
    Vendor(
        role="avatar",
        id="none",
        label="No avatar",
        help="The agent is heard, not seen.",
        docs="https://docs.agora.io/en/conversational-ai/models/avatar/overview",
        settings=(),
    ),
)
