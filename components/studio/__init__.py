"""The parts of the Studio: the agent's form, its versions, files and links, and the launch."""
