"""Agents: their drafts and versions, files, links, and voice previews."""
