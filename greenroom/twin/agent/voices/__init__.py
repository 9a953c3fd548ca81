"""Voices of the agent: text of one sentence in, samples out."""
