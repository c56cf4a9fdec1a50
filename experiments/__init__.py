"""Experiments: the papers' systems, attacks and baselines, run on Witan's own contracts and workers."""
