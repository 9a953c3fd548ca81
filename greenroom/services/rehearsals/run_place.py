"""Where the agents of a run are: the plan's choice, the file's, and whether this installation can do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from greenroom.callers import NO_BROWSER, find_browser
from greenroom.config import Config
from greenroom.errors import GreenroomError
from greenroom.model.rehearsal import RehearsalPlan
from greenroom.rehearsal.reading import read_again
from greenroom.rehearsal.scenario import DEFAULT_USD, Mode, Scenario, Where


class CannotRunThere(GreenroomError):
    """The agents of this run can't be where it asks for."""

    advice = "Run the tests offline."


def where_of(plan: RehearsalPlan) -> Where:
    """Where the plan's agents run."""
    if plan.where:
        return "agora" if plan.where == "agora" else "twin"
    content = read_again(plan.text, plan.included).content
    return content.where if content is not None else "twin"


def cap_of(plan: RehearsalPlan) -> float:
    """The most that the run may cost on Agora, in US dollars."""
    if plan.usd:
        return plan.usd
    content = read_again(plan.text, plan.included).content
    return content.usd if content is not None else DEFAULT_USD


@dataclass(frozen=True, slots=True)
class RanAt:
    """Where and how a result came about."""

    where: Where
    mode: Mode


def ran_at(plan: RehearsalPlan, scenario: Scenario) -> RanAt:
    """Of a scenario's result in a batch of this plan."""
    where = where_of(plan)
    return RanAt(where, in_mode([scenario], plan.mode, where)[0].mode)


def in_mode(scenarios: Sequence[Scenario], mode: str, where: Where) -> list[Scenario]:
    """The scenarios in the mode they run in; ``mode`` "" = each one's own. On Agora all run by voice."""
    if where == "agora" or mode == "voice":
        return [replace(one, mode="voice") for one in scenarios]
    return [replace(one, mode="text") for one in scenarios] if mode == "text" else list(scenarios)


class RunPlaces:
    """What this installation can do. ``find_browser`` gives the path of a browser, or "".

    ``beside``: tests run on this computer although agents run at Agora.
    """

    def __init__(self, config: Config, find_browser: Callable[[], str] = find_browser, *, beside: bool = False) -> None:
        self._config = config
        self._find_browser = find_browser
        self.beside = beside

    def require(self, where: Where, mode: str = "", browser: bool = False) -> None:
        """Raises CannotRunThere."""
        if (refusal := self.refusal(where, mode, browser)) is not None:
            raise refusal

    def refusal(self, where: Where, mode: str = "", browser: bool = False) -> CannotRunThere | None:
        """Why tests can't run there; None if they can."""
        if where == "agora" and not self._config.on_cloud:
            return CannotRunThere(
                "This installation has no Agora project.",
                advice="Set AGORA_APP_ID and AGORA_APP_CERTIFICATE, or run the tests offline.",
            )
        if where != "agora" and not (self._config.on_twin or self.beside):
            return CannotRunThere(
                "This installation runs agents on Agora, where calls cost money.",
                advice="Choose On Agora with a spending cap, or use the command line: greenroom rehearse run FILE.",
            )
        if where == "agora" and mode == "text":
            return CannotRunThere("Tests on Agora run by voice.", advice="Choose voice mode, or run them offline.")
        if (browser or where == "agora") and not self._find_browser():
            return CannotRunThere(NO_BROWSER, advice="Install one, then run the tests again.")
        return None
