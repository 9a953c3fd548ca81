"""The parts of Join a channel and Sound check."""
