"""The command line: agents as files in a repository, sessions as data. It needs no running server (docs/cli.md)."""
