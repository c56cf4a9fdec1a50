"""Block explorers: what shows a federation in them, sources, names and texts for what the chain has in numbers."""
