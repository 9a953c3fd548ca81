"""Which language model answers for offline agents. The studio stores the choice, the twin applies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal
from urllib.parse import urlsplit

from greenroom.loopback import leads_here

#: auto: the best one available · builtin: SmolLM2 · scripted: reads from the prompt · gguf: a model file · server: an address.
BrainKind = Literal["auto", "builtin", "scripted", "gguf", "server"]
KINDS: tuple[BrainKind, ...] = ("auto", "builtin", "scripted", "gguf", "server")

BUILTIN_LABEL, SCRIPTED_LABEL = "SmolLM2-135M (built in)", "Scripted responder"


@dataclass(frozen=True, slots=True)
class BrainChoice:
    """``path``: of a model file. ``url``: up to and including /v1, of a server with OpenAI's API; ``model`` is its model,
    ``key_name`` the stored credential it is sent ("" = none), ``name`` what the server calls itself."""

    kind: BrainKind = "auto"
    path: str = ""
    url: str = ""
    model: str = ""
    key_name: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """What it is, as shown to users; "" for auto, which depends on what is there."""
        if self.kind == "gguf":
            return self.path.rpartition("/")[2].removesuffix(".gguf")
        if self.kind == "server":
            return f"{self.model_label} ({self.name or self.host})"
        return {"builtin": BUILTIN_LABEL, "scripted": SCRIPTED_LABEL}.get(self.kind, "")

    @property
    def model_label(self) -> str:
        """The model of a server as shown to users: llama.cpp names it by the path of its file."""
        is_path = self.model.endswith(".gguf") and not self.model.startswith("hf.co/")
        return self.model.replace("\\", "/").rpartition("/")[2].removesuffix(".gguf") if is_path else self.model

    @property
    def host(self) -> str:
        """Host and port of the server; "" when there is none."""
        try:
            parts = urlsplit(self.url)
            return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
        except ValueError:
            return ""

    @property
    def here(self) -> bool:
        """Whether the model runs on this computer, so that no words leave it."""
        return self.kind != "server" or leads_here(self.url)

    def as_json(self) -> dict[str, str]:
        """The fields that are set."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> BrainChoice:
        """Read one; unknown names are ignored. Raises ValueError with what is wrong."""
        values = {field.name: stored[field.name] for field in fields(cls) if field.name in stored}
        if not all(isinstance(value, str) for value in values.values()):
            raise ValueError("every part must be a text")
        choice = cls(**values)
        if choice.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if choice.kind == "gguf" and not choice.path:
            raise ValueError("path is missing")
        if choice.kind == "server" and not (choice.host and choice.url.startswith(("http://", "https://"))):
            raise ValueError("url must start with http:// or https://")
        return choice
