"""Sessions: the table of recorded sessions, with search, filters and actions on a selection."""

import streamlit as st

from components.sessions import filter, selection, table, transfer
from greenroom.services import current

PAGE_SIZE = 50


def empty() -> None:
    st.info(
        ("No sessions yet. Launch an agent and talk with it; the session appears here when the call ends."),
        icon=":material/view_list:",
    )
    st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")
    transfer.draw_import()


def nothing_found() -> None:
    st.info("No sessions match these filters.", icon=":material/search_off:")
    st.button("Clear filters", icon=":material/clear_all:", on_click=filter.clear, key="show_all")


st.title("Sessions")
selection.undo_bar()
total = current().records.count()
if not total:
    empty()
else:
    wanted = filter.draw()
    found, following = current().records.page(wanted, PAGE_SIZE, table.after(wanted), latencies=True)
    if not found:
        nothing_found()
    else:
        shown = current().records.count(wanted)
        some = f"{shown:,} of {total:,} sessions" if wanted.narrows else f"{total:,} session{'' if total == 1 else 's'}"
        bar = st.container(horizontal=True, vertical_alignment="center")
        with st.container(horizontal=True, vertical_alignment="center"):
            columns = table.columns(wanted)
            said = st.container(width="stretch")
            if wanted.narrows:
                st.button("Clear", icon=":material/clear_all:", on_click=filter.clear, key="show_all", type="tertiary")
        chosen = table.draw(found, columns)
        hint = f"{len(chosen)} selected." if chosen else "Click a row to open it; select rows to compare, tag, export or delete."
        said.caption(f"{some}. {hint}")
        with bar:
            selection.draw(chosen, wanted, shown)
            transfer.draw_import()
        table.pager(wanted, following)
