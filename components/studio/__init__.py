"""The parts of the Studio: agent form, versions, files, links and launch."""
