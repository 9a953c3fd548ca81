"""Agents: their drafts and versions, files, links, and voice previews."""

from greenroom.services.agents import agent_files, draft_texts, links
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.agents.draft_texts import DraftTexts
from greenroom.services.agents.links import Link
from greenroom.services.agents.voice_preview import VoicePreview

__all__ = ["AgentService", "DraftTexts", "Link", "VoicePreview", "agent_files", "draft_texts", "links"]
