"""The data sent to the stage: names and a short-lived ticket, no keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from components.shell import run_scope, state, tester
from components.shell.reader import choose_where, for_reader
from components.studio import launching, saving
from components.studio.avatar_gallery import waiting_face
from components.studio.launch_tests import tests_of
from components.studio.voice_preview import voice_note
from greenroom.catalog import rules
from greenroom.model.agent import AgentId, Draft, Settings
from greenroom.model.call import Ticket
from greenroom.prompting.script import GREETING, script_of
from greenroom.prompting.variables import said
from greenroom.services import current
from greenroom.services.calls import can_hold
from greenroom.services.operations import stand_in_for


def stage_data() -> dict[str, Any]:
    """The data of the whole stage; saves the form first, because the stage is drawn before the page."""
    services = current()
    agent = services.agents.get(launching.selected_agent())
    launching.point_at_launch()
    draft, ticket = saving.view(agent.id).draft, state.ticket()
    return {
        "stage": {
            "agent_name": agent.name,
            "place": services.config.place,
            "project": f"…{services.config.app_id[-4:]}" if services.config.on_cloud else None,
            "can_launch": True,
            "launching": False,
            "problem": _call_problem(draft),
            "switch_to": launching.switch_to(),
            "first_run": not services.records.any(),
            "can_share": launching.may_share(),
            "brain_where": choose_where(),
            "tester": tester.typed_person(),
            **about_draft(draft),
        },
        "ticket": _readable(ticket) if ticket else None,
    }


def _readable(ticket: Ticket) -> Mapping[str, Any]:
    sent = asdict(ticket)
    if ticket.cost is not None:
        sent["cost"]["brain_note"] = for_reader(ticket.cost.brain_note)
    return sent


def about_draft(draft: Draft) -> Mapping[str, Any]:
    """The part that depends on the agent's settings."""
    return run_scope.once(("stage", draft.agent_id), lambda: _about(draft))


def _about(draft: Draft) -> Mapping[str, Any]:
    agent, values = draft.agent_id, draft.settings
    offline = current().config.on_twin
    properties = rules.payload(values, {}) if offline else {}
    return {
        "can_hold": can_hold(values),
        "greeting_hint": said(script_of(values), GREETING),
        "voice_note": voice_note(values, properties) if offline else None,
        "tests": asdict(tests) if (tests := tests_of(draft)) is not None else None,
        "brain": _brain(agent, values) if offline else None,
        "portrait": waiting_face(properties) if offline else None,
    }


def _call_problem(draft: Draft) -> dict[str, str] | None:
    """The last error of a call. An error about a draft disappears when that draft changes."""
    shown = state.notice()
    if shown is None or not shown.call:
        return None
    if shown.draft is not None and shown.draft[0] == draft.agent_id and shown.draft[1] != draft.revision:
        state.clear_notice()
        return None
    return {"message": shown.message, "advice": shown.advice}


def _brain(agent: AgentId, values: Settings) -> str:
    """The label of the model that answers offline, and of the one it replaces."""
    engine = current().brains.engine(agent, values)
    if engine is None:
        return f"{stand_in_for(values)} · the agent's own server"
    return f"{engine.label} · stand-in for {stand_in_for(values)}"
