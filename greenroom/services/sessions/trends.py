"""How versions of agents do over time: what the store sums up, and what it cost where the published price applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from greenroom.catalog.prices import AGORA_AUDIO_CALL, Price
from greenroom.clock import Clock
from greenroom.model.agent import AgentId
from greenroom.model.trends import DayFigures, VersionFigures
from greenroom.store.trends import TrendStore


@dataclass(frozen=True, slots=True)
class VersionStats:
    """One version with its figures; ``cost`` in the price's currency, None when nothing ran on Agora's cloud."""

    figures: VersionFigures
    cost: float | None


class TrendService:
    """Reads only."""

    price: Price = AGORA_AUDIO_CALL

    def __init__(self, store: TrendStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def now(self) -> datetime:
        """From when "the last 7 days" are counted back."""
        return self._clock.now()

    def versions(self, since: datetime | None, agent: AgentId | None) -> list[VersionStats]:
        """One row a version with sessions since then, the one that was used last first."""
        return [VersionStats(one, self._cost(one.cloud_s)) for one in self._store.versions(since, agent)]

    def days(self, since: datetime | None, agent: AgentId | None, offset_min: int) -> Sequence[DayFigures]:
        """One row a day of a clock so many minutes before UTC, the oldest first."""
        return self._store.days(since, agent, offset_min)

    def _cost(self, cloud_s: int) -> float | None:
        return cloud_s / 60 * self.price.per_minute if cloud_s else None
