"""Realtime models that hear, think and speak by themselves (Agora's ``mllm`` block)."""

from greenroom.catalog.spec import Vendor

MLLM: tuple[Vendor, ...] = (
    Vendor(
        role="mllm",
        id="none",
        label="Off: ears, language model and voice of your choice",
        help="The usual way: each part can be chosen and heard apart.",
        docs="https://docs.agora.io/en/conversational-ai/models/mllm/overview",
        settings=(),
    ),
)
