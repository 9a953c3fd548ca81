"""Rules for models that are not available with Agora's vendor account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenroom.catalog.active import Values, roles, value_at, vendor_of
from greenroom.catalog.parts import MANAGED
from greenroom.errors import Problem

#: Vendor ("tts.openai") → the models that Agora's account has, the newest first
#: (https://docs.agora.io/en/ai/build/custom-model-integration/managed-mode).
MANAGED_MODELS: Mapping[str, tuple[str, ...]] = {
    "asr.deepgram": ("nova-3", "nova-2"),
    "tts.openai": ("tts-1",),
    "tts.minimax": ("speech-2.8-turbo", "speech-2.6-turbo"),
}


def agoras_account_has_few_models(values: Values) -> Iterator[Problem]:
    """Agora refuses other models in managed mode when the agent starts."""
    for role in roles(values):
        vendor = f"{role}.{vendor_of(role, values).id}"
        known = MANAGED_MODELS.get(vendor)
        if known is None or value_at(f"{vendor}.credentials", values) != MANAGED:
            continue
        if value_at(f"{vendor}.model", values) not in known:
            yield Problem(
                f"{vendor}.model",
                f"Model: Agora's account only offers {' and '.join(known)}.",
                "Use your own account for other models.",
                f"Use {known[0]}",
                ((f"{vendor}.model", known[0]),),
            )
