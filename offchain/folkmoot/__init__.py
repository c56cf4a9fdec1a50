"""Folkmoot's off-chain half: chain client, blob store, learning, aggregation, the participant's worker and the CLI."""

__all__ = ["__version__"]

__version__ = "0.1.0"
