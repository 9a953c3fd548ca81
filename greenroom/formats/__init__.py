"""Readers of outside formats: text in, candidate JSON documents out. Code is parsed, never executed."""
