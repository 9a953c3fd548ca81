"""Ears of the agent: a voice-activity gate and a recognizer, each behind one method."""
