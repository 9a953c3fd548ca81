"""Trends: metrics per agent version, day and origin, with cost where the published price applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from greenroom.catalog.prices import AGORA_AUDIO_CALL, Price
from greenroom.clock import Clock
from greenroom.model.agent import AgentId
from greenroom.model.session import Origin
from greenroom.model.trends import DayFigures, OriginFigures, VersionFigures
from greenroom.store.trends import TrendStore


@dataclass(frozen=True, slots=True)
class VersionStats:
    """A version's metrics; ``cost`` in the price's currency, None if nothing ran on Agora's cloud."""

    figures: VersionFigures
    cost: float | None


class TrendService:
    """Reads trends."""

    price: Price = AGORA_AUDIO_CALL

    def __init__(self, store: TrendStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def now(self) -> datetime:
        """The time from which periods such as "last 7 days" count back."""
        return self._clock.now()

    def versions(self, since: datetime | None, agent: AgentId | None, origin: Origin | None = None) -> list[VersionStats]:
        """Metrics per version with sessions since then, last used first."""
        return [VersionStats(summary, self._cost(summary.cloud_s)) for summary in self._store.versions(since, agent, origin)]

    def days(
        self, since: datetime | None, agent: AgentId | None, offset_min: int, origin: Origin | None = None
    ) -> Sequence[DayFigures]:
        """Metrics per day in the visitor's UTC offset (minutes before UTC), oldest first."""
        return self._store.days(since, agent, offset_min, origin)

    def origins(self, since: datetime | None, agent: AgentId | None) -> Sequence[OriginFigures]:
        """Metrics per origin, most sessions first."""
        return self._store.origins(since, agent)

    def _cost(self, cloud_s: int) -> float | None:
        return cloud_s / 60 * self.price.per_minute if cloud_s else None
