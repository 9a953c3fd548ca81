"""Measurements of what a person waits for. ``python -m bench`` prints one JSON object; nothing here asserts."""
