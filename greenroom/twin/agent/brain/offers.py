"""Lists the brains that could answer on this computer, with the memory each needs and its speed, without loading any."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenroom.model.brain_choice import BrainChoice
from greenroom.twin.agent.brain import fit, local_server
from greenroom.twin.agent.brain.gguf_file import BadModelFile, read_model_file
from greenroom.twin.agent.brain.local_server import ServedModel

_MOST_FILES = 50
#: Of the built-in model, measured: docs/figures.md.
BUILTIN_BYTES = 190 << 20


@dataclass(frozen=True, slots=True)
class BrainOffer:
    """``need``: bytes of memory, 0 = not known or none of ours. ``tokens_per_s``: an estimate, 0 = not known.
    ``refused``: why it can't be loaded now, "" = it can. ``loaded``: it is in memory."""

    choice: BrainChoice
    label: str
    where: str
    detail: str = ""
    size: int = 0
    need: int = 0
    tokens_per_s: float = 0.0
    refused: str = ""
    loaded: bool = False


async def offers(folder: str, loaded: Iterable[str] = ()) -> list[BrainOffer]:
    """Found servers, then the model files in ``folder``. ``loaded``: paths of the files that are in memory."""
    served = await local_server.find()
    here = set(loaded)
    files = await asyncio.to_thread(lambda: [offer_of_file(path, path in here) for path in model_files(folder)])
    return [*(_of_server(model) for model in served), *files]


def model_files(folder: str) -> Sequence[str]:
    """GGUF files; of a model in several files the first."""
    if not folder or not Path(folder).is_dir():
        return []
    files = sorted(path for path in Path(folder).glob("*.gguf") if path.is_file())
    first = [path for path in files if "-of-" not in path.name or "-00001-of-" in path.name]
    return [str(path) for path in first[:_MOST_FILES]]


def offer_of_file(path: str, loaded: bool = False) -> BrainOffer:
    """Never raises: what is no model is refused with the reason."""
    choice = BrainChoice("gguf", path=path)
    try:
        file = read_model_file(path)
    except BadModelFile as error:
        return BrainOffer(choice, Path(path).name, "Model file", refused=str(error))
    need = fit.need_bytes(file)
    return BrainOffer(
        choice=BrainChoice("gguf", path=file.path),
        label=file.name,
        where="Model file",
        detail=" · ".join(filter(None, (file.quantization, f"{fit.context_of(file):,} tokens of context"))),
        size=file.size,
        need=need,
        tokens_per_s=fit.tokens_per_second(file),
        refused="" if loaded else fit.refusal(need),
        loaded=loaded,
    )


def offer_of(choice: BrainChoice, loaded: Iterable[str] = ()) -> BrainOffer:
    """Any choice; of a server what the choice says itself."""
    if choice.kind == "gguf":
        return offer_of_file(choice.path, choice.path in loaded)
    if choice.kind == "server":
        return BrainOffer(choice, choice.model_label, choice.name or choice.host)
    if choice.kind == "auto":
        return BrainOffer(
            choice, "Automatic", "", "the first available: a downloaded model, a local server or the built-in model"
        )
    if choice.kind == "builtin":
        detail = "small; reads out the prompt's facts, often wrong about anything else"
        return BrainOffer(choice, choice.label, "Built in", detail, need=BUILTIN_BYTES, loaded=True)
    return BrainOffer(choice, choice.label, "Built in", "no model; answers only from the prompt, instantly", loaded=True)


def refusal_of(model: ServedModel) -> str:
    """Why the server can't load this model; "" when it can, or has it in memory."""
    return fit.refusal(need) if (need := _need_of(model)) else ""


def _need_of(model: ServedModel) -> int:
    return model.size + fit.RUNTIME_BYTES if model.size and not model.loaded else 0


def _of_server(model: ServedModel) -> BrainOffer:
    """The server has the model in memory, or loads it at the first question."""
    choice = BrainChoice("server", url=model.url, model=model.model, name=model.server)
    return BrainOffer(
        choice=choice,
        label=choice.model_label,
        where=model.server,
        detail=model.detail,
        size=model.size,
        need=_need_of(model),
        tokens_per_s=0.0,
        refused=refusal_of(model),
        loaded=model.loaded,
    )
