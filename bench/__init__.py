"""Measurements; each module prints its own lines: `python -m bench.rules`."""
