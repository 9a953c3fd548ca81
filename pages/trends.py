"""Trends: metrics per agent version, with links to the sessions behind them."""

import streamlit as st

from components.sessions import filter
from components.shell import visitor_clock
from components.trends import charts, table
from greenroom.model.agent import AgentId
from greenroom.model.session import Origin
from greenroom.model.trends import SAMPLE
from greenroom.services import current, may
from greenroom.services.sessions import session_labels

PERIODS: dict[str, int | None] = {"7 days": 7, "30 days": 30, "90 days": 90, "All time": None}


def empty() -> None:
    """While there are no sessions at all."""
    if not may("editor"):
        st.info("No sessions yet. Versions are compared here when the team's calls end.", icon=":material/trending_up:")
        return
    st.info(
        "No sessions yet. Launch an agent, talk with it, change its prompt or voice and talk again. "
        "Then compare here which version answers faster and rates better.",
        icon=":material/trending_up:",
    )
    st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")


def show(chosen: AgentId | None, days: int | None, origin: Origin | None) -> None:
    """``chosen``, ``days`` and ``origin`` None = all."""
    trends, since = current().trends, visitor_clock.since(days)
    with st.spinner("Loading trends…", show_time=True):
        rows = trends.versions(since, chosen, origin)
        per_day = trends.days(since, chosen, visitor_clock.offset_min(), origin)
        per_origin = trends.origins(since, chosen) if origin is None else []
    if not rows:
        st.info("No sessions in this period.", icon=":material/search_off:")
        return
    badges = current().rehearsals.results.numbered_badges({(row.figures.agent_id, row.figures.version) for row in rows})
    with st.container(horizontal=True, vertical_alignment="center"):
        hint = "Click a value to see the sessions behind it." + (" Tests open on the Rehearse page." if badges else "")
        st.caption(hint, width="stretch")
        shown = table.columns(bool(badges))
    picked = table.draw(rows, badges, shown, f"{trends.price.what}. {trends.price.as_of}; minutes on Agora's cloud only.")
    if picked is not None:
        table.open_sessions(picked, days, origin)
    figure = charts.choose()
    charts.by_version(figure, [row.figures for row in rows])
    charts.by_day(figure, per_day)
    if (clicked := table.by_origin(per_origin)) is not None:
        table.open_origin(clicked, chosen, days)
    if any(row.figures.sessions > SAMPLE for row in rows):
        st.caption(f"Latency and interruptions are based on the newest {SAMPLE} sessions of each version.")


def origin_label(name: str) -> str:
    """An origin's label; without a name the entry for all origins."""
    return session_labels.origin(Origin(name)) if name else "All origins"


st.title("Trends")
if not current().records.count():
    empty()
else:
    with st.container(horizontal=True):
        names = {"": "All agents"} | filter.agent_names()
        agent = st.selectbox("Agent", list(names), format_func=names.__getitem__, key="trend_agent", persist_state="session")
        origins = ["", *current().records.origins()]
        origin_name = st.selectbox("Origin", origins, format_func=origin_label, key="trend_origin", persist_state="session")
        period = st.segmented_control(
            "Period", list(PERIODS), default="30 days", required=True, key="trend_period", persist_state="session"
        )
    show(AgentId(agent) if agent else None, PERIODS[period or "30 days"], Origin(origin_name) if origin_name else None)
