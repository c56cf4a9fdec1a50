"""The command line: what members, managers and proposers do, and how they see what stands."""

from folkmoot.cli.app import app, main

__all__ = ["app", "main"]
