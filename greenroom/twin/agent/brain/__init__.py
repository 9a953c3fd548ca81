"""Brains of the agent: messages in, a stream of text out."""
