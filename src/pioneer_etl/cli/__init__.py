"""The command line: one module a command, over the public API."""
