"""The command line: what members, managers and proposers do, and how they see what stands."""

from offchain.cli.app import app, main

__all__ = ["app", "main"]
