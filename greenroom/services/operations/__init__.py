"""Running the installation: the twin process, running agents, credentials, retention, sound check."""
