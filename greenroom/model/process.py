"""A process of Greenroom that watches calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WatchingProcess:
    """``installation``: its data folder. ``place`` and ``project`` (App ID): which agents it can reach. ``own_twin``: its
    offline agents end with it. ``beat`` rises while it lives, whatever its wall clock says."""

    id: str
    installation: str
    place: str
    project: str
    own_twin: bool
    beat: int = 0
