"""The contents of a scenario file as typed values, made by :mod:`greenroom.rehearsal.reading`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

FORMAT = 1
#: Where a reply is looked at: the last one, all of them, at least one, or a number (0 = the greeting).
TurnScope = Literal["last", "every", "any"] | int
CheckKind = Literal["says", "not_says", "calls", "state", "ms", "heard", "talk", "say_do", "ended", "judge"]
CHECKS: tuple[CheckKind, ...] = ("says", "not_says", "calls", "state", "ms", "heard", "talk", "say_do", "ended", "judge")
Mode = Literal["text", "voice"]
Gate = Literal["block", "watch"]
#: Where a suite's agents run.
Where = Literal["twin", "agora"]
#: What a run on Agora may cost where its file doesn't say, in US dollars.
DEFAULT_USD = 1.0
FirstSpeaker = Literal["agent", "caller"]
Untested = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """One check. ``value`` depends on the kind; ``line`` is its line in the file; ``turn`` None = the kind's own default."""

    kind: CheckKind
    value: Any
    line: int = 0
    name: str = ""
    turn: TurnScope | None = None
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    #: Its verdict on a call in which what it is about never happened.
    untested: Untested = "unknown"

    @property
    def title(self) -> str:
        """Its name in the file, else its kind and value, shortened."""
        return self.name or _short(_described(self.kind, self.value))


@dataclass(frozen=True, slots=True)
class CallerLine:
    """One line of a scripted caller: text to say, or just a wait. ``after_ms`` of agent speech it barges in; None = politely."""

    say: str = ""
    wait: str = ""
    audio: str = ""
    after_ms: int | None = None
    expect: tuple[CheckSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """When the agent says one of ``hear``, the caller says ``say``, once."""

    hear: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Persona:
    """A caller played by a language model."""

    persona: str
    goal: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    do: tuple[str, ...] = ()
    react: tuple[str, ...] = ()
    withhold: tuple[str, ...] = ()
    patience: int = 3
    model: str = ""


#: The voices a caller can have: the offline ones of the catalog. And the rooms it can call from.
VOICES = ("heart", "dale", "wren")
NOISES = ("pink", "white", "babble")


@dataclass(frozen=True, slots=True)
class CallerVoice:
    """How a caller sounds in voice mode. ``snr_db`` None = no noise; ``loss`` is the share of packets lost."""

    name: str = ""
    speed: float = 1.0
    noise: str = ""
    snr_db: float | None = None
    loss: float = 0.0


@dataclass(frozen=True, slots=True)
class SimulatedCaller:
    """The caller of a scenario: scripted ``lines``, ``cues``, or a ``persona``."""

    first: FirstSpeaker = "agent"
    lines: tuple[CallerLine, ...] = ()
    cues: tuple[Cue, ...] = ()
    opening: str = ""
    otherwise: str = ""
    end_on: str = ""
    persona: Persona | None = None
    voice: CallerVoice = CallerVoice()


@dataclass(frozen=True, slots=True)
class PriorTurn:
    """A turn before the scenario begins."""

    speaker: Literal["agent", "caller"]
    text: str


@dataclass(frozen=True, slots=True)
class CallBudget:
    """When a run is stopped: turns of the caller, seconds in all, seconds without an answer."""

    turns: int = 20
    seconds: float = 180.0
    silence: float = 15.0


@dataclass(frozen=True, slots=True)
class PassRule:
    """A scenario passes at this share of passing runs; with ``sure``, the exact lower bound must reach it."""

    rate: float = 1.0
    sure: float | None = None


@dataclass(frozen=True, slots=True)
class JudgeChoice:
    """Who rules on the ``judge`` checks: ``model`` at the judge's address, "" = the one that is set. A fail is confirmed by most
    of ``votes``."""

    model: str = ""
    votes: int = 3


@dataclass(frozen=True, slots=True)
class Provenance:
    """The session that a scenario was made from. ``failed``: its reply is what the scenario is to prevent."""

    session: str
    turn: int | None = None
    version: int | None = None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One test. ``digest`` changes when anything that decides its verdict changes. ``own``: the keys that it gives itself."""

    id: str
    title: str
    line: int
    caller: SimulatedCaller
    expect: tuple[CheckSpec, ...]
    digest: str
    tags: tuple[str, ...] = ()
    gate: Gate = "block"
    mode: Mode = "text"
    clock: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 1
    passing: PassRule = PassRule()
    budget: CallBudget = CallBudget()
    start: tuple[PriorTurn, ...] = ()
    mocks: Mapping[str, Any] = field(default_factory=dict)
    otherwise: str = "stop"
    world: Mapping[str, Any] = field(default_factory=dict)
    origin: Provenance | None = None
    judging: JudgeChoice = JudgeChoice()
    own: frozenset[str] = frozenset()
    #: The line of each of ``variables``.
    variable_lines: Mapping[str, int] = field(default_factory=dict)
    #: The line of each of ``mocks``.
    mock_lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def checks(self) -> tuple[CheckSpec, ...]:
        """All checks: those of the lines, then those of the whole call."""
        return tuple(check for line in self.caller.lines for check in line.expect) + self.expect


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A file of scenarios. ``agent`` is ``ID``, ``ID@draft`` or ``ID@NUMBER``; "" = the one chosen at the run. ``usd``: the most
    that a run of it on Agora may cost."""

    name: str
    scenarios: tuple[Scenario, ...]
    agent: str = ""
    where: Where = "twin"
    usd: float = DEFAULT_USD


@dataclass(frozen=True, slots=True)
class FileFault:
    """A fault of a file. ``blocking``: the file can't run; else it is a hint."""

    line: int
    message: str
    blocking: bool = True


def _described(kind: CheckKind, value: Any) -> str:
    """A check in a few words, for reports and the grid."""
    if kind in ("says", "not_says"):
        phrases = " or ".join(one if one.startswith("/") else f"“{one}”" for one in value)
        return f"{'Says' if kind == 'says' else 'Does not say'} {phrases}"
    if kind == "calls":
        return f"Calls {value['tool']}" if value else "Calls no tool"
    if kind == "say_do":
        return f"Claims {' or '.join(value['claim'])} only after {value['tool']}"
    if kind == "ended":
        return f"The {value} ends the call"
    if kind == "judge":
        return f"Judge: {value}"
    labels = {"ms": "Latency", "talk": "Talk", "heard": "Heard", "state": "State"}
    return f"{labels[kind]}: {', '.join(f'{name} {_plain(one)}' for name, one in value.items())}"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    if isinstance(value, tuple):
        return " or ".join(f"“{one}”" for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
