"""The parts of the page that the browser gets before the first run: the style sheet, and the place of the stage.

Written by the first run, they would come after a first paint without them.
"""

from __future__ import annotations

from pathlib import Path

STYLE = Path(__file__).parent / "stage.css"
#: As hooks/useFold.ts decides it, before the stage is there.
STAGE_PLACE = (
    '<script>try{document.documentElement.dataset.stage=matchMedia("(max-width: 900px)").matches'
    '||localStorage.getItem("greenroom.stage")==="folded"?"folded":"open"}catch{}</script>'
)


def page_style() -> str:
    """For the end of the page: there it wins over the style sheets that Streamlit writes into the head."""
    return f"<style>{STYLE.read_text(encoding='utf8')}</style>"
