"""Rules for models that are not available with Agora's vendor account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from greenroom.catalog.active import Values, roles, value_at, vendor_key, vendor_of
from greenroom.catalog.parts import MANAGED
from greenroom.errors import Problem

#: Vendor ("tts.openai") → the models of Agora's account, newest first
#: (https://docs.agora.io/en/ai/build/custom-model-integration/managed-mode).
MANAGED_MODELS: Mapping[str, tuple[str, ...]] = {
    "asr.deepgram": ("nova-3", "nova-2"),
    "tts.openai": ("tts-1",),
    "tts.minimax": ("speech-2.8-turbo", "speech-2.6-turbo"),
}


def managed_models_are_limited(values: Values) -> Iterator[Problem]:
    """Agora refuses other models in managed mode when the agent starts."""
    for role in roles(values):
        vendor = f"{role}.{vendor_of(role, values).id}"
        models = MANAGED_MODELS.get(vendor)
        if models is None or value_at(f"{vendor}.credentials", values) != MANAGED:
            continue
        if value_at(f"{vendor}.model", values) not in (*models, None):
            yield Problem(
                f"{vendor}.model",
                f"Agora's account only offers the models {' and '.join(models)}.",
                "Use your own account for other models.",
                f"Use {models[0]}",
                ((f"{vendor}.model", models[0]),),
            )


def preview_vendors_run_offline(values: Values) -> Iterator[Problem]:
    """Some vendors need Agora's preview host for the whole session; Greenroom uses the production hosts.

    Checked for a launch in the cloud.
    """
    for vendor in [vendor_of(role, values) for role in roles(values)]:
        if vendor.market == "preview":
            yield Problem(
                vendor_key(vendor.role),
                f"{vendor.label} is a preview at Agora, on a host that Greenroom doesn't use.",
                "Choose another vendor for calls on Agora. Offline, it works with Greenroom's own voices.",
            )
