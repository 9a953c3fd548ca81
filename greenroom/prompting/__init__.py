"""Prompt analysis for speech: length estimates, variables and a linter. No I/O, no catalog, no UI."""
