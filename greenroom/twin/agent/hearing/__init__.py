"""Ears of the agent: a voice-activity gate and a recogniser, each behind one method."""
