"""The parts of Settings and Running agents."""
