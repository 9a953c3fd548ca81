"""What a component sends reaches its callback, also together with another page. Guards the private parts that this rests on."""

from __future__ import annotations

import asyncio
import json

import pytest
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.streamlit_visitor import StreamlitVisitor
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.twin, pytest.mark.any_database]


def test_a_press_that_arrives_together_with_another_page_is_handled_and_the_page_is_drawn(tmp_path):
    """On a busy machine a reload in a call did that: the page showed an error, and the call ended."""
    studio = StudioProcess(tmp_path).start(engines=False)

    async def press() -> bool:
        visitor = StreamlitVisitor(studio.url)
        try:
            stage = (await visitor.open()).elements["call"]
            sent = [{"event": "resume", "value": {"session_id": "gone", "capability": ""}}]
            visitor._page = "another"
            pressed = WidgetState(id=_make_trigger_id(stage.id, "events"), json_trigger_value=json.dumps(sent))
            return "call" in (await visitor.rerun("", pressed)).elements
        finally:
            await visitor.close()

    try:
        assert asyncio.run(press())
    finally:
        studio.stop()
    assert "Traceback" not in studio.log
