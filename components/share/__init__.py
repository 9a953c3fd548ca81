"""Sharing with guests: the page they open, and the dialog and list of guest links."""
