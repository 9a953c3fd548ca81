"""The test results of shared versions: a badge, and a warning if a blocking test fails."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.rehearse import labels
from components.shell.formatting import plain
from greenroom.model.agent import AgentId, Version, VersionId
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.services import current
from greenroom.services.rehearsals import Badge

#: How many versions are shown.
SHOWN = 3


def newest(agent: AgentId, versions: Sequence[Version]) -> list[tuple[Version, Badge]]:
    """The newest versions that were tested, with their badges, at most :data:`SHOWN`."""
    badges = current().rehearsals.results.badges(agent, [version.id for version in versions[:20]])
    ran = [(version, badges[version.id]) for version in versions if version.id in badges]
    return [(version, badge) for version, badge in ran if badge.stale < badge.total][:SHOWN]


def draw(version: Version, badge: Badge) -> None:
    """Draw a version's badge, as a warning if a blocking test fails."""
    line = f"Version {version.number}: {labels.badge(badge)}"
    if warning := labels.blocking(badge):
        st.warning(f"**{plain(line)}.** {plain(warning)}", icon=":material/warning:")
    else:
        st.caption(plain(line))


def draw_short(agent: AgentId, version_id: str, place: DeltaGenerator | None = None) -> None:
    """Draw the badge under a field that chooses a version; nothing for a draft, or for a version that wasn't tested."""
    chosen = VersionId(version_id)
    badge = current().rehearsals.results.badges(agent, [chosen]).get(chosen)
    if badge is not None and badge.stale < badge.total:
        (place or st).caption(plain(labels.badge(badge)))


def draw_of_link(link: GuestLinkOptions) -> None:
    """Draw the badge of the version that a link's guests talk to now, or of each compared version."""
    versions = current().agents.versions.of(link.agent_id)
    shared = (
        dict.fromkeys(option.version_id for option in link.compared if option.version_id) if link.compared else (link.version_id,)
    )
    for version_id in shared:
        met = next((one for one in versions if one.id == version_id or (version_id is None and not one.imported)), None)
        badge = current().rehearsals.results.badges(link.agent_id, [met.id]).get(met.id) if met is not None else None
        if met is not None and badge is not None and badge.stale < badge.total:
            draw(met, badge)
