"""Derives from a call's settings which engines it uses, where they run and what they cost. Pure.

Says "free" or "on this computer" only if that is true of every engine of the call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from greenroom.catalog import rules
from greenroom.catalog.list_prices import list_price
from greenroom.catalog.prices import AGORA_AUDIO_CALL
from greenroom.loopback import leads_here
from greenroom.model.agent import Settings
from greenroom.model.brain_choice import BUILTIN_LABEL, SCRIPTED_LABEL
from greenroom.model.call import CallCost, EngineRole, EngineUse
from greenroom.model.session import Place
from greenroom.tools.definitions import functions_in
from greenroom.tools.mocks import offered_mocks, servers_mocked

HERE, AGORA = "This computer", "Agora"
#: Paths in a vendor's block that may hold its URL.
_ADDRESSES = ("url", "base_url", "endpoint", "api_base_url")
_LABELS: Mapping[EngineRole, str] = {
    "ears": "Speech recognition",
    "brain": "Language model",
    "voice": "Voice",
    "realtime": "Realtime model",
    "face": "Avatar",
    "tools": "Tools",
    "pipeline": "Pipeline",
}


#: The event of a session that says which brain answered offline.
BRAIN_EVENT = "brain"


_BRAIN_NOTES: Mapping[str, str] = {
    BUILTIN_LABEL: "SmolLM2-135M, a very small built-in model, answers. It reads out the facts of your prompt, calls tools by "
    "rule, and is often wrong about anything else. Choose another in Settings → Offline brain.",
    SCRIPTED_LABEL: "A scripted responder answers, without a language model: it reads out sentences of your prompt and calls "
    "tools by rule. Choose a model in Settings → Offline brain.",
}


def brain_detail(brain: EngineUse) -> str:
    """The detail of a ``BRAIN_EVENT``: the brain's label, and where it runs."""
    return f"{brain.label} · {brain.where}"


def brain_of(detail: str) -> EngineUse:
    """Parse the detail of a ``BRAIN_EVENT``."""
    label, _, where = detail.rpartition(" · ")
    if where.startswith(HERE):
        return EngineUse("brain", _LABELS["brain"], label, where, "Free", here=True)
    return EngineUse("brain", _LABELS["brain"], label, where, "Price not known", billed_by=where)


def call_cost(settings: Settings, place: Place, brain: EngineUse | None = None) -> CallCost:
    """For a call with these settings. ``brain``: the chosen one that answers offline. Never raises."""
    body = rules.payload(settings, {})
    engines = tuple(_offline(settings, body, brain) if place == "twin" else _cloud(settings, body))
    return CallCost(
        engines=engines,
        per_minute=AGORA_AUDIO_CALL.per_minute if place == "cloud" else 0.0,
        currency=AGORA_AUDIO_CALL.currency,
        note=_note(engines, place),
        brain_note=_BRAIN_NOTES.get(brain.label, "") if brain is not None else "",
    )


def _note(engines: tuple[EngineUse, ...], place: Place) -> str:
    """One or two sentences: who charges, and where the words go."""
    others = [engine for engine in engines if engine.billed_by]
    billed = f" Billed separately: {', '.join(dict.fromkeys(f'{e.label} by {e.billed_by}' for e in others))}." if others else ""
    if place == "cloud":
        return f"Agora's published price as of {AGORA_AUDIO_CALL.as_of}, with your audio.{billed}"
    away = [engine for engine in engines if not engine.here]
    if not away:
        return "Free. Everything in this call runs on this computer."
    hosts = ", ".join(dict.fromkeys(engine.where for engine in away))
    return f"No Agora charges. What is said in this call goes to {hosts}.{billed}"


def _offline(settings: Settings, body: Mapping[str, Any], brain: EngineUse | None) -> Iterator[EngineUse]:
    """The engines the twin uses: its own ears, voice and face; the agent's own model server where it speaks OpenAI's protocol."""
    yield _here("ears", "Offline speech recognition")
    llm = _block(body, "llm")
    host = _host(llm)
    own_server = host and llm.get("credential_mode") != "managed" and llm.get("style") in (None, "", "openai")
    if brain is not None:
        yield brain
    elif own_server and not rules.realtime(settings):
        yield _elsewhere("brain", rules.vendor_of("llm", settings).label, host, "")
    else:
        yield _here("brain", "Offline model")
    yield _here("voice", "Offline voice")
    if rules.has_face(settings):
        yield _here("face", "Offline face")
    mocks = offered_mocks(settings.get("tools.mocks"), settings.get("tools.mcp_servers"))
    yield from _tools(settings, body, {mock.tool for mock in mocks if mock.mocked} | servers_mocked(mocks))


