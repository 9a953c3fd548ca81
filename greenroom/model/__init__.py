"""Greenroom's data model: frozen dataclasses without I/O."""
