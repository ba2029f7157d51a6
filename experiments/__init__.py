"""The experiments behind results/: one script per file, run from the root with ``python -m experiments.NAME``."""
