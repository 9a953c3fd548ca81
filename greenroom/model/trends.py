"""Aggregated session metrics by agent version, by day and by origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from greenroom.model.agent import AgentId
from greenroom.model.session import Origin

#: Turns are aggregated over each version's newest sessions, this many.
SAMPLE = 500


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """``length_s`` and ``turns`` are means of a session; latencies (ms) are of single turns, end of speech to first sound, of
    the newest :data:`SAMPLE` sessions, as are the interruptions (of the agent, a minute). ``troubled`` counts sessions that
    failed or have an error; ``rating`` is the mean of the ``rated`` ones; ``cloud_s`` are the seconds on Agora's cloud.
    None = nothing was measured.
    """

    agent_id: AgentId
    agent_name: str
    version: int
    sessions: int
    length_s: float | None
    turns: float
    rating: float | None
    rated: int
    troubled: int
    cloud_s: int
    median_ms: int | None = None
    p90_ms: int | None = None
    interruptions_per_minute: float | None = None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Metrics of the sessions that started on a day in the visitor's time zone; ``median_ms`` is the median of their medians."""

    day: date
    sessions: int
    length_s: float | None
    rating: float | None
    troubled: int
    median_ms: int | None


@dataclass(frozen=True, slots=True)
class OriginFigures:
    """Metrics of the sessions with one origin; ``median_ms`` is the median of their medians."""

    origin: Origin
    sessions: int
    length_s: float | None
    rating: float | None
    troubled: int
    median_ms: int | None
