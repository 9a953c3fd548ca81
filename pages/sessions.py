"""Sessions: the table of recorded sessions, with search, filters and actions on a selection."""

import streamlit as st

from components.sessions import filter, mentions, selection, table, transfer
from greenroom.services import current, may

PAGE_SIZE = 50


def empty() -> None:
    """While there are no sessions at all."""
    if not edits:
        st.info("No sessions yet. They appear here when the team's calls end.", icon=":material/view_list:")
        return
    st.info(
        ("No sessions yet. Launch an agent and talk with it; the session appears here when the call ends."),
        icon=":material/view_list:",
    )
    st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")
    transfer.draw_import()


def nothing_found() -> None:
    """While there are sessions, and none matches the filters."""
    st.info("No sessions match these filters.", icon=":material/search_off:")
    st.button("Clear filters", icon=":material/clear_all:", on_click=filter.clear, key="show_all")


edits = may("editor")
st.title("Sessions")
selection.undo_bar()
mentions.draw()
total = current().records.count()
if not total:
    empty()
else:
    with st.container(horizontal=True, vertical_alignment="bottom", key="session_filters"):
        query = filter.draw()
        columns = table.columns(query)
    found, following = current().records.page(query, PAGE_SIZE, table.after(query), latencies=True)
    if not found:
        nothing_found()
    else:
        shown = current().records.count(query)
        bar = st.container(horizontal=True, vertical_alignment="center", key="session_actions")
        chosen = table.draw(found, columns)
        with bar:
            selection.draw(chosen, query, shown, total)
            if not chosen and edits:
                transfer.draw_import()
        table.pager(query, following)
