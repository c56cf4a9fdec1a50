"""The exit codes of commands that do not succeed."""

FAILED = 1
COULD_NOT_CHECK = 2
"""Of an audit that found nothing, and could not see everything."""
INTERRUPTED = 130  # as shells have it for Ctrl-C
