"""The fields of long texts in a page that AppTest draws: read as drawn, and typed into as a browser does it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from components.studio import draft_fields
from greenroom.model.agent import AgentId
from greenroom.services.agents.draft_texts import TextEdit
from tests.services.conftest import Harness


@dataclass(frozen=True)
class TextField:
    """One field that saves by itself."""

    test: AppTest
    harness: Harness
    widget_id: str
    data: dict[str, Any]

    @property
    def value(self) -> str:
        return self.data["text"]

    def type(self, text: str) -> AppTest:
        """Type and pause: the field saves through its route's service, then asks for a run of the page."""
        agent, data = AgentId(self.data["name"].partition("/")[0]), self.data
        self.harness.texts.save(agent, TextEdit(data["key"], text, self.value, data["revision"]), data["capability"], data["tab"])
        return self.test.run()

    def type_and_press(self, text: str, click: Any) -> AppTest:
        """Type, and press a button before the field has saved. ``click`` marks the button."""
        told = {"prose": {"saved": self.data["revision"], "typed": {"text": text, "was": self.value}}}
        click()
        states = self.test._tree.get_widget_states()
        states.widgets.append(WidgetState(id=self.widget_id, json_value=json.dumps(told)))
        return self.test._run(states)


def text_field(test: AppTest, harness: Harness, agent: AgentId, key: str) -> TextField:
    """Raises StopIteration when the page does not draw it."""
    name = draft_fields.field_name(agent, key).removeprefix("draft/")
    drawn = [one.proto for one in test.get("bidi_component") if one.proto.component_name == "greenroom_prose"]
    proto = next(proto for proto in drawn if json.loads(proto.json)["name"] == name)
    return TextField(test, harness, proto.id, json.loads(proto.json))
