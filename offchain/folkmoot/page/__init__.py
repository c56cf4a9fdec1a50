"""The page that shows a federation: its server, which only looks.

The page itself is in `files/`, built from `page/` at the repository's top.
"""
