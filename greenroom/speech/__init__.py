"""Speech on this computer: recognition, voice activity and voices. The twin's agents and the simulated callers share it."""
