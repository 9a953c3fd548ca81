"""Calls: launch, tokens, commands to the running agent, limits, the watchdog and the end."""
