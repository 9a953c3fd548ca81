"""The Tools tab: tools one by one, mocks with their rules, trials, private hosts, imports."""

from __future__ import annotations

import json

import pytest

from greenroom.errors import GreenroomError, InvalidAgent
from greenroom.model.brain_choice import BrainChoice
from greenroom.services import install
from tests.pages.form_fields import open_tab
from tests.services.conftest import make_harness

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

MCP = json.dumps(
    {"mcpServers": {"stock": {"url": "http://10.0.0.8:9000/mcp", "headers": {"Authorization": "Bearer sk-1234567890"}}}}
)


def saved(harness, key):
    return harness.agents.draft(harness.agents.list()[0].id).settings[key]


@pytest.fixture
def tools(open_page):
    return on_tools(open_page())


def on_tools(test):
    open_tab(test, "Tools")
    return test


def widget(kind, label, place=0):
    return [one for one in kind if one.label == label][place]


def test_a_tool_is_switched_to_live_and_keeps_its_rules(tools, harness):
    rules = saved(harness, "tools.mocks")[0]["rules"]
    widget(tools.toggle, "Mocked offline").set_value(False).run()
    assert (saved(harness, "tools.mocks")[0]["mocked"], saved(harness, "tools.mocks")[0]["rules"]) == (False, rules)
    widget(tools.toggle, "Mocked offline").set_value(True).run()
    assert saved(harness, "tools.mocks")[0]["mocked"] is True
    assert [e.value for e in tools.exception] == []


def test_a_rule_is_edited_where_it_is_shown(tools, harness):
    widget(tools.text_input, "1. When").set_value("arrival = sun*, nights = 2").run()
    widget(tools.selectbox, "Answer").set_value("Error").run()
    widget(tools.text_area, "Error the model gets").set_value("The calendar is away.").run()
    rule = saved(harness, "tools.mocks")[0]["rules"][0]
    assert rule == {"when": {"arrival": "sun*", "nights": 2}, "error": "The calendar is away.", "after_ms": 500}
    widget(tools.selectbox, "Answer").set_value("Never answers").run()
    assert saved(harness, "tools.mocks")[0]["rules"][0]["never"] is True
    widget(tools.button, "Add rule").click().run()
    assert len(saved(harness, "tools.mocks")[0]["rules"]) == 3
    assert any("matches every call" in caption.value for caption in tools.caption)


def test_a_condition_that_cannot_be_read_says_how_to_write_it(tools, harness):
    before = saved(harness, "tools.mocks")
    widget(tools.text_input, "1. When").set_value("on sunday").run()
    assert saved(harness, "tools.mocks") == before
    assert any("argument = value" in caption.value for caption in tools.caption)
    assert widget(tools.text_input, "1. When").value == "on sunday"


def test_tools_are_imported_and_a_private_host_waits_for_consent_which_an_editor_cannot_give(tools, harness, monkeypatch):
    widget(tools.text_area, "Paste the text").set_value(MCP).run()
    widget(tools.button, "Add 1 tool").click().run()
    (server,) = saved(harness, "tools.mcp_servers")
    assert (server["name"], server["headers"]) == ("stock", {"Authorization": "Bearer ${STOCK_AUTHORIZATION}"})
    agent = harness.agents.list()[0].id
    assert not any(host.allowed for host in harness.services.tools.private_hosts(agent, harness.agents.draft(agent).settings))
    with pytest.raises(GreenroomError, match="No key is stored as STOCK_AUTHORIZATION"):  # not: it can't be reached
        harness.services.tools.discover(agent, harness.agents.draft(agent).settings)
    widget(tools.button, "Allow").click().run()
    assert harness.services.tools.offline(agent, {}, {})["private_hosts"] == ["10.0.0.8:9000"]
    widget(tools.button, "Withdraw").click().run()
    assert harness.services.tools.offline(agent, {}, {})["private_hosts"] == []
    monkeypatch.setattr("components.studio.private_hosts.may", lambda role: role != "admin")
    tools.run()
    assert any("an admin of this studio allows it" in one.value for one in tools.markdown)
    assert not any(button.label == "Allow" for button in tools.button)


def test_an_own_model_inside_the_network_waits_for_consent_before_a_launch(tools, harness):
    agent = harness.agents.list()[0].id
    draft = harness.agents.draft(agent)
    own = {"llm.vendor": "compatible", "llm.compatible.url": "http://localhost:11434/v1/chat/completions"}
    draft = harness.agents.save(agent, {**draft.settings, **own}, draft.revision)
    (problem,) = harness.agents.problems(draft)
    assert (problem.setting, "localhost:11434" in problem.message) == ("llm.compatible.url", True)
    with pytest.raises(InvalidAgent):
        harness.launch()
    harness.services.brains._store.put(BrainChoice("scripted"), agent)
    assert harness.agents.problems(draft) == (), "another brain answers offline"
    harness.services.brains.reset(agent)
    tools.run()
    widget(tools.button, "Allow").click().run()
    assert harness.agents.problems(draft) == ()
    assert harness.services.tools.offline(agent, {}, {})["private_hosts"] == ["localhost:11434"]


def test_a_public_name_that_leads_inside_gets_the_consent_too_unless_its_tool_is_mocked(tools, harness, monkeypatch):
    monkeypatch.setattr(harness.services.tools._names, "_resolve", lambda host: ["10.0.0.8"] if host == "api.example.com" else [])
    agent = harness.agents.list()[0].id
    function = {"name": "stock", "parameters": {"type": "object", "properties": {}}}
    tool = {"type": "function", "function": function, "server": {"method": "GET", "url": "https://api.example.com/stock"}}
    draft = harness.agents.draft(agent)
    mocked = {**draft.settings, "tools.functions": [tool], "tools.mocks": [{"tool": "stock", "mocked": True, "rules": []}]}
    assert harness.services.tools.private_hosts(agent, mocked) == []
    harness.agents.save(agent, {**mocked, "tools.mocks": []}, draft.revision)
    tools.run()
    widget(tools.button, "Allow").click().run()
    assert harness.services.tools.offline(agent, {}, {})["private_hosts"] == ["api.example.com:443"]


@pytest.mark.twin
def test_a_mock_is_tried_by_hand(twin, tmp_path, open_page):
    made = make_harness(twin.url, tmp_path / "live")
    install(made.services)
    test = on_tools(open_page())
    widget(test.text_area, "Arguments (JSON)").set_value('{"arrival": "Saturday", "nights": 1}').run()
    widget(test.button, "Run the mock").click().run()
    assert any("**Result**" in text.value for text in test.markdown)
    assert any("no room left" in code.value for code in test.code)