def _cloud(settings: Settings, body: Mapping[str, Any]) -> Iterator[EngineUse]:
    if pipeline := rules.top_level(settings).get("pipeline_id"):
        yield EngineUse("pipeline", _LABELS["pipeline"], str(pipeline), AGORA, "Set in Agora Console")
    if rules.realtime(settings):
        yield _vendor("realtime", settings, "mllm", _block(body, "mllm"))
    else:
        yield _vendor("ears", settings, "asr", _block(body, "asr"))
        yield _vendor("brain", settings, "llm", _block(body, "llm"))
        yield _vendor("voice", settings, "tts", _block(body, "tts"))
    if rules.has_face(settings):
        yield _vendor("face", settings, "avatar", _block(body, "avatar"))
    yield from _tools(settings, body, set())


def _tools(settings: Settings, body: Mapping[str, Any], mocked: Collection[str]) -> Iterator[EngineUse]:
    """The servers that tools really call, each once; a mocked tool calls none."""
    model = _block(body, "mllm" if rules.realtime(settings) else "llm")
    servers = model.get("mcp_servers")
    for server in servers if isinstance(servers, list) else []:
        if isinstance(server, Mapping) and (host := _host(server)) and server.get("name") not in mocked:
            yield _elsewhere("tools", str(server.get("name") or host), host, "")
    if _block(body, "advanced_features").get("enable_tools") is not True:
        return
    live = [tool for tool in functions_in(model.get("tools")) if tool.endpoint is not None and tool.name not in mocked]
    hosts = {host: tool.name for tool in reversed(live) if tool.endpoint and (host := _host({"url": tool.endpoint.url}))}
    for host, name in hosts.items():
        yield _elsewhere("tools", name, host, "")


def _vendor(role: EngineRole, settings: Settings, catalog_role: Any, block: Mapping[str, Any]) -> EngineUse:
    vendor = rules.vendor_of(catalog_role, settings)
    label = vendor.label
    if catalog_role == "asr" and vendor.id in ("ares", "fengming"):
        return EngineUse(role, _LABELS[role], label, AGORA, "Included in Agora's price")
    if block.get("credential_mode") == "managed":
        name = label.removesuffix(" (managed by Agora)")
        return EngineUse(role, _LABELS[role], name, f"{name}, through Agora", "Included in Agora's price")
    host = _host(block)
    own_server = vendor.id in ("compatible", "custom", "generic_http")
    used = _elsewhere(role, label, host or label, host if own_server else label)
    price = list_price(vendor, settings)
    return used if price is None or used.here else replace(used, cost=f"{used.cost}, {price.line}")


def _here(role: EngineRole, label: str) -> EngineUse:
    return EngineUse(role, _LABELS[role], label, HERE, "Free", here=True)


def _elsewhere(role: EngineRole, label: str, where: str, billed_by: str) -> EngineUse:
    if leads_here(f"//{where}"):
        return EngineUse(role, _LABELS[role], label, f"{HERE} ({where})", "Your own server", here=True)
    billed = f"Billed by {billed_by}" if billed_by else "Price not known"
    return EngineUse(role, _LABELS[role], label, where, billed, billed_by=billed_by or where)


def _host(block: Mapping[str, Any]) -> str:
    """Host, and port if there is one, of the address in a block; "" when there is none."""
    params = block.get("params")
    for source in (block, params if isinstance(params, Mapping) else {}):
        for name in _ADDRESSES:
            text = source.get(name)
            if isinstance(text, str) and "://" in text:
                try:
                    parts = urlsplit(text)
                    port = f":{parts.port}" if parts.port else ""
                except ValueError:
                    continue  # not an address
                if host := parts.hostname:
                    return f"[{host}]{port}" if ":" in host else f"{host}{port}"
    return ""


def _block(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    block = body.get(name)
    return block if isinstance(block, Mapping) else {}
