"""The exit codes of commands that do not succeed."""

FAILED = 1
INTERRUPTED = 130  # as shells have it for Ctrl-C
