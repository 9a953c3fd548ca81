"""Agents: their drafts and versions, files, links, and voice previews."""

from typing import TYPE_CHECKING

from greenroom.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from greenroom.services.agents import agent_files, draft_texts, links, tool_files
    from greenroom.services.agents.agent_service import AgentService
    from greenroom.services.agents.draft_texts import DraftTexts
    from greenroom.services.agents.links import Link
    from greenroom.services.agents.tool_service import FoundTool, PrivateHost, ToolService, TriedTool
    from greenroom.services.agents.voice_preview import VoicePreview

__all__ = [
    "AgentService",
    "DraftTexts",
    "FoundTool",
    "Link",
    "PrivateHost",
    "ToolService",
    "TriedTool",
    "VoicePreview",
    "agent_files",
    "draft_texts",
    "links",
    "tool_files",
]

__getattr__ = lazy_exports(
    __name__,
    {
        "AgentService": "agent_service",
        "DraftTexts": "draft_texts",
        "FoundTool": "tool_service",
        "Link": "links",
        "PrivateHost": "tool_service",
        "ToolService": "tool_service",
        "TriedTool": "tool_service",
        "VoicePreview": "voice_preview",
        "agent_files": "",
        "draft_texts": "",
        "links": "",
        "tool_files": "",
    },
)
