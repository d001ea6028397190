"""The command line: thin commands over the library."""

from lookalike.cli.app import main

__all__ = ["main"]
