"""Guest links: every link with its use, and the button that ends it and its calls."""

from datetime import UTC, datetime

import streamlit as st

from components.share.link_card import draw_card
from components.shell.fragment import refreshed
from greenroom.services import current

REFRESH_S = 5
#: How many ended links are shown.
OVER_SHOWN = 20


@refreshed(REFRESH_S)
def links() -> None:
    """Drawn again every ``REFRESH_S`` seconds; ended links are folded away."""
    uses, now = current().guest_links.list(), datetime.now(UTC)
    active = [use for use in uses if use.link.state(now) == "active"]
    over = [use for use in uses if use.link.state(now) != "active"]
    if not uses:
        st.info("No guest links yet. In the Studio, choose Share with guests beside the agent menu.", icon=":material/share:")
        st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")
    for use in active:
        draw_card(use)
    if over:
        with st.expander(f"Expired and ended ({len(over)})"):
            for use in over[:OVER_SHOWN]:
                draw_card(use)


st.title("Guest links")
links()
