"""The agent that scenario files are about: ``ID``, ``ID@draft``, ``ID@live`` or ``ID@NUMBER``; by ID or name."""

from __future__ import annotations

from greenroom.cli.output import BadUsage
from greenroom.errors import NotFound
from greenroom.model.agent import Agent, Settings, Version
from greenroom.services.agents import AgentService


def version_of(agents: AgentService, asked: str, where: str) -> tuple[Agent, Version]:
    """The agent with the version to run; a draft is frozen. ``where`` names no agent if ``asked`` is empty. Raises BadUsage,
    NotFound."""
    agent, wanted = _agent(agents, asked, where)
    return agent, (agents.versions.freeze(agent.id) if wanted == "draft" else _frozen(agents, agent, asked, wanted))


def settings_of(agents: AgentService, asked: str, where: str) -> Settings:
    """Its settings; nothing is frozen. Raises BadUsage, NotFound."""
    agent, wanted = _agent(agents, asked, where)
    return agents.draft(agent.id).settings if wanted == "draft" else _frozen(agents, agent, asked, wanted).settings


def _agent(agents: AgentService, asked: str, where: str) -> tuple[Agent, str]:
    if not asked:
        raise BadUsage(f"{where} names no agent. Use --agent ID[@VERSION].")
    name, _, wanted = asked.partition("@")
    every = agents.list()
    namesakes = [one for one in every if one.name.casefold() == name.casefold()]
    agent = next((one for one in every if one.id == name), None) or next(iter(namesakes), None)
    if agent is None:
        raise NotFound(f"There is no agent {name!r}.", advice="Run greenroom agents list to see them all.")
    if agent.id != name and len(namesakes) > 1:  # a test of the wrong one would say nothing of the other
        ids = ", ".join(one.id for one in namesakes)
        raise BadUsage(f"{len(namesakes)} agents are named {agent.name}. Use the ID of one of them: {ids}.")
    return agent, wanted or "draft"


def _frozen(agents: AgentService, agent: Agent, asked: str, wanted: str) -> Version:
    if wanted == "live":
        live = agents.versions.newest(agent.id)
        if live is None:
            raise NotFound(f"{agent.name} was never launched.", advice="Use @draft.")
        return live
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= 9):
        raise BadUsage(f"{asked!r}: write ID@draft, ID@live or ID@NUMBER.")
    return agents.versions.numbered(agent.id, int(wanted))
