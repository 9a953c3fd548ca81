"""Measurements. ``python -m bench`` prints one JSON object; nothing here asserts."""
