"""Experiments: the papers' systems, attacks and baselines, run on Folkmoot's own contracts and workers."""
