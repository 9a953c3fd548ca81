"""Runs the tools of an agent: functions over HTTP, MCP servers and mocks."""
